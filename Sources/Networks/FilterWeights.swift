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
            kernel = weights.alignedFloats
            bias = layer[.bias].map { AlignedFloats($0.elements) }
            return
        }
        let channels = affine.scale.count
        // Consecutive weights of one filter: a transposed kernel has its filters before its input channels.
        let repetition = slot.outputAxis.map { weights.shape[($0 + 1)...].reduce(1, *) } ?? 1
        let folded = AlignedFloats(count: weights.count)
        unsafe weights.withUnsafeBuffer { weights in
            let target = unsafe folded.start
            for index in weights.indices {
                unsafe target[index] = Float(Double(weights[index]) * affine.scale[index / repetition % channels])
            }
        }
        kernel = folded
        let old = layer[.bias]?.elements ?? [Float](repeating: 0, count: channels)
        bias = AlignedFloats((0..<channels).map { Float(Double(old[$0]) * affine.scale[$0] + affine.shift[$0]) })
    }

    var bytes: Int { 4 * (kernel.count + (bias?.count ?? 0) + (depthwise?.count ?? 0)) }
}

extension Tensor {
    /// Its elements for kernels: of large tensors lent, since most kernels only pack them.
    fileprivate var alignedFloats: AlignedFloats {
        guard count >= 1 << 18 else { return AlignedFloats(elements) }
        return unsafe AlignedFloats(count: count) { body in
            unsafe withUnsafeBuffer { if let start = unsafe $0.baseAddress { unsafe body(start) } }
        }
    }
}
