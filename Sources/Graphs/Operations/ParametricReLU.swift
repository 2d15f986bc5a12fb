/// max(x, 0) + α · min(x, 0). Alpha: the input's shape, 1 along `sharedAxes`.
package struct ParametricReLU: LayerKind {
    package var sharedAxes: [Int]
    package init(sharedAxes: [Int] = []) { self.sharedAxes = sharedAxes }

    package var name: String { "PReLU" }
    package var operation: Operation { .parametricReLU(self) }
    package var effect: ChannelEffect { .slopes }
    package var slots: [WeightSlot] { [WeightSlot(.alpha, [.features(sharing: sharedAxes)])] }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) -> TensorShape? { inputs[0] }
    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { wanted }
    package func wiring(of call: WiredCall) -> WiredCall.Result { call.identity() }
}
