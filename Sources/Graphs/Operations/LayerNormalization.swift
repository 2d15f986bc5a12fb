/// Normalization of each image over `axes` by its own mean and variance. γ and β: the lengths of those axes; either may
/// be absent.
package struct LayerNormalization: LayerKind {
    /// Ascending.
    package var axes: [Int]
    package var epsilon: Float
    /// Divides by √(variance + ε) like the other, but takes no mean off and adds no β.
    package var rootMeanSquare: Bool

    package init(axes: [Int], epsilon: Float = 1e-3, rootMeanSquare: Bool = false) {
        (self.axes, self.epsilon, self.rootMeanSquare) = (axes, epsilon, rootMeanSquare)
    }

    package var operation: Operation { .layerNormalization(self) }
    package var effect: ChannelEffect { .unknown }
    package var slots: [WeightSlot] {
        [WeightRole.gamma, .beta].map { WeightSlot($0, axes.map(WeightAxis.feature), isRequired: false) }
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let axis = call.inputs.first?.axis
        return call.pinned(axis.map(axes.contains) ?? true ? .alongChannels(call.layer) : .axis(call.layer))
    }

    package func resolvingAxes(of shape: TensorShape?) -> Operation? {
        resolved(axes, of: shape).map { axes in with { $0.axes = axes } }
    }
}
