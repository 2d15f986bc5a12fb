/// Sets each element to 0 with this probability while training and divides the others by 1 − rate; the identity at
/// inference.
package struct Dropout: LayerKind {
    package var rate: Float
    package init(rate: Float) { self.rate = rate }

    package var name: String { "Dropout" }
    package var operation: Operation { .dropout(rate: rate) }
    package var effect: ChannelEffect { .copy }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) -> TensorShape? { inputs[0] }
    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { wanted }
    package func wiring(of call: WiredCall) -> WiredCall.Result { call.identity() }
}
