import Foundation

extension Activation {
    /// f(x) in Float64, for folding constants and as the reference of kernels; nil for functions of a whole vector.
    package func value(_ x: Double) -> Double? {
        switch self {
        case .linear: x
        case let .relu(maximum, slope, threshold):
            x > Double(threshold)
                ? min(x, maximum.map(Double.init) ?? .infinity) : Double(slope) * (x - Double(threshold))
        case let .elu(alpha): x > 0 ? x : Double(alpha) * expm1(x)
        case .selu: 1.0507009873554804934193349852946 * (x > 0 ? x : 1.6732632423543772848170429916717 * expm1(x))
        case let .celu(alpha): max(x, 0) + Double(alpha) * expm1(min(x, 0) / Double(alpha))
        case .sigmoid: Self.sigmoid(x)
        case let .hardSigmoid(slope, offset): min(max(Double(slope) * x + Double(offset), 0), 1)
        case .tanh: tanh_(x)
        case .hardTanh: min(max(x, -1), 1)
        case .exponential: exp(x)
        case .softplus: Self.softplus(x)
        case .softsign: x / (1 + abs(x))
        case .swish: x * Self.sigmoid(x)
        case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
        case let .gelu(approximate):
            approximate
                ? 0.5 * x * (1 + tanh_((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
                : 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .mish: x * tanh_(Self.softplus(x))
        case .logSigmoid: -Self.softplus(-x)
        case .tanhShrink: x - tanh_(x)
        case let .hardShrink(threshold): abs(x) > Double(threshold) ? x : 0
        case let .softShrink(threshold): abs(x) > Double(threshold) ? x - (x > 0 ? 1 : -1) * Double(threshold) : 0
        case let .threshold(threshold, value): x > Double(threshold) ? x : Double(value)
        case let .squareplus(b): (x + (x * x + Double(b)).squareRoot()) / 2
        case .sparsePlus: x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4
        case .sparseSigmoid: x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2
        case .softmax, .logSoftmax, .sparsemax: nil
        }
    }

    private static func sigmoid(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }
    private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}

/// The C function, whose name the case `Activation.tanh` hides.
private func tanh_(_ x: Double) -> Double { tanh(x) }
