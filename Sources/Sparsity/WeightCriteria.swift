import Foundation
import Graphs
import Tensors

/// The filters of one layer that are dead by what the checkpoint itself says: no data needed.
package struct WeightCriteria: Sendable, Equatable {
    /// |γ| is below the threshold; nil where no scale belongs to the layer.
    package var scale: [Int]?
    /// The norm of the weights that feed the filter is 0 or below the threshold.
    package var weight: [Int]
    /// Nobody reads the filter.
    package var unread: [Int]
    /// Asleep by the moving statistics of training; nil without batch normalization.
    package var statistics: [Int]?

    /// The criteria for every bank.
    package static func all(of banks: [FilterBank], in graph: Graph, _ thresholds: Thresholds = Thresholds())
        -> [WeightCriteria]
    {
        let unread = UnreadChannels(graph)
        return banks.map { bank in
            let norm = bank.normalization.map { graph.layer(of: $0) }
            let node = graph.nodes.firstIndex { $0.layer == bank.layer }
            return WeightCriteria(
                scale: norm?[.gamma].map { gamma in (0..<bank.filters).filter { abs(gamma[$0]) < thresholds.scale } },
                weight: node.map { ChannelReads(graph, $0).writtenNorms(below: thresholds.weight).keys.sorted() } ?? [],
                unread: unread[bank.output],
                statistics: norm.flatMap { asleep($0, bank, thresholds) }.map { $0.keys.sorted() })
        }
    }

    /// The filters that the moving statistics hold to be asleep, each with the constant its normalization then gives.
    ///
    /// Either the variance is nearly 0 (the convolution's output never changed: the constant is β), or, under a unit
    /// normal x̂, the share of positive outputs Φ(β / |γ|) is nearly 0 and the activation behind is 0 for all that is
    /// not positive.
    package static func asleep(_ norm: Layer, _ bank: FilterBank, _ thresholds: Thresholds) -> [Int: Double]? {
        guard let variance = norm[.movingVariance] else { return nil }
        let isRectified =
            !bank.normalizesActivation && [-1e-6, -0.5, -1, -1e3].allSatisfy { bank.function.value($0) == 0 }
        var result: [Int: Double] = [:]
        for filter in 0..<bank.filters {
            let gamma = norm[.gamma].map { Double($0[filter]) } ?? 1, beta = norm[.beta].map { Double($0[filter]) } ?? 0
            if variance[filter] < thresholds.variance {
                result[filter] = beta
            } else if isRectified, positiveShare(gamma: gamma, beta: beta) < thresholds.positiveShare {
                result[filter] = min(beta, 0)
            }
        }
        return result
    }

    /// Φ(β / |γ|): the share of positive values of γ · x + β for a standard normal x; for γ = 0 the step function of β.
    package static func positiveShare(gamma: Double, beta: Double) -> Double {
        gamma == 0 ? (beta > 0 ? 1 : 0) : 0.5 * erfc(-beta / abs(gamma) / 2.0.squareRoot())
    }
}
