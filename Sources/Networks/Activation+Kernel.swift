import Graphs
import Kernels

extension Activation {
    /// The same as the epilogue of a kernel can apply it; nil for all but the ReLU family with its corner at zero.
    package var rectifier: Rectifier? {
        guard case let .relu(maximum, slope, 0) = self else { return nil }
        return Rectifier(slope: slope, maximum: maximum ?? .infinity)
    }

    /// The same as a kernel of its own; nil for the identity and for functions of a vector.
    package var function: PointwiseFunction? {
        switch self {
        case .linear, .softmax, .logSoftmax, .sparsemax: nil
        case let .relu(maximum, slope, threshold):
            rectifier.map { .rectifier($0) }
                ?? .thresholdedRectifier(threshold: threshold, slope: slope, maximum: maximum ?? .infinity)
        case let .elu(alpha): .elu(scale: 1, alpha: alpha, divisor: 1)
        case .selu: .elu(scale: 1.050_700_98, alpha: 1.673_263_24, divisor: 1)
        case let .celu(alpha): .elu(scale: 1, alpha: alpha, divisor: alpha)
        case .sigmoid: .sigmoid
        case let .hardSigmoid(slope, offset): .clippedLinear(slope: slope, offset: offset, lower: 0, upper: 1)
        case .tanh: .tanh
        case .hardTanh: .clippedLinear(slope: 1, offset: 0, lower: -1, upper: 1)
        case .exponential: .exponential
        case .softplus: .softplus
        case .softsign: .softsign
        case .swish: .swish
        case .hardSwish: .hardSwish
        case let .gelu(approximate): approximate ? .geluByTanh : .gelu
        case .mish: .mish
        case .logSigmoid: .logSigmoid
        case .tanhShrink: .tanhShrink
        case let .hardShrink(threshold): .hardShrink(threshold)
        case let .softShrink(threshold): .softShrink(threshold)
        case let .threshold(threshold, value): .threshold(threshold, value: value)
        case let .squareplus(b): .squareplus(b)
        case .sparsePlus: .sparsePlus
        case .sparseSigmoid: .clippedLinear(slope: 0.5, offset: 0.5, lower: 0, upper: 1)
        }
    }
}
