/// γ · (x − μ) / √(σ² + ε) + β along one axis. All four weights: the length of that axis; γ or β may be absent.
package struct BatchNormalization: LayerKind {
    /// The channel axis.
    package var axis: Int
    package var epsilon: Float
    /// What the moving statistics keep of themselves in a step of training: moving · momentum + batch · (1 − momentum).
    package var momentum: Float

    package init(axis: Int, epsilon: Float = 1e-3, momentum: Float = 0.99) {
        (self.axis, self.epsilon, self.momentum) = (axis, epsilon, momentum)
    }

    package var operation: Operation { .batchNormalization(self) }
    package var effect: ChannelEffect { .normalization(self) }
    package var slots: [WeightSlot] {
        [WeightRole.gamma, .beta, .movingMean, .movingVariance].map { role in
            WeightSlot(
                role, [.feature(axis)], isRequired: false, minimum: role == .movingVariance ? -epsilon : nil)
        }
    }

    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { axis }
    package func wiring(of call: WiredCall) -> WiredCall.Result { call.identity(at: axis) }

    package func affine(_ layer: Layer) -> ChannelAffine? {
        guard let mean = layer[.movingMean], let variance = layer[.movingVariance] else { return nil }
        let gamma = layer[.gamma], beta = layer[.beta]
        let scale = variance.elements.enumerated().map {
            Double(gamma?[$0] ?? 1) / (Double($1) + Double(epsilon)).squareRoot()
        }
        return ChannelAffine(
            scale: scale,
            shift: mean.elements.enumerated().map { Double(beta?[$0] ?? 0) - Double($1) * scale[$0] }, axes: [axis])
    }

    package func resolvingAxes(of shape: TensorShape?) -> Operation? {
        resolved(axis, of: shape).map { axis in with { $0.axis = axis } }
    }
}
