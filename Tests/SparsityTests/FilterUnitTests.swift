import Graphs
import Networks
@testable import Sparsity
import Tensors
import TestSupport
import Testing

@Suite("Filters that can only go together") struct FilterUnitTests {
    /// Two 1×1 convolutions of three filters over two channels, with scales, added up.
    private func residual(_ first: [Float], _ second: [Float], gammas: [[Float]]) throws -> Graph {
        var graph = Graph()
        let x = try graph.input([2, 2, 2])
        let a = try graph.norm(graph.convolution(x, 3, first), gamma: gammas[0]),
            b = try graph.norm(graph.convolution(x, 3, second), gamma: gammas[1])
        let sum = try graph.add(.merge(Merge(.add)), [a, b])
        graph.outputs = [try graph.relu(sum)]
        return graph
    }

    private func chosen(_ selection: FilterSelection, _ graph: Graph, _ activations: ActivationStatistics? = nil)
        -> [[Int]]
    {
        let banks = FilterBank.all(in: graph)
        return selection.chosen(
            from: banks, eligible: banks.map { _ in true }, going: banks.map { _ in [] }, in: graph,
            activations: activations
        ).units.map { unit in unit.members.map(\.filter) }
    }

    @Test("A sum makes one unit of two filters, a depthwise layer of a filter and all that it makes of it")
    func members() throws {
        var graph = try residual([1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], gammas: [[1, 1, 1], [1, 1, 1]])
        let units = FilterUnit.all(of: FilterBank.all(in: graph), in: graph)
        #expect(units.map(\.members) == (0..<3).map { [.init(bank: 0, filter: $0), .init(bank: 1, filter: $0)] })
        // Of each the two outputs, the two normalized, the sum and its rectification.
        #expect(units.allSatisfy { $0.channels.count == 6 })
        _ = try graph.add(
            .depthwise(DepthwiseConvolution(multiplier: 2, window: Window(size: [1, 1]))), [graph.outputs[0]],
            weights: [.depthwiseKernel: Tensor(shape: [1, 1, 3, 2])])
        #expect(FilterUnit.all(of: FilterBank.all(in: graph), in: graph).map { $0.members.count } == [4, 4, 4])
    }

    @Test("Li adds up the tied layers, each by its mean: the larger kernel does not outvote the other")
    func li() throws {
        // Σ|w| 100, 140, 120 (mean 120) and 3, 1, 2 (mean 2): relative 0.83 + 1.5, 1.17 + 0.5, 1 + 1.
        let graph = try residual([50, 70, 60, 50, 70, 60], [1, 0.5, 1, 2, 0.5, 1], gammas: [[1, 1, 1], [1, 1, 1]])
        #expect(chosen(FilterSelection(.li, fraction: 0.7), graph) == [[1, 1], [2, 2]])
        // Of all layers together the sums themselves, on average 51.5, 70.5, 61; the fraction is of filters.
        #expect(chosen(FilterSelection(.li, fraction: 0.7, scope: .global), graph) == [[0, 0], [2, 2]])
        #expect(chosen(FilterSelection(.li, fraction: 0.3, scope: .global), graph) == [])
    }

    @Test(
        "Slimming adds up the scales that a channel runs through, also behind the sum, and passes what runs through none"
    )
    func slimming() throws {
        var graph = try residual([1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], gammas: [[0.1, 1, 1], [1, 0.2, 1]])
        #expect(chosen(FilterSelection(.slimming, fraction: 0.7), graph) == [[0, 0], [1, 1]])
        graph.outputs = [try graph.norm(graph.outputs[0], gamma: [3, 0.1, -0.1])]
        #expect(chosen(FilterSelection(.slimming, fraction: 0.7), graph) == [[1, 1], [2, 2]])
        var bare = Graph()
        let x = try bare.input([2, 2, 2])
        bare.outputs = [try bare.add(.merge(Merge(.add)), [bare.convolution(x, 3), bare.convolution(x, 3)])]
        #expect(chosen(FilterSelection(.slimming, fraction: 1), bare) == [])
    }

