/// The rule by which gradients become steps, with its constants.
///
/// With g = ∇L + λθ. Constants and defaults: Mehta et al. 2019, supplement; the framework of its day.
package enum Optimizer: Sendable, Equatable {
    /// v ← μ v + g (first step v = g); θ ← θ − η v, or − η (g + μ v) where `nesterov`.
    case sgd(momentum: Float = 0.9, nesterov: Bool = false)
    /// m, v: moving averages of g and g². θ ← θ − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε); ε is inside the correction,
    /// v / (1 − β₂ᵗ) under the root, where `rescalesEpsilon`.
    case adam(beta1: Float = 0.9, beta2: Float = 0.99, epsilon: Float = 1e-8, rescalesEpsilon: Bool = false)
    /// Adam with the running maximum of v.
    case amsgrad(beta1: Float = 0.9, beta2: Float = 0.99, epsilon: Float = 1e-8)
    /// u ← max(β₂ u, |g| + ε); θ ← θ − η / (1 − β₁ᵗ) · m / u.
    case adamax(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
    /// v ← ρ v + (1 − ρ) g²; θ ← θ − η g / (√v + ε).
    case rmsprop(rho: Float = 0.99, epsilon: Float = 1e-8)
    /// G ← G + g²; θ ← θ − η g / (√G + ε).
    case adagrad(epsilon: Float = 1e-10)
    /// v ← ρ v + (1 − ρ) g²; Δ = √(u + ε) / √(v + ε) · g; u ← ρ u + (1 − ρ) Δ²; θ ← θ − η Δ.
    case adadelta(rho: Float = 0.9, epsilon: Float = 1e-6)

    /// The names on the command line, each with its defaults.
    package static let named: [String: Optimizer] = [
        "sgd": .sgd(), "nesterov": .sgd(nesterov: true), "adam": .adam(), "amsgrad": .amsgrad(), "adamax": .adamax(),
        "rmsprop": .rmsprop(),
        "adagrad": .adagrad(), "adadelta": .adadelta(),
    ]

    /// The learning rate that the papers use it with.
    package var defaultRate: Double {
        switch self {
        case .sgd: 0.1
        case .adam, .amsgrad, .rmsprop: 1e-3
        case .adamax: 2e-3
        case .adagrad: 1e-2
        case .adadelta: 1
        }
    }
}
