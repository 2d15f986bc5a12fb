import Graphs

/// By which signs surgery may hold a channel to be dead.
package struct Criteria: Sendable {
    /// A BN channel with |γ| below this is its mean response, if known, else the constant β; 0 counts as below any
    /// threshold. nil: scales are not looked at.
    package var scale: Float? = 1e-3
    /// A filter whose weights have a Euclidean norm below this, or 0, is its bias. nil: weights are not looked at.
    package var weight: Float? = 1e-8
    /// Whether a channel that all its consumers read with weights of exactly 0 counts as unread.
    package var unread = true
    /// Channels that are proven to hold 0 for every input inside a box.
    package var silent: Set<ChannelID> = []
    /// Channels held to be constant by what was seen of data: the value each takes.
    package var observed: [ChannelID: Double] = [:]
    /// Channels that the user wants to go though they may be alive: the value each counts as, where nothing is known of
    /// it.
    package var chosen: [ChannelID: Double] = [:]
    /// Layers none of whose output channels may go.
    package var protected: Set<LayerKey> = []
    /// Channels that stay to fill up the width of the layers that make them.
    package var padding: [ChannelID] = []
    /// The mean outputs of BN channels with small scales, as far as they were measured.
    package var responses: [ChannelID: Double] = [:]

    package init() {}

    /// The same criteria as far as they prove death: scales and weights of exactly 0, and what is proven for a box;
    /// nothing seen of data, nothing chosen.
    package var provenOnly: Criteria {
        var criteria = self
        criteria.scale = scale.map { _ in 0 }
        criteria.weight = weight.map { _ in 0 }
        criteria.observed = [:]
        criteria.chosen = [:]
        return criteria
    }

    /// Nothing is cut.
    package static var none: Criteria {
        var criteria = Criteria()
        criteria.scale = nil
        criteria.weight = nil
        criteria.unread = false
        return criteria
    }
}
