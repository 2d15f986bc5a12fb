/// Computes nothing at inference: noise, regularization, dropouts of other kinds.
package struct Identity: LayerKind {
    package init() {}

    package var name: String { "Identity" }
    package var operation: Operation { .identity }
    package var effect: ChannelEffect { .copy }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) -> TensorShape? { inputs[0] }
    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { wanted }
    package func wiring(of call: WiredCall) -> WiredCall.Result { call.identity() }
}
