import Graphs
import Kernels
import Tensors

/// The weights of a layer with filters as its kernels read them, a batch normalization behind it folded in.
struct FilterWeights {
    /// Keras's order; the pointwise kernel of a separable convolution.
    let kernel: AlignedFloats
    let bias: AlignedFloats?
    /// The depthwise kernel of a separable convolution.
    let depthwise: AlignedFloats?

    /// nil when the layer has no filters. The graph's shapes have been checked against the weights.
    ///
    /// With s = γ / √(σ² + ε), s · (w · x + b − μ) + β = (s · w) · x + (s · (b − μ) + β), computed in Float64 and
    /// rounded once.
    init?(_ layer: Layer, folding norm: Layer?) {
        guard let filters = layer.operation.filters, let slot = filters.kernel, let weights = layer[slot.role] else {
            return nil
        }
        depthwise = filters.taps.flatMap { layer[$0.role] }.map { AlignedFloats($0.elements) }
        guard let norm, let affine = norm.operation.kind.affine(norm) else {
            kernel = AlignedFloats(weights.elements)
            bias = layer[.bias].map { AlignedFloats($0.elements) }
            return
        }
        let channels = affine.scale.count
        // Consecutive weights of one filter: a transposed kernel has its filters before its input channels.
        let repetition = slot.outputAxis.map { weights.shape[($0 + 1)...].reduce(1, *) } ?? 1
        kernel = AlignedFloats(
            weights.elements.enumerated().map { index, weight in
                Float(Double(weight) * affine.scale[index / repetition % channels])
            })
        let old = layer[.bias]?.elements ?? [Float](repeating: 0, count: channels)
        bias = AlignedFloats((0..<channels).map { Float(Double(old[$0]) * affine.scale[$0] + affine.shift[$0]) })
    }

    var bytes: Int { 4 * (kernel.count + (bias?.count ?? 0) + (depthwise?.count ?? 0)) }
}
