/// (x − mean) / √variance along `axes`, as adapted to a dataset; √variance is at least 1e-7.
///
/// Weights mean and variance: the lengths of `axes`, empty shape when `axes` is empty; then a count of what was seen.
/// `invert` computes x · √variance + mean.
package struct Normalization: LayerKind {
    /// Ascending.
    package var axes: [Int]
    package var invert: Bool

    package init(axes: [Int], invert: Bool = false) {
        (self.axes, self.invert) = (axes, invert)
    }

    package var operation: Operation { .normalization(self) }
    package var effect: ChannelEffect { .affine }
    package var slots: [WeightSlot] {
        let axes = axes.map(WeightAxis.feature)
        return [
            WeightSlot(.mean, axes, isRequired: false), WeightSlot(.variance, axes, isRequired: false, minimum: 0),
        ]
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result { call.pinned(.axis(call.layer)) }

    package func affine(_ layer: Layer) -> ChannelAffine? {
        guard let mean = layer[.mean]?.elements.map(Double.init), let variance = layer[.variance], !mean.isEmpty,
            mean.count == variance.count
        else { return nil }
        let deviations = variance.elements.map { max(Double($0).squareRoot(), 1e-7) }
        return invert
            ? ChannelAffine(scale: deviations, shift: mean, axes: axes)
            : ChannelAffine(
                scale: deviations.map { 1 / $0 }, shift: zip(mean, deviations).map { -$0 / $1 }, axes: axes)
    }

    package func resolvingAxes(of shape: TensorShape?) -> Operation? {
        resolved(axes, of: shape).map { axes in with { $0.axes = axes } }
    }
}
