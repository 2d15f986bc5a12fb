/// max(x, 0) + α · min(x, 0). Alpha: the input's shape, 1 along `sharedAxes`.
package struct ParametricReLU: ElementwiseKind {
    package var sharedAxes: [Int]
    package init(sharedAxes: [Int] = []) { self.sharedAxes = sharedAxes }

    package var name: String { "PReLU" }
    package var operation: Operation { .parametricReLU(self) }
    package var effect: ChannelEffect { .slopes }
    package var slots: [WeightSlot] { [WeightSlot(.alpha, [.features(sharing: sharedAxes)])] }
}
