import Graphs

extension Operation {
    /// The same with axes that count from the end turned into positions; nil where that needs a `rank` not known.
    ///
    /// An axis outside the rank is left as it is, for the shape inference to refuse.
    func resolvingAxes(rank: Int?) -> Operation? {
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
        default:
            return self
        }
    }
}
