/// What training asks of a layer beside a small loss: its regularizers and constraints.
package struct Regularization: Sendable, Equatable {
    /// λ₁ Σ|w| + λ₂ Σ w² over the elements of one weight, added to the loss.
    package struct Regularizer: Sendable, Equatable {
        package var l1: Double
        package var l2: Double

        package init(l1: Double = 0, l2: Double = 0) { (self.l1, self.l2) = (l1, l2) }
    }

    /// By the weight that each is of; a weight that the layer goes without has no regularizer.
    package var regularizers: [WeightRole: Regularizer] = [:]
    /// What the config asks for beside them, in its own words: `activity_regularizer (L2)`.
    package var others: [String] = []

    package init() {}
}
