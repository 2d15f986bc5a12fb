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
        let role: WeightRole =
            switch layer.operation {
            case .depthwise: .depthwiseKernel
            case .separable: .pointwiseKernel
            default: .kernel
            }
        guard layer.operation.activation != nil, let weights = layer[role] else { return nil }
        depthwise =
            if case .separable = layer.operation { layer[.depthwiseKernel].map { AlignedFloats($0.elements) } } else {
                nil
            }
        guard let norm, let affine = ChannelAffine(normalization: norm) else {
            kernel = AlignedFloats(weights.elements)
            bias = layer[.bias].map { AlignedFloats($0.elements) }
            return
        }
        let channels = affine.scale.count
        // A transposed convolution has its filters before its input channels, all others last.
        let repetition = if case .transposed = layer.operation { weights.shape.last ?? 1 } else { 1 }
        kernel = AlignedFloats(
            weights.elements.enumerated().map { index, weight in
                Float(Double(weight) * affine.scale[index / repetition % channels])
            })
        let old = layer[.bias]?.elements ?? [Float](repeating: 0, count: channels)
        bias = AlignedFloats((0..<channels).map { Float(Double(old[$0]) * affine.scale[$0] + affine.shift[$0]) })
    }

    var bytes: Int { 4 * (kernel.count + (bias?.count ?? 0) + (depthwise?.count ?? 0)) }
}

/// x · scale + shift per channel, in Float64.
package struct ChannelAffine {
    package var scale: [Double]
    package var shift: [Double]

    /// γ · (x − μ) / √(σ² + ε) + β; nil when the layer is no batch normalization, or has no weights.
    package init?(normalization layer: Layer) {
        guard case let .batchNormalization(norm) = layer.operation, let mean = layer[.movingMean],
            let variance = layer[.movingVariance]
        else { return nil }
        let gamma = layer[.gamma], beta = layer[.beta]
        scale = variance.elements.enumerated().map {
            Double(gamma?[$0] ?? 1) / (Double($1) + Double(norm.epsilon)).squareRoot()
        }
        shift = zip(scale, mean.elements).enumerated().map { index, pair in
            Double(beta?[index] ?? 0) - pair.0 * Double(pair.1)
        }
    }
}
