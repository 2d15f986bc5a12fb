import Graphs
import Networks
import Sparsity
import Tensors
import TestSupport
import Testing

@Suite("Choosing filters") struct FilterSelectionTests {
    /// Two 1×1 convolutions of four and two filters over one channel, with normalizations.
    ///
    /// Σ|w|: 4, 1, 3, 2 and, over the four channels before, 8 and 4. |γ|: 0.5, 0.1, 0.4, 0.3 and 0.2, 0.05.
    static func graph() throws -> Graph {
        var graph = Graph()
        func conv(_ x: TensorID, _ kernel: Tensor) throws -> TensorID {
            let window = Window(size: [1, 1])
            return try graph.add(
                Layer(
                    name: "conv\(graph.layers.count)",
                    operation: .convolution(Convolution(filters: kernel.shape[3], window: window)),
                    weights: [Weight(.kernel, kernel)]), [x])
        }
        func norm(_ x: TensorID, _ gamma: [Float]) throws -> TensorID {
            let ones = Tensor(gamma.map { _ in 1 }), zeros = Tensor(shape: [gamma.count])
            return try graph.add(
                Layer(
                    name: "norm\(graph.layers.count)", operation: .batchNormalization(BatchNormalization(axis: 2)),
                    weights: [
                        Weight(.gamma, Tensor(gamma)), Weight(.beta, zeros), Weight(.movingMean, zeros),
                        Weight(.movingVariance, ones),
                    ]), [x])
        }
        var x = try graph.add(Layer(name: "input", operation: .input(Input(shape: [2, 2, 1]))))
        x = try norm(conv(x, Tensor(shape: [1, 1, 1, 4], [4, -1, 3, -2])), [0.5, -0.1, 0.4, 0.3])
        x = try norm(conv(x, Tensor(shape: [1, 1, 4, 2], [2, -1, -2, 1, 2, -1, 2, 1])), [-0.2, 0.05])
        graph.outputs = [x]
        return graph
    }

    private func chosen(_ selection: FilterSelection, eligible: [Bool] = [true, true], going: [Set<Int>] = [[], []])
        throws -> [[Int]]
    {
        let graph = try Self.graph()
        var result: [[Int]] = [[], []]
        for member in selection.chosen(from: FilterBank.all(in: graph), eligible: eligible, going: going, in: graph)
            .units.flatMap(\.members)
        { result[member.bank].append(member.filter) }
        return result
    }

    @Test("Li takes the smallest sums of magnitudes of each layer, the smallest first")
    func li() throws {
        #expect(try chosen(FilterSelection(.li, fraction: 0.5)) == [[1, 3], [1]])
        #expect(try chosen(FilterSelection(.li, fraction: 0.25)) == [[1], []])
    }

    @Test("Network Slimming takes the smallest scales of the whole network")
    func slimming() throws {
        // Of the three smallest, 0.05, 0.1 and 0.2, the last would empty its layer.
        #expect(try chosen(FilterSelection(.slimming, fraction: 0.5)) == [[1], [1]])
        #expect(try chosen(FilterSelection(.slimming, fraction: 0.5, scope: .layer)) == [[1, 3], [1]])
    }

    @Test("The scope overrides the paper's")
    func scope() throws {
        // Of 4, 1, 3, 2, 8, 4 the three smallest.
        #expect(try chosen(FilterSelection(.li, fraction: 0.5, scope: .global)) == [[1, 3, 2], []])
    }

