extension Graph {
    /// Computes the shape of every tensor from the inputs' shapes, and checks each layer's weights against them.
    ///
    /// Unknown axes stay unknown; behind an opaque layer whose checkpoint does not tell, the whole
    /// shape is unknown until a layer fixes it again.
    /// Throws `GraphError` where wiring, config and weights contradict each other.
    package mutating func inferShapes() throws {
        for id in nodes.indices { try inferShape(of: id) }
    }

    /// The same for one node whose inputs have their shapes.
    package mutating func inferShape(of id: NodeID) throws {
        let node = nodes[id], layer = layers[node.layer]
        let rule = ShapeRule(layer: layer)
        let shape = try rule.output(of: node.inputs.map { shapes[$0] })
        for output in node.outputs { shapes[output] = shape }
    }
}

extension Graph {
    /// Whether a node takes one tensor and, as far as is known, makes one of the same shape, as elementwise functions
    /// do.
    package func keepsShape(_ id: NodeID) -> Bool {
        let node = nodes[id]
        guard node.inputs.count == 1, node.outputs.count == 1 else { return false }
        guard let before = shapes[node.inputs[0]], let after = shapes[node.outputs[0]] else { return true }
        return before.mayEqual(after)
    }
}

extension TensorShape {
    /// Whether another shape is the same as far as both are known.
    package func mayEqual(_ other: TensorShape) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
    }
}

/// The number of elements of a shape; nil where an axis is unknown or the number is beyond any memory.
package func elementCount(_ shape: some Sequence<Int?>) -> Int? {
    shape.reduce(1) { total, axis in
        guard let total, let axis else { return nil }
        let (value, overflow) = total.multipliedReportingOverflow(by: axis)
        return overflow ? nil : value
    }
}

/// The shape a layer makes out of its inputs' shapes.
///
/// Configs come from strangers: lengths, strides and factors end at 32 bits, far above any real one, so that no sum of
/// a few products of two overflows.
struct ShapeRule {
    let layer: Layer
    private static let largest = Int(Int32.max)

    /// Every known axis of the result is at least 1 long, and the product of known axes fits into `Int` when all are
    /// known.
    func output(of inputs: [TensorShape?]) throws -> TensorShape? {
        try checkCount(inputs.count)
        guard let shape = try shape(of: inputs) else { return nil }
        let known = shape.compactMap { $0 }
        try require(known, atLeast: 1, "the axes of its output")
        if known.count == shape.count, elementCount(shape) == nil {
            throw invalid("its output \(shape.text) is larger than any memory")
        }
        return shape
    }

    /// Throws unless all numbers are whole lengths that some network could have.
    func require(_ numbers: [Int], atLeast least: Int, _ what: String) throws {
        guard let wrong = numbers.first(where: { $0 < least || $0 > Self.largest }) else { return }
        throw invalid("\(what) must be from \(least) to \(Self.largest), \(wrong) is not")
    }

    private func shape(of inputs: [TensorShape?]) throws -> TensorShape? {
        guard let first = inputs.first else {
            if case let .input(input) = layer.operation { return input.shape }
            return nil
        }
        switch layer.operation {
        case .input, .dropout, .identity, .activation:
            return first
        case let .convolution(c):
            return try convolution(c, first)
        case let .depthwise(d):
            return try depthwise(d, first)
        case let .separable(s):
            return try separable(s, first)
        case let .transposed(t):
            return try transposed(t, first)
        case let .dense(d):
            return try dense(d, first)
        case let .batchNormalization(b):
            return try perAxis([b.axis], first, roles: [.gamma, .beta, .movingMean, .movingVariance])
        case let .layerNormalization(l):
            return try perAxis(l.axes, first, roles: [.gamma, .beta])
        case let .normalization(n):
            return try perAxis(n.axes, first, roles: [.mean, .variance])
        case let .parametricReLU(p):
            return try parametricReLU(p, first)
        case let .pooling(p):
            return try windowed(p.window, first) { $0 }
        case let .globalPooling(p):
            return try globalPooling(p, first)
        case .flatten:
            return first.map { [elementCount($0)] }
        case let .reshape(r):
            return try reshape(r, first)
        case let .permute(p):
            guard let first else { return nil }
            guard p.order.sorted() == Array(first.indices) else {
                throw invalid("its permutation \(p.order.map { $0 &+ 1 }) does not order the axes of \(first.text)")
            }
            return p.order.map { first[$0] }
        case let .repeatVector(r):
            guard let first else { return nil }
            guard first.count == 1 else {
                throw GraphError.rank(layer: layer.qualifiedName, expected: "a vector", found: first)
            }
            return [r.count, first[0]]
        case let .padding(p):
            try require(p.amounts.flatMap { [$0.before, $0.after] }, atLeast: 0, "its padding")
            return try resized(first, p.amounts.count, p.dataFormat) { $1 + p.amounts[$0].before + p.amounts[$0].after }
        case let .cropping(c):
            try require(c.amounts.flatMap { [$0.before, $0.after] }, atLeast: 0, "its cropping")
            return try resized(first, c.amounts.count, c.dataFormat) { $1 - c.amounts[$0].before - c.amounts[$0].after }
        case let .upsampling(u):
            try require(u.factors, atLeast: 1, "its factors")
            return try resized(first, u.factors.count, u.dataFormat) { $1 * u.factors[$0] }
        case let .slice(s):
            return try slice(s, first)
        case .merge:
            return try broadcast(inputs)
        case let .concatenate(c):
            return try concatenate(c, inputs)
        case let .rescaling(r):
            return try rescaling(r, first)
        case let .opaque(o):
            return o.shape
        }
    }

