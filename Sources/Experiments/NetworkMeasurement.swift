import Compression
import Datasets
import Graphs
import Networks
import Sparsity
import Surgery
import Training

/// What became of the filters of a trained network, and what cutting the dead ones does.
package struct NetworkMeasurement: Sendable, Codable, Equatable {
    package struct LayerCounts: Sendable, Codable, Equatable {
        package let layer: String
        package let filters: Int
        /// By the experiment's sign of the weights, and on the test images.
        package let dead: Int
        package let silent: Int
        /// How many filters answer to 0–10 %, …, 90–100 % of the test images; the first are selective, the last
        /// universal.
        package let universality: [Int]
    }

    /// A number before and after the cut.
    package struct BeforeAndAfter<Number: Sendable & Codable & Equatable>: Sendable, Codable, Equatable {
        package let before: Number
        package let after: Number
    }

    package let testImages: Int
    /// Top-1 error on the test images, in percent, and cross-entropy in nats.
    package let error: BeforeAndAfter<Double>
    package let loss: BeforeAndAfter<Double>
    package let top5Error: Double
    /// Weights of convolutions; in a network without any, of dense layers.
    package let weights: BeforeAndAfter<Int>
    package let layers: [LayerCounts]

    /// Percent of all filters.
    package var dead: Double { share(\.dead) }
    package var silent: Double { share(\.silent) }
    package var weightsCut: Double {
        weights.before == 0 ? 0 : 100 * Double(weights.before - weights.after) / Double(weights.before)
    }

    private func share(_ count: KeyPath<LayerCounts, Int>) -> Double {
        let filters = layers.reduce(0) { $0 + $1.filters }
        return filters == 0 ? 0 : 100 * Double(layers.reduce(0) { $0 + $1[keyPath: count] }) / Double(filters)
    }
}

extension NetworkMeasurement {
    /// Watches a classifier over labelled images, cuts what is dead by `sign`, and tests what is left.
    ///
    /// Filters are those of convolutions; in a network without any, the hidden units. A channel of small scale counts
    /// as the constant β, as if it were 0.
    package static func of(_ network: Graph, sign: Experiment.Sign, on test: Corpus, threads: Int? = nil) throws
        -> NetworkMeasurement
    {
        var request = CompressionRequest()
        request.criteria = [sign.criterion]
        request.measuresResponses = false
        let compression = GraphCompression(
            network, request, corpus: ModelCorpus(test),
            execution: Execution(batch: 100, network: NetworkOptions(threads: threads, convolutions: .direct)))
        let audit = Audit(try compression.plan(compression.examine(watchingFilters: true)).plan)
        let compact = try audit.plan.rewrite().graph
        let before = try Evaluation.of(network, on: test, threads: threads),
            after = try Evaluation.of(compact, on: test, threads: threads)
        return NetworkMeasurement(
            testImages: test.count, error: BeforeAndAfter(before: before.top1Error, after: after.top1Error),
            loss: BeforeAndAfter(before: before.loss, after: after.loss), top5Error: before.top5Error,
            weights: BeforeAndAfter(before: network.countedWeights, after: compact.countedWeights),
            layers: audit.layers.filter { network.counts($0.bank) }.map { layer in
                LayerCounts(
                    layer: layer.bank.name, filters: layer.bank.filters, dead: layer.dead[sign.criterion]?.count ?? 0,
                    silent: layer.dead[.activation]?.count ?? 0, universality: histogram(layer.universality ?? []))
            })
    }

    /// How many of the percentages lie in each tenth of 0…100; 100 belongs to the last.
    static func histogram(_ percentages: [Double]) -> [Int] {
        percentages.reduce(into: Array(repeating: 0, count: 10)) { $0[min(9, max(0, Int($1 / 10)))] += 1 }
    }
}

extension Experiment.Sign {
    fileprivate var criterion: Criterion {
        switch self {
        case .scale: .scale
        case .weight: .weight
        }
    }
}

extension Graph {
    private var hasConvolutions: Bool {
        layers.contains { if case .convolution = $0.operation { true } else { false } }
    }

    /// Whether a bank's filters are counted: those of convolutions, or, where there are none, of hidden dense layers.
    fileprivate func counts(_ bank: FilterBank) -> Bool {
        if case .convolution = layers[bank.layer].operation { return true }
        return isCountedDense(layers[bank.layer]) && !outputs.contains(bank.activation)
    }

    fileprivate var countedWeights: Int {
        layers.reduce(0) { sum, layer in
            var isCounted = isCountedDense(layer)
            if case .convolution = layer.operation { isCounted = true }
            return isCounted ? sum + (layer[.kernel]?.count ?? 0) : sum
        }
    }

    private func isCountedDense(_ layer: Layer) -> Bool {
        if case .dense = layer.operation { !hasConvolutions } else { false }
    }
}