    @Test("A part of a filter is left, unless all but the last bit of it is asked for")
    func rounding() throws {
        #expect(
            try chosen(FilterSelection(.li, fraction: 0.75.nextDown), eligible: [true, false]) == [[1, 3, 2], []])
        #expect(try chosen(FilterSelection(.li, fraction: 0.74), eligible: [true, false]) == [[1, 3], []])
    }

    @Test("Units go in the order in which a growing fraction takes them, one after the other")
    func units() throws {
        func chosen(_ count: Int) throws -> [[Int]] { try self.chosen(FilterSelection(.li, .units(count))) }
        #expect(try chosen(0) == [[], []] && chosen(1) == [[1], []])
        // The third filter of four is the half of a layer as the first of two is: the earlier layer's goes first.
        #expect(try chosen(2) == [[1, 3], []] && chosen(3) == [[1, 3], [1]])
        // The last of each layer stay.
        #expect(try chosen(4) == [[1, 3, 2], [1]] && chosen(.max) == chosen(4))
        let graph = try Self.graph(),
            choice = FilterSelection(.li, .units(3)).chosen(
                from: FilterBank.all(in: graph), eligible: [true, true], going: [[], []], in: graph)
        #expect(choice.available == 6 && choice.fraction == 0.5)
        #expect(
            try self.chosen(FilterSelection(.li, .units(3), scope: .global))
                == self.chosen(FilterSelection(.li, fraction: 0.5, scope: .global)))
    }

    @Test("A layer keeps the number asked for, those that go anyway counted")
    func keepAtLeast() throws {
        var selection = FilterSelection(.li, fraction: 1)
        #expect(try chosen(selection) == [[1, 3, 2], [1]])
        selection.keepAtLeast = 3
        #expect(try chosen(selection) == [[1], []])
        // Filter 0 goes anyway: it takes the only place, and costs nothing when it is chosen itself.
        #expect(try chosen(selection, going: [[0], []]) == [[0], []])
        selection.keepAtLeast = 2
        #expect(try chosen(selection, going: [[0], []]) == [[1, 0], []])
    }

    @Test("Layers that are not eligible neither lose filters nor count")
    func eligible() throws {
        #expect(try chosen(FilterSelection(.slimming, fraction: 0.5), eligible: [true, false]) == [[1, 3], []])
    }

    @Test("Chance follows from its seed")
    func random() throws {
        var selection = FilterSelection(.random, fraction: 0.5)
        let first = try chosen(selection)
        #expect(first.map(\.count) == [2, 1])
        #expect(try chosen(selection) == first)
        #expect(
            try (UInt64(2)...20).contains { seed in
                selection.seed = seed
                return try chosen(selection) != first
            })
    }

    @Test("APoZ takes the filters that are 0 most often, and none that never is")
    func apoz() throws {
        let graph = try Self.graph()
        let banks = FilterBank.all(in: graph)
        var statistics = ActivationStatistics(banks)
        // Two images of 2 × 1 positions. Zeros of the four filters: 1, 3, 0, 4 of 4; of the two: 4 and 0.
        try statistics.add([
            Tensor(shape: [2, 2, 1, 4], [0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 5, 1, 0]),
            Tensor(shape: [2, 2, 1, 2], [0, 1, 0, 1, 0, 1, 0, 1]),
        ])
        #expect(statistics.zeroShares(0) == [0.25, 0.75, 0, 1] && statistics.zeroShares(1) == [1, 0])
        func chosen(_ fraction: Double) -> [[Int]] {
            var result: [[Int]] = [[], []]
            let found = FilterSelection(.apoz, fraction: fraction).chosen(
                from: banks, eligible: [true, true], going: [[], []], in: graph, activations: statistics)
            for member in found.units.flatMap(\.members) { result[member.bank].append(member.filter) }
            return result
        }
        // Filter 2 of the first layer and 1 of the second are never 0: they do not rank.
        #expect(chosen(1) == [[3, 1, 0], [0]])
        #expect(chosen(0.7) == [[3, 1], [0]])
    }

    @Test("Taylor takes the smallest effects on the loss, each layer's relative to their norm; what has none stays")
    func taylor() throws {
        let graph = try Self.graph(), banks = FilterBank.all(in: graph)
        func chosen(_ effects: [[Double]?], scope: FilterSelection.Scope? = nil) -> [[Int]] {
            var result: [[Int]] = [[], []]
            let found = FilterSelection(.taylor, fraction: 0.5, scope: scope).chosen(
                from: banks, eligible: [true, true], going: [[], []], in: graph, effects: effects)
            for member in found.units.flatMap(\.members) { result[member.bank].append(member.filter) }
            return result
        }
        // Relative to norms of 10 and 0.05: 0.1, 0.7, 0.5, 0.5 and 0.6, 0.8.
        let effects: [[Double]?] = [[1, 7, 5, 5], [0.03, 0.04]]
        #expect(chosen(effects) == [[0, 2, 3], []])
        #expect(chosen(effects, scope: .layer) == [[0, 2], [0]])
        #expect(chosen([nil, effects[1]]) == [[], [0]])
        #expect(chosen([[0, 0, 0, 0], effects[1]]) == [[0, 1, 2], []])
    }

    @Test("Magnitudes of depthwise, transposed and separable filters")
    func otherKinds() throws {
        var graph = Graph()
        let input = try graph.add(Layer(name: "input", operation: .input(Input(shape: [2, 2, 2]))))
        let window = Window(size: [1, 1])
        // Σ|w| of its four outputs: 1, 4, 3, 2.
        _ = try graph.add(
            Layer(
                name: "depthwise", operation: .depthwise(DepthwiseConvolution(multiplier: 2, window: window)),
                weights: [Weight(.depthwiseKernel, Tensor(shape: [1, 1, 2, 2], [1, -4, 3, 2]))]), [input])
        // Filters come before inputs: Σ|w| 7 and 2.
        _ = try graph.add(
            Layer(
                name: "transposed", operation: .transposed(TransposedConvolution(filters: 2, window: window)),
                weights: [Weight(.kernel, Tensor(shape: [1, 1, 2, 2], [-3, 4, 1, 1]))]), [input])
        // Rows weigh 10 and 1: Σ|w| 10 and 11, where the pointwise kernel alone has 9.1 and 2.
        _ = try graph.add(
            Layer(
                name: "separable", operation: .separable(SeparableConvolution(filters: 2, window: window)),
                weights: [
                    Weight(.depthwiseKernel, Tensor(shape: [1, 1, 2, 1], [-10, 1])),
                    Weight(.pointwiseKernel, Tensor(shape: [1, 1, 2, 2], [0.1, 1, 9, 1])),
                ]), [input])
        let banks = FilterBank.all(in: graph)
        let found = FilterSelection(.li, fraction: 0.5).chosen(
            from: banks, eligible: [true, true, true], going: [[], [], []], in: graph
        ).units.flatMap(\.members)
        // What is made of one input goes together: 1 + 4 and 3 + 2, of equals the first.
        #expect(found.filter { $0.bank == 0 }.map(\.filter) == [0, 1])
        #expect(found.filter { $0.bank == 1 }.map(\.filter) == [1])
        #expect(found.filter { $0.bank == 2 }.map(\.filter) == [0])
    }
}
