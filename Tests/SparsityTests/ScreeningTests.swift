import Datasets
import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Sparsity

/// Filters watched with the fastest kernels, and looked at again where rounding could decide.
@Suite struct Screening {
    /// 3×3 convolutions that Winograd's transforms are used for, behind a first layer of ReLUs.
    private func graph(_ channels: Int) throws -> Graph {
        var graph = Graph(), x = try graph.input([16, 16, 3])
        for (index, filters) in [channels, channels, channels].enumerated() {
            let layer = Convolution(
                filters: filters, window: Window(size: [3, 3], padding: .same), activation: .rectifier)
            x = try graph.add("c\(index)", .convolution(layer), [x])
        }
        graph.outputs = [x]
        return graph
    }

    private let corpus = ModelCorpus(.random(imageShape: [16, 16, 3], count: 96, seed: 3))

    /// The largest number that each filter of a bank makes before its ReLU, with exact kernels.
    private func tops(_ graph: Graph, _ bank: Int) throws -> [Float] {
        let watched = FilterBank.all(in: graph)[bank]
        var tensor = SummarizedTensor(watched.activation, axis: watched.axis)
        tensor.isBeforeRectifier = true
        let network = try Network(
            graph.answering(with: []), summarizing: [tensor],
            options: NetworkOptions(threads: 2, convolutions: .direct))
        var tops = [Float](repeating: -.infinity, count: watched.filters), batches = corpus.batches(of: 32)
        while let batch = try batches.next() {
            try network.summaries(batch.inputs)[0].forEach { tops[$1] = max(tops[$1], $2.largest) }
        }
        return tops
    }

    @Test("Filters within rounding of ever waking are dead or alive as exact kernels have it")
    func verdicts() throws {
        var graph = try graph(64)
        // By their biases filters wake by nothing, by the next number above it, by little, never by little.
        for bank in [1, 2] {
            let layer = FilterBank.all(in: graph)[bank].layer
            for (filter, top) in try tops(graph, bank).enumerated() where filter % 2 == 0 {
                let target: Float = [-1e-6, 0, 2e-12, 1e-6, -1e-5, 1e-5, -0.1, 1][filter / 2 % 8]
                graph.layers[layer][.bias]?[filter] -= top - target * max(1, top)
            }
        }
        let found = try tops(graph, 1)
        #expect(found.count { abs($0) < 1e-4 } >= 8)
        let exactNetwork = try Network(
            graph, taps: FilterBank.all(in: graph).map(\.activation),
            options: NetworkOptions(threads: 2, convolutions: .direct))
        var exact = ActivationStatistics(FilterBank.all(in: graph)), batches = corpus.batches(of: 32)
        while let batch = try batches.next() { try exact.add(Array(exactNetwork.run(batch.inputs).dropFirst())) }
        let screened = try ActivationStatistics.gathered(
            graph, over: corpus, batch: 32, options: NetworkOptions(threads: 2))
        for bank in 0..<3 {
            #expect(screened.dead(bank) == exact.dead(bank))
            for (a, b) in try zip(#require(screened.zeroShares(bank)), #require(exact.zeroShares(bank))) {
                #expect(abs(a - b) <= 1e-3)
            }
            for (a, b) in try zip(#require(screened.universality(bank)), #require(exact.universality(bank))) {
                #expect(abs(a - b) <= 4)
            }
            for (a, b) in try zip(#require(screened.activity(bank)), #require(exact.activity(bank))) {
                #expect(abs(a.largest - b.largest) <= 1e-4 * b.largest + 1e-5 && abs(a.mean - b.mean) <= 1e-4)
            }
        }
    }

    @Test("Only images that leave a filter in doubt are run again, none where all kernels are exact anyway")
    func repeats() throws {
        let graph = try graph(64), banks = FilterBank.all(in: graph)
        func network(_ corpus: ModelCorpus, isExact: Bool = false) throws -> ScreenedNetwork {
            try ScreenedNetwork(
                graph.answering(with: []),
                watching: banks.map { SummarizedTensor($0.activation, axis: $0.axis) }, counting: [], over: corpus,
                silence: 1e-12, options: NetworkOptions(threads: 1, convolutions: isExact ? .direct : .fastest))
        }
        var found = try network(corpus), batches = corpus.batches(of: 32)
        while let batch = try batches.next() { _ = try found.summaries(batch.inputs) }
        #expect(found.isScreened && found.repeated < 10)
        #expect(try !network(corpus, isExact: true).isScreened)
        #expect(try !network(ModelCorpus(.random(imageShape: [16, 16, 3], count: 10, seed: 1))).isScreened)
    }
}
