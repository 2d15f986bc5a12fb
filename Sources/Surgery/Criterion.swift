import Graphs
import Sparsity

/// A sign of death; its name on the command line and in JSON.
package enum Criterion: String, CaseIterable, Sendable, Hashable {
    case scale, weight, unread, statistics, activation, range

    /// What is cut unless the user says otherwise: what follows from the weights.
    package static let byDefault: Set<Criterion> = [.scale, .weight, .unread]

    /// Whether filters count as dead by it only where it is selected: what it says holds under a condition.
    var countsWhereSelected: Bool { self == .statistics || self == .range }
}

extension Criteria {
    /// The selected criteria with their thresholds; those that rest on data become constants of the channels they
    /// found. `ranges`: what is proven for a box of inputs; of every tensor, so that it holds behind sums, too.
    init(
        _ selected: Set<Criterion>, _ thresholds: Thresholds, _ banks: [FilterBank], _ graph: Graph,
        _ activations: ActivationStatistics?, _ ranges: ProvenRanges? = nil
    ) {
        scale = selected.contains(.scale) ? thresholds.scale : nil
        weight = selected.contains(.weight) ? thresholds.weight : nil
        unread = selected.contains(.unread)
        if selected.contains(.range) { silent = Set(ranges?.silent ?? []) }
        for (index, bank) in banks.enumerated() {
            if selected.contains(.statistics), let norm = bank.normalization {
                let output = graph.nodes[norm].outputs[0]
                for (filter, value) in WeightCriteria.asleep(graph.layer(of: norm), bank, thresholds) ?? [:] {
                    observed[ChannelID(output, filter)] = value
                }
            }
            if selected.contains(.activation), let activations {
                for filter in activations.dead(index, thresholds) ?? [] {
                    observed[ChannelID(bank.activation, filter)] = 0
                }
            }
        }
    }
}
