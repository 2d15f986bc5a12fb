extension Activation {
    /// How far apart f(x) and f(y) can be when x and y are at most `distance` apart; for functions of a vector: when
    /// their elements are, and in each element of the result. Infinite where no number bounds it.
    package func largestChange(for distance: Double) -> Double {
        guard distance > 0 else { return 0 }
        return distance.isFinite ? min(lipschitz * distance, span) : .infinity
    }

    /// The Lipschitz constant, rounded up: the largest slope; infinite for what jumps or grows without bound.
    ///
    /// Functions of a vector: in the largest norm, which is the largest Σ_j |∂f_i / ∂x_j|. Softmax has 2 p_i (1 − p_i)
    /// ≤ ½ there, its logarithm 2 (1 − p_i) ≤ 2.
    private var lipschitz: Double {
        switch self {
        case .linear, .tanh, .hardTanh, .softplus, .softsign, .logSigmoid, .tanhShrink, .sparsePlus: 1
        case let .relu(maximum, slope, threshold):
            threshold == 0 && maximum ?? 0 >= 0 ? max(1, abs(Double(slope))) : .infinity
        case let .elu(alpha): max(1, abs(Double(alpha)))
        case .selu: 1.7581
        case let .celu(alpha): alpha > 0 ? 1 : .infinity
        case .sigmoid: 0.25
        case let .hardSigmoid(slope, _): abs(Double(slope))
        case .swish: 1.1
        case .hardSwish: 1.5
        case .gelu: 1.13
        case .mish: 1.09
        case let .hardShrink(threshold): threshold <= 0 ? 1 : .infinity
        case let .softShrink(threshold): threshold >= 0 ? 1 : .infinity
        case let .threshold(threshold, value): threshold == value ? 1 : .infinity
        case let .squareplus(b): b >= 0 ? 1 : .infinity
        case .sparseSigmoid: 0.5
        case .softmax: 0.5
        case .logSoftmax: 2
        case .exponential, .sparsemax: .infinity
        }
    }

    /// The length of the interval that all values lie in.
    private var span: Double {
        switch self {
        case .sigmoid, .hardSigmoid, .sparseSigmoid, .softmax: 1
        case .tanh, .hardTanh, .softsign: 2
        case let .relu(maximum?, 0, threshold): threshold >= 0 && maximum >= 0 ? Double(maximum) : .infinity
        default: .infinity
        }
    }
}
