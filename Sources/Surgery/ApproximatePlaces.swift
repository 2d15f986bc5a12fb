import Datasets
import Graphs
import Networks
import Sparsity

/// Where criteria take for a constant what is only nearly one: normalizations with small scales, filters with small
/// weights. What is known of it beyond the weights is what images show.
package struct ApproximatePlaces {
    private let graph: Graph
    /// For each node where channels are approximated, those channels, ascending.
    let channels: [NodeID: [Int]]

    package init(_ graph: Graph, _ criteria: Criteria) {
        self.graph = graph
        var channels: [NodeID: [Int]] = [:]
        for id in graph.nodes.indices {
            let found = Self.approximated(graph, id, criteria)
            if !found.isEmpty { channels[id] = found }
        }
        self.channels = channels
    }

    /// The places under selected criteria, of which only those that look at weights approximate.
    package init(_ graph: Graph, selected: Set<Criterion>, thresholds: Thresholds) {
        self.init(graph, Criteria(selected, thresholds, [], graph, nil))
    }

    private static func approximated(_ graph: Graph, _ id: NodeID, _ criteria: Criteria) -> [Int] {
        let layer = graph.layer(of: id)
        switch layer.operation.kind.effect {
        case .normalization:
            guard let gamma = layer[.gamma], let threshold = criteria.scale else { return [] }
            return (0..<gamma.count).filter { gamma[$0] != 0 && abs(gamma[$0]) < threshold }
        case .weights, .taps:
            guard let threshold = criteria.weight else { return [] }
            return ChannelReads(graph, id).writtenNorms(below: threshold).filter { !$0.value }.keys.sorted()
        case .source, .unknown, .copy, .move, .plane, .function, .slopes, .affine, .merge, .concatenation:
            return []
        }
    }

    package var isEmpty: Bool { channels.isEmpty }

    /// The tensors that must be watched to know what approximating costs: what the places read, and the factors of
    /// products, as far as they can be computed. None where nothing is approximated.
    private var tensors: [TensorID] {
        if channels.isEmpty { return [] }
        let read = graph.nodes.indices.flatMap { id -> [TensorID] in
            if case let .merge(merge) = graph.layer(of: id).operation, merge.kind == .multiply {
                return graph.nodes[id].inputs
            }
            return channels[id] == nil ? [] : graph.nodes[id].inputs
        }
        let part = RunnablePart(graph)
        return Set(read).filter { part.isComputable[$0] }.sorted()
    }

    /// What the dense model shows of them on `images`; nothing is run where nothing is approximated.
    package func watched(
        on images: VerificationImages, batch size: Int, options: NetworkOptions = NetworkOptions(),
        progress: (Int) -> Void = { _ in }
    ) throws -> ChannelRanges {
        try ChannelRanges.watched(tensors, of: graph, on: images, batch: size, options: options, progress: progress)
    }

    /// Whether filters that were watched tell the responses: a normalization that alone reads a layer gives its
    /// activation function what it makes.
    package func areTold(by activations: ActivationStatistics) -> Bool { banks(activations) != nil }

    /// For each place of small scales the bank that tells what it makes; nil where one has none.
    private func banks(_ activations: ActivationStatistics) -> [NodeID: Int]? {
        var result: [NodeID: Int] = [:]
        let calls = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].layer }
        for id in channels.keys where NormalizedChannel(graph.layer(of: id), 0) != nil {
            guard calls[graph.nodes[id].layer]?.count == 1,
                let bank = activations.banks.firstIndex(where: { $0.normalization == id && !$0.normalizesActivation }),
                activations.seesInputs(bank)
            else { return nil }
            result[id] = bank
        }
        return result
    }

    /// The same as `responses(_:)` of what was seen makes of filters that were watched. Nil where some channel was not
    /// watched so.
    package func responses(_ activations: ActivationStatistics) -> [ChannelID: Double]? {
        guard let banks = banks(activations) else { return nil }
        var result: [ChannelID: Double] = [:]
        for (id, bank) in banks {
            guard let means = activations.meanInput(bank) else { return nil }
            for channel in channels[id] ?? [] where means[channel].isFinite {
                result[ChannelID(graph.nodes[id].outputs[0], channel)] = means[channel]
            }
        }
        return result
    }

    /// The mean response of every channel that a small scale makes: β + γ · (E[x] − μ) / √(σ² + ε), with the mean of
    /// what was seen over all calls of the layer, so that all of them stand for the same constant.
    package func responses(_ seen: ChannelRanges) -> [ChannelID: Double] {
        responses { tensor in seen[tensor]?.map { ($0.sum, $0.count) } }
    }

    package func responses(_ seen: ChannelSums) -> [ChannelID: Double] {
        let totals = seen.totals
        return responses { totals[$0] }
    }

    private func responses(_ seen: (TensorID) -> [(sum: Double, count: Int)]?) -> [ChannelID: Double] {
        var result: [ChannelID: Double] = [:]
        for (_, calls) in Dictionary(grouping: channels.keys.sorted(), by: { graph.nodes[$0].layer }) {
            for channel in calls.first.flatMap({ channels[$0] }) ?? [] {
                let parts = calls.compactMap { seen(graph.nodes[$0].inputs[0]) }
                    .compactMap { $0.indices.contains(channel) ? $0[channel] : nil }
                let count = parts.reduce(0) { $0 + $1.count }, sum = parts.reduce(0) { $0 + $1.sum }
                guard count > 0, let affine = calls.first.flatMap({ NormalizedChannel(graph.layer(of: $0), channel) })
                else { continue }
                let response = affine.value(sum / Double(count))
                if response.isFinite {
                    for call in calls { result[ChannelID(graph.nodes[call].outputs[0], channel)] = response }
                }
            }
        }
        return result
    }

    /// Nothing yet of what the normalizations of small scales read, over blocks from `block` on.
    package func inputSums(from block: Int) -> ChannelSums {
        let part = RunnablePart(graph)
        let read = channels.keys.filter { NormalizedChannel(graph.layer(of: $0), 0) != nil }
            .map { graph.nodes[$0].inputs[0] }
        return ChannelSums(graph, Set(read).filter { part.isComputable[$0] }.sorted(), from: block)
    }

    /// What they read over those images of some blocks that `isIncluded` wants, by their position in the corpus.
    package func inputSums(
        over corpus: ModelCorpus, blocks: Range<Int>, batch size: Int, options: NetworkOptions,
        progress: (Int) -> Void = { _ in }, isIncluded: (Int) -> Bool
    ) throws -> ChannelSums {
        var result = inputSums(from: blocks.lowerBound)
        try result.add(
            blocks, of: corpus, graph: graph, batch: size, options: options, isIncluded: isIncluded,
            progress: progress)
        return result
    }
}

/// γ · (x − μ) / √(σ² + ε) + β for one channel of a batch normalization.
struct NormalizedChannel {
    let slope: Double
    let mean: Double
    let shift: Double

    /// nil for other layers, and where the layer has no moving statistics.
    init?(_ layer: Layer, _ channel: Int) {
        guard case let .batchNormalization(norm) = layer.operation, let mean = layer[.movingMean],
            let variance = layer[.movingVariance]
        else { return nil }
        let gamma = layer[.gamma].map { Double($0[channel]) } ?? 1
        slope = gamma / (Double(variance[channel]) + Double(norm.epsilon)).squareRoot()
        self.mean = Double(mean[channel])
        shift = layer[.beta].map { Double($0[channel]) } ?? 0
    }

    func value(_ x: Double) -> Double { slope * (x - mean) + shift }
}
