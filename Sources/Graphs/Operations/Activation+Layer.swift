/// A layer that applies a function and nothing else.
extension Activation: ElementwiseKind {
    package var operation: Operation { .activation(self) }
    package var effect: ChannelEffect { .function(self) }
    /// A softmax leaves masked positions out.
    package var ignoresMasks: Bool { isElementwise }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let isMixed = call.inputs.first?.axis.map { mixes(axis: $0, rank: call.output.count) } ?? false
        return isMixed ? call.pinned(.alongChannels(call.layer)) : call.identity()
    }
}
