/// Tensors laid end to end along `axis`.
package struct Concatenate: LayerKind {
    package var axis: Int
    package init(axis: Int) { self.axis = axis }

    package var operation: Operation { .concatenate(self) }
    package var arity: Arity { .oneOrMore }
    package var effect: ChannelEffect { .concatenation }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        let known = inputs.compactMap { $0 }
        guard var result = known.first else { return nil }
        let contradiction = rule.invalid(
            "cannot concatenate shapes \(known.map(\.text).joined(separator: " and ")) along axis \(axis &+ 1)")
        guard known.allSatisfy({ $0.count == result.count }), result.indices.contains(axis) else { throw contradiction }
        for other in result.indices where other != axis {
            let lengths = Set(known.compactMap { $0[other] })
            guard lengths.count <= 1 else { throw contradiction }
            result[other] = lengths.first
        }
        let lengths = known.compactMap { $0[axis] }
        result[axis] = lengths.count == inputs.count ? lengths.reduce(0, +) : nil
        return result
    }

    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { wanted }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let axes = Set(call.inputs.map(\.axis)), mismatches = call.inputs.map { _ in call.mismatch }
        guard axes.count == 1, let only = axes.first, let channels = only else { return (axis, mismatches) }
        if channels != axis { return (channels, call.inputs.map { .passed(source: Array(0..<$0.count)) }) }
        let total = call.inputs.reduce(0) { $0 + $1.count }
        guard call.inputs.count * total <= ChannelWiring.mostElements else { return (axis, mismatches) }
        var offset = 0
        return (
            axis,
            call.inputs.map { input in
                defer { offset += input.count }
                return .passed(
                    source: (0..<total).map { $0 >= offset && $0 < offset + input.count ? $0 - offset : -1 })
            }
        )
    }

    package func resolvingAxes(of shape: TensorShape?) -> Operation? {
        resolved(axis, of: shape).map { axis in with { $0.axis = axis } }
    }
}
