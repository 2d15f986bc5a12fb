import Graphs

/// How the scales and shifts of a normalization behind filters are distributed, and how many filters are
/// dead by it.
package struct ScaleSummary: Codable, Sendable, Equatable {
    /// The layer whose filters these are, and its normalization.
    package let layer: String
    package let filters: Int
    /// Filters with |γ| < 1e-3: dead by scale.
    package let dead: Int
    /// The smallest value, the 5, 25, 50, 75, 95 % quantiles, the largest.
    package let gamma: [Float]
    package let beta: [Float]

    package var percent: Double { filters == 0 ? 0 : 100 * Double(dead) / Double(filters) }

    /// One for each convolution that a batch normalization with a scale follows, in order. Dense layers are left out,
    /// as in the paper's percentages.
    package static func all(in graph: Graph, threshold: Float = 1e-3) -> [ScaleSummary] {
        let producers = graph.producers
        return graph.nodes.compactMap { node in
            guard case .batchNormalization = graph.layers[node.layer].operation,
                let gamma = graph.layers[node.layer][.gamma]?.elements,
                let input = node.inputs.first, let producer = producers[input]
            else { return nil }
            let layer = graph.layer(of: producer)
            guard layer.operation.filters?.slidingWindow != nil else { return nil }
            return ScaleSummary(
                layer: layer.qualifiedName, filters: gamma.count, dead: gamma.count { abs($0) < threshold },
                gamma: quantiles(gamma), beta: quantiles(graph.layers[node.layer][.beta]?.elements ?? []))
        }
    }

    /// Between neighbours by linear interpolation.
    private static func quantiles(_ values: [Float]) -> [Float] {
        let sorted = values.sorted()
        guard let last = sorted.last else { return [] }
        return [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map { (share: Float) in
            let position = share * Float(sorted.count - 1), index = Int(position), part = position - Float(index)
            guard index + 1 < sorted.count else { return last }
            // Their difference may be more than a float holds.
            return (1 - part) * sorted[index] + part * sorted[index + 1]
        }
    }
}

extension [ScaleSummary] {
    /// Percent of all filters that are dead by scale.
    package var percent: Double {
        let filters = reduce(0) { $0 + $1.filters }
        return filters == 0 ? 0 : 100 * Double(reduce(0) { $0 + $1.dead }) / Double(filters)
    }
}
