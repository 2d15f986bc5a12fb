/// x · scale + offset; one number, or one per position of the last axis.
package struct Rescaling: ElementwiseKind {
    package var scale: [Float]
    package var offset: [Float]

    package init(scale: [Float], offset: [Float] = [0]) {
        (self.scale, self.offset) = (scale, offset)
    }

    package var operation: Operation { .rescaling(self) }
    package var effect: ChannelEffect { .affine }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        for vector in [scale, offset] where vector.count > 1 {
            if let last = inputs[0]?.last, let last, last != vector.count {
                throw rule.invalid("\(vector.count) factors for the last axis of \(inputs[0]?.text ?? "")")
            }
        }
        return inputs[0]
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        scale.count == 1 && offset.count == 1 ? call.identity() : call.pinned(.alongChannels(call.layer))
    }

    package func affine(_ layer: Layer) -> ChannelAffine? {
        let count = max(scale.count, offset.count)
        guard let factor = scale.first, let term = offset.first else { return nil }
        func spread(_ numbers: [Float], _ first: Float) -> [Double] {
            numbers.count == count ? numbers.map(Double.init) : Array(repeating: Double(first), count: count)
        }
        return ChannelAffine(scale: spread(scale, factor), shift: spread(offset, term), axes: count == 1 ? [] : [-1])
    }
}