    @Test("APoZ also looks behind the sum, where layers are rectified that are never 0 themselves")
    func apoz() throws {
        // Filter 0 cancels itself, filter 1 is negative, filter 2 positive.
        var graph = try residual([1, -1, 1, 1, -1, 1], [-1, -1, 1, -1, -1, 1], gammas: [[1, 1, 1], [1, 1, 1]])
        for layer in graph.layers.indices { graph.layers[layer][.beta]?[2] = 5 }
        let banks = FilterBank.all(in: graph), sums = SharedActivation.all(in: graph, besides: banks)
        #expect(sums.map(\.tensor) == graph.outputs && sums.map(\.channels) == [3])
        var statistics = ActivationStatistics(banks, sums: sums)
        let network = try Network(
            graph, taps: banks.map(\.activation) + sums.map(\.tensor), options: NetworkOptions(threads: 1))
        let images = Tensor(shape: [2, 2, 2, 2], (0..<16).map { Float($0 + 1) })
        try statistics.add(Array(network.run([images]).dropFirst()))
        #expect(statistics.sumZeroShares[sums[0].tensor] == [1, 1, 0])
        #expect(chosen(FilterSelection(.apoz, fraction: 1), graph, statistics) == [[0, 0], [1, 1]])
    }

    @Test("A grouped convolution loses as many filters of every group, and is fed as many")
    func groups() throws {
        var graph = Graph()
        let x = try graph.input([2, 2, 1])
        // Two groups of two: Σ|w| 1, 4 | 3, 2.
        let fed = try graph.convolution(x, 4, [1, 4, 3, 2])
        let kernel = Tensor(shape: [1, 1, 2, 4], [1, 2, 4, 3, 1, 2, 4, 3])
        graph.outputs = [
            try graph.add(
                .convolution(Convolution(filters: 4, window: Window(size: [1, 1]), groups: 2)), [fed],
                weights: [.kernel: kernel])
        ]
        #expect(chosen(FilterSelection(.li, fraction: 0.5), graph) == [[0, 3], [0, 3]])
        // Half of a pair is none.
        #expect(chosen(FilterSelection(.li, fraction: 0.49), graph) == [])
        let banks = FilterBank.all(in: graph), rest = FilterSelection(.li, fraction: 1)
        // What goes anyway leaves the pairs of the others.
        let found = rest.chosen(from: banks, eligible: [true, false], going: [[0, 3], []], in: graph).units
        #expect(found.map { $0.members.map(\.filter) } == [[0], [3]])
    }

    @Test("A convolution with a group for every channel goes with what it reads")
    func depthwiseGroups() throws {
        var graph = Graph()
        let fed = try graph.convolution(graph.input([2, 2, 1]), 3, [3, 1, 2])
        graph.outputs = [
            try graph.add(
                .convolution(Convolution(filters: 6, window: Window(size: [1, 1]), groups: 3)), [fed],
                weights: [.kernel: Tensor(shape: [1, 1, 1, 6], repeating: 1)])
        ]
        #expect(chosen(FilterSelection(.li, fraction: 0.4), graph) == [[1, 2, 3]])
    }

    @Test("Units that share a layer with one that may not be chosen stay")
    func eligible() throws {
        let graph = try residual([1, 2, 3, 1, 2, 3], [1, 2, 3, 1, 2, 3], gammas: [[1, 1, 1], [1, 1, 1]]),
            banks = FilterBank.all(in: graph)
        #expect(
            FilterSelection(.li, fraction: 1).chosen(from: banks, eligible: [true, false], going: [[], []], in: graph)
                .units.isEmpty)
        var selection = FilterSelection(.li, fraction: 1)
        selection.keepAtLeast = 2
        #expect(selection.chosen(from: banks, eligible: [true, true], going: [[], []], in: graph).units.count == 1)
    }
}
