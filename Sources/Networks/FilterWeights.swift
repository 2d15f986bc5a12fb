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
            kernel = unsafe Self.floats(weights.count) { body in
                unsafe weights.withUnsafeBuffer { if let start = $0.baseAddress { unsafe body(start) } }
            }
            bias = layer[.bias].map { AlignedFloats($0.elements) }
            return
        }
        let channels = affine.scale.count
        // Consecutive weights of one filter: a transposed kernel has its filters before its input channels.
        let repetition = slot.outputAxis.map { weights.shape[($0 + 1)...].reduce(1, *) } ?? 1
        kernel = unsafe Self.floats(weights.count) { body in
            let folded = unsafe weights.withUnsafeBuffer { weights in
                weights.indices.map { index in
                    unsafe Float(Double(weights[index]) * affine.scale[index / repetition % channels])
                }
            }
            unsafe folded.withUnsafeBufferPointer { if let start = $0.baseAddress { unsafe body(start) } }
        }
        let old = layer[.bias]?.elements ?? [Float](repeating: 0, count: channels)
        bias = AlignedFloats((0..<channels).map { Float(Double(old[$0]) * affine.scale[$0] + affine.shift[$0]) })
    }

    var bytes: Int { 4 * (kernel.count + (bias?.count ?? 0) + (depthwise?.count ?? 0)) }

    /// A MiB and more of them are lent, since most kernels only pack them.
    private static func floats(_ count: Int, lentBy lend: @escaping LentFloats.Lender) -> AlignedFloats {
        if count >= 1 << 18 { return unsafe AlignedFloats(count: count, lentBy: lend) }
        let own = AlignedFloats(count: count)
        unsafe lend { unsafe own.start.update(from: $0, count: count) }
        return own
    }
}
