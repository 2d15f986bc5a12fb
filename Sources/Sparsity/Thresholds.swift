/// The limits below which a filter counts as dead.
package struct Thresholds: Sendable, Equatable {
    /// Largest |activation| over a corpus (Mehta et al. 2019 §2.1).
    package var activation: Float = 1e-12
    /// |γ| of the batch normalization (Mehta et al. 2019 §2.1).
    package var scale: Float = 1e-3
    /// Euclidean norm of the weights that feed the filter. The literature gives none; weights that decay kills end many
    /// orders of magnitude below this, weights in use stay many above.
    package var weight: Float = 1e-8
    /// Moving variance of the batch normalization: the filter was constant while the network trained.
    package var variance: Float = 1e-10
    /// Predicted share of positive activations.
    package var positiveShare: Double = 1e-3
    /// An image counts towards universality when the feature exceeds this part of its maximum (Mehta et al. 2019 §2.1).
    package var universality: Float = 1e-3

    package init() {}
}