    private func checkCount(_ count: Int) throws {
        let expected: String? =
            switch layer.operation {
            case .input: count == 0 ? nil : "no input"
            case let .merge(m) where m.kind == .subtract: count == 2 ? nil : "exactly two inputs"
            case .merge, .concatenate: count >= 1 ? nil : "at least one input"
            case .opaque: nil
            default: count == 1 ? nil : "one input"
            }
        if let expected { throw GraphError.inputCount(layer: layer.qualifiedName, expected: expected, found: count) }
    }

    func invalid(_ reason: String) -> GraphError { .invalid(layer: layer.qualifiedName, reason: reason) }

    private func globalPooling(_ p: GlobalPooling, _ input: TensorShape?) throws -> TensorShape {
        let (_, channels) = try split(input, rank: p.rank, p.dataFormat)
        let ones = [Int?](repeating: 1, count: p.rank)
        return p.keepDimensions ? join(ones, channels, p.dataFormat) : [channels]
    }

    private func reshape(_ r: Reshape, _ input: TensorShape?) throws -> TensorShape {
        let lengths = r.target.filter { $0 != -1 }, known = elementCount(lengths)
        try require(lengths, atLeast: 1, "the lengths of its target shape")
        if lengths.count + 1 < r.target.count {
            throw invalid("its target shape \(r.target) leaves more than one axis open")
        }
        guard let total = input.flatMap({ elementCount($0) }) else { return r.target.map { $0 == -1 ? nil : $0 } }
        guard let known, total % known == 0, r.target.contains(-1) || total == known else {
            throw invalid("cannot reshape \(input?.text ?? "") to \(r.target)")
        }
        return r.target.map { $0 == -1 ? total / known : $0 }
    }

    private func slice(_ s: Slice, _ input: TensorShape?) throws -> TensorShape? {
        guard var shape = input else { return nil }
        guard shape.indices.contains(s.axis) else {
            throw GraphError.rank(
                layer: layer.qualifiedName, expected: "an input with axis \(s.axis &+ 1)", found: shape)
        }
        guard s.start >= 0, s.start < s.stop, s.stop <= shape[s.axis] ?? Self.largest else {
            throw invalid("it takes positions \(s.start) to \(s.stop) of axis \(s.axis + 1) of \(shape.text)")
        }
        shape[s.axis] = s.stop - s.start
        return shape
    }

    private func resized(_ input: TensorShape?, _ rank: Int, _ format: DataFormat, _ length: (Int, Int) -> Int) throws
        -> TensorShape
    {
        let (spatial, channels) = try split(input, rank: rank, format)
        let result = spatial.enumerated().map { axis, n in n.map { length(axis, $0) } }
        if result.contains(where: { ($0 ?? 1) <= 0 }) {
            throw invalid("nothing is left of its input \(input?.text ?? "")")
        }
        return join(result, channels, format)
    }

    private func broadcast(_ inputs: [TensorShape?]) throws -> TensorShape? {
        let known = inputs.compactMap { $0 }
        guard known.count == inputs.count, let rank = known.map(\.count).max() else { return nil }
        return try known.map { [Int?](repeating: 1, count: rank - $0.count) + $0 }.reduce(
            [Int?](repeating: 1, count: rank)
        ) { total, shape in
            try zip(total, shape).map { a, b in
                switch (a, b) {
                case (1, _): b
                case (_, 1): a
                case (nil, _): b
                case (_, nil): a
                case let (a?, b?) where a == b: a
                default: throw invalid("cannot combine shapes \(known.map(\.text).joined(separator: " and "))")
                }
            }
        }
    }

    private func concatenate(_ c: Concatenate, _ inputs: [TensorShape?]) throws -> TensorShape? {
        let known = inputs.compactMap { $0 }
        guard let first = known.first else { return nil }
        guard known.allSatisfy({ $0.count == first.count }), first.indices.contains(c.axis) else {
            throw invalid(
                "cannot concatenate shapes \(known.map(\.text).joined(separator: " and ")) along axis \(c.axis &+ 1)")
        }
        var result = first
        for (axis, _) in first.enumerated() where axis != c.axis {
            let lengths = Set(known.compactMap { $0[axis] })
            guard lengths.count <= 1 else {
                throw invalid(
                    "cannot concatenate shapes \(known.map(\.text).joined(separator: " and ")) along axis \(c.axis &+ 1)"
                )
            }
            result[axis] = lengths.first
        }
        let lengths = known.compactMap { $0[c.axis] }
        result[c.axis] = lengths.count == inputs.count ? lengths.reduce(0, +) : nil
        return result
    }

    private func rescaling(_ r: Rescaling, _ input: TensorShape?) throws -> TensorShape? {
        for vector in [r.scale, r.offset] where vector.count > 1 {
            if let last = input?.last, let last, last != vector.count {
                throw invalid("\(vector.count) factors for the last axis of \(input?.text ?? "")")
            }
        }
        return input
    }
}
