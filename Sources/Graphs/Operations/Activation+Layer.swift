/// A layer that applies a function and nothing else.
extension Activation: ElementwiseKind {
    package var operation: Operation { .activation(self) }
    package var effect: ChannelEffect { .function(self) }
    /// A softmax leaves masked positions out.
    package var ignoresMasks: Bool { isElementwise }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        guard let axis = call.inputs.first?.axis else { return (call.output.count - 1, [call.mismatch]) }
        return mixes(axis: axis, rank: call.output.count)
            ? (axis, [.pinned(.alongChannels(call.layer))]) : call.identity(at: axis)
    }
}
