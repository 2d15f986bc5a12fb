/// All axes made one, row-major. Channels-first tensors get their first axis moved to the end before.
package struct Flatten: LayerKind {
    package var format: DataFormat
    package init(_ format: DataFormat) { self.format = format }

    package var operation: Operation { .flatten(format) }
    package var effect: ChannelEffect { .move }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) -> TensorShape? {
        inputs[0].map { [elementCount($0)] }
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        guard let input = call.inputs.first, let axis = input.axis, let shape = input.shape,
            let map = ChannelWiring.flattened(shape, channelAxis: axis, transposed: format == .channelsFirst)
        else { return (0, [call.mismatch]) }
        return (0, [.passed(source: map)])
    }

    package func move(from shape: [Int], to target: [Int]) -> ElementMove? {
        let order =
            format == .channelsFirst && shape.count > 1 ? Array(shape.indices.dropFirst()) + [0] : Array(shape.indices)
        return ElementMove(of: shape, permutedBy: order)
    }
}
