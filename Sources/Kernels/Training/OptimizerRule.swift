/// How an optimizer turns gradients into steps, with its constants. What depends on the number of the step is in
/// `OptimizerStep`.
package enum OptimizerRule: Sendable, Equatable {
    /// v ← μ v + g; θ −= η v, or η (g + μ v) after Nesterov. Without momentum there is no slot.
    case sgd(momentum: Double, nesterov: Bool)
    /// m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ −= η m / (√(c v) + ε). With `amsgrad` the largest v so far in
    /// v's place.
    case adam(beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool)
    /// m as Adam's; u ← max(β₂ u, |g| + ε); θ −= η m / u.
    case adamax(beta1: Double, beta2: Double, epsilon: Double)
    /// v ← ρ v + (1 − ρ) g²; θ −= η g / (√v + ε).
    case rmsprop(rho: Double, epsilon: Double)
    /// v ← v + g²; θ −= η g / (√v + ε).
    case adagrad(epsilon: Double)
    /// v ← ρ v + (1 − ρ) g²; Δ = √(u + ε) / √(v + ε) · g; u ← ρ u + (1 − ρ) Δ²; θ −= η Δ. The slots are v, u.
    case adadelta(rho: Double, epsilon: Double)

    /// Arrays that it keeps beside the parameters, as long as they are; zeros before the first step.
    package var slotCount: Int {
        switch self {
        case let .sgd(momentum, _): momentum == 0 ? 0 : 1
        case let .adam(_, _, _, amsgrad): amsgrad ? 3 : 2
        case .adamax, .adadelta: 2
        case .rmsprop, .adagrad: 1
        }
    }
}
