import Graphs

extension Operation {
    /// The same with axes and positions that count from the end counted from the start, for an input of `shape`; nil
    /// where that is not known well enough.
    ///
    /// An axis outside the rank is left as it is, for the shape inference to refuse.
    func resolvingAxes(of shape: TensorShape?) -> Operation? {
        let rank = shape?.count
        func resolve(_ axis: Int) -> Int? {
            if axis >= 0 { return axis }
            return rank.map { $0 + axis }
        }
        func resolve(_ axes: [Int]) -> [Int]? {
            let resolved = axes.compactMap { resolve($0) }
            return resolved.count == axes.count ? resolved.sorted() : nil
        }
        switch self {
        case var .batchNormalization(b):
            guard let axis = resolve(b.axis) else { return nil }
            b.axis = axis
            return .batchNormalization(b)
        case var .layerNormalization(l):
            guard let axes = resolve(l.axes) else { return nil }
            l.axes = axes
            return .layerNormalization(l)
        case var .normalization(n):
            guard let axes = resolve(n.axes) else { return nil }
            n.axes = axes
            return .normalization(n)
        case var .concatenate(c):
            guard let axis = resolve(c.axis) else { return nil }
            c.axis = axis
            return .concatenate(c)
        case var .slice(s):
            guard let shape, let axis = resolve(s.axis), shape.indices.contains(axis), let length = shape[axis] else {
                return nil
            }
            // As Python has it: what lies beyond an end stands for the end.
            func position(_ number: Int) -> Int {
                min(length, max(0, number < 0 ? length + max(number, -length) : number))
            }
            s = Slice(axis: axis, start: position(s.start), stop: position(s.stop))
            return s.start < s.stop ? .slice(s) : nil
        default:
            return self
        }
    }
}
