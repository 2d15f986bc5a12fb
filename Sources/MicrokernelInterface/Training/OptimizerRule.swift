/// What an optimizer does with the gradient g of a parameter θ, at the rate η of an `OptimizerRun`. `keep` and `take` are
/// a moving average's shares of the old and the new value.
package enum OptimizerRule: Sendable, Equatable {
    /// θ −= η g.
    case plain
    /// v ← μ v + g; θ −= η v, or η (g + μ v) after Nesterov.
    case momentum(Float, nesterov: Bool)
    /// m and v: moving averages of g and g². θ −= η m / (√(c v) + ε), c the run's `momentScale`. With `amsgrad` the largest
    /// v so far in v's place.
    case adam(keep1: Float, take1: Float, keep2: Float, take2: Float, epsilon: Float, amsgrad: Bool)
    /// m as Adam's; u ← max(keep2 u, |g| + ε); θ −= η m / u.
    case adamax(keep1: Float, take1: Float, keep2: Float, epsilon: Float)
    /// v ← keep v + take g²; θ −= η g / (√v + ε). RMSprop; with shares of 1 Adagrad.
    case rootMeanSquare(keep: Float, take: Float, epsilon: Float)
    /// v ← keep v + take g²; Δ = √(u + ε) / √(v + ε) · g; u ← keep u + take Δ²; θ −= η Δ. The slots are v, u.
    case adadelta(keep: Float, take: Float, epsilon: Float)

    /// Arrays that it keeps beside the parameters, as long as they are; zeros before the first step.
    package var slotCount: Int {
        switch self {
        case .plain: 0
        case .momentum, .rootMeanSquare: 1
        case .adamax, .adadelta: 2
        case let .adam(_, _, _, _, _, amsgrad): amsgrad ? 3 : 2
        }
    }
}
