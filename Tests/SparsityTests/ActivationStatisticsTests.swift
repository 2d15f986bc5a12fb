import Datasets
import Graphs
import Networks
import Sparsity
import Tensors
import TestSupport
import Testing

@Suite struct ActivationVerdicts {
    /// Statistics of a 1×1 convolution with `filters` filters over planes of 1 × 2.
    private func statistics(_ filters: Int, _ activation: Activation = .rectifier, format: DataFormat = .channelsLast)
        throws -> ActivationStatistics
    {
        var graph = Graph()
        let x = try graph.input(format == .channelsLast ? [1, 2, 1] : [1, 1, 2])
        let convolution = try graph.convolution(x, filters, activation: activation, format: format)
        return ActivationStatistics(graph.banks(convolution))
    }

    @Test("Dead is at most the threshold everywhere, in all batches")
    func dead() throws {
        let limit = Thresholds().activation
        var statistics = try statistics(4)
        try statistics.add([Tensor(shape: [1, 1, 2, 4], [0, 0, limit, limit.nextUp, 0, 0, 0, 0])])
        #expect(statistics.dead(0) == [0, 1, 2])
        try statistics.add([Tensor(shape: [2, 1, 2, 4], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0])])
        #expect(statistics.dead(0) == [0, 2])
        #expect(statistics.images == 3)
        var loose = Thresholds()
        loose.activation = 3
        #expect(statistics.dead(0, loose) == [0, 1, 2, 3])
    }

    @Test("What is not a number is not dead")
    func notANumber() throws {
        var statistics = try statistics(3)
        try statistics.add([Tensor(shape: [1, 1, 2, 3], [.nan, 0, .infinity, 0, 0, 0])])
        #expect(statistics.dead(0) == [1])
        #expect(try #require(statistics.universality(0)).allSatisfy { $0.isFinite })
    }

    @Test("Universality counts the images whose peak exceeds a thousandth of the feature's, not those at it")
    func universality() throws {
        var statistics = try statistics(3), thresholds = Thresholds()
        thresholds.universality = 0.25
        // Peaks of filter 0: 8, 2, 3, 0. Filter 1 never activates. Filter 2 always does.
        try statistics.add([Tensor(shape: [2, 1, 2, 3], [8, 0, 1, 0, 0, 1, 1, 0, 1, 2, 0, 1])])
        try statistics.add([Tensor(shape: [2, 1, 2, 3], [3, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1])])
        #expect(statistics.universality(0, thresholds) == [50, 0, 100])
        #expect(statistics.universality(0) == [75, 0, 100])
        #expect(statistics.dead(0) == [1])
    }

    @Test(
        "Below a leaky ReLU a feature counts when it is positive, and lives when it is not 0",
        arguments: [Activation.relu(slope: 0.1), .linear, .tanh, .elu()])
    func leaky(activation: Activation) throws {
        var statistics = try statistics(2, activation)
        // Filter 0: peaks 4 and −1. Filter 1 is never positive.
        try statistics.add([Tensor(shape: [2, 1, 2, 2], [4, -1, -9, -2, -1, 0, -2, -3])])
        #expect(statistics.universality(0) == [50, 0])
        #expect(statistics.dead(0) == [])
    }

    @Test("Channels first and channels last give the same verdicts", arguments: 1...10)
    func layouts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let last = Tensor(shape: [5, 1, 2, 3], (0..<30).map { _ in max(0, generator.uniform() - 0.6) })
        var a = try statistics(3), b = try statistics(3, format: .channelsFirst)
        try a.add([last])
        try b.add([last.transposed([0, 3, 1, 2])])
        #expect(a.universality(0) == b.universality(0))
        #expect(a.dead(0) == b.dead(0))
    }

    @Test("Before any image universality is 0")
    func empty() throws { #expect(try statistics(2).universality(0) == [0, 0]) }
}

@Suite struct Gathering {
    /// Two convolutions with activations, one behind a normalization, with a filter that nothing reaches.
    private func graph(format: DataFormat) throws -> Graph {
        var graph = Graph(), generator = SeededGenerator(seed: 5)
        let x = try graph.input(format == .channelsLast ? [4, 5, 3] : [3, 4, 5])
        func kernel(_ count: Int) -> [Float] { (0..<count).map { _ in generator.uniform() * 2 - 1 } }
        let first = try graph.relu(
            graph.norm(
                graph.convolution(x, 6, kernel(18), format: format), axis: format == .channelsLast ? 2 : 0,
                gamma: [1, 1, 1, 0, 1, 1], beta: [0, -1, -3, 0, 1, -9]))
        graph.outputs = [try graph.convolution(first, 4, kernel(24), activation: .elu(), format: format)]
        return graph
    }

    @Test(
        "Batches of any size over a corpus give what one large batch gives",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func batches(format: DataFormat) throws {
        let graph = try graph(format: format), options = NetworkOptions(threads: 1)
        let corpus = try Corpus.random(imageShape: [4, 5, 3], count: 11, seed: 2).arranged(for: graph.shapes[0] ?? [])
        var whole = ActivationStatistics(FilterBank.all(in: graph))
        let network = try Network(graph, taps: whole.banks.map(\.activation), options: options)
        try whole.add(Array(network.run([corpus.batch(0..<11).images]).dropFirst()))
        #expect(whole.dead(0) == [3, 5])
        #expect(Set(try #require(whole.universality(0))).count > 2)
        for size in [1, 4, 11, 50] {
            var heard: [Int] = []
            let gathered = try ActivationStatistics.gathered(
                graph, over: ModelCorpus(corpus), batch: size, options: options
            ) { heard.append($0) }
            #expect(gathered.images == 11)
            #expect(heard.last == 11 && heard.count == (11 + size - 1) / size)
            for bank in 0..<2 {
                #expect(gathered.dead(bank) == whole.dead(bank))
                #expect(gathered.universality(bank) == whole.universality(bank))
            }
        }
    }

    @Test("Memory for peaks is bounded: then universality is told within its uncertainty")
    func bounded() throws {
        let graph = try graph(format: .channelsLast), banks = FilterBank.all(in: graph)
        var every = ActivationStatistics(banks), bounded = ActivationStatistics(banks, mostPeaks: 40)
        let network = try Network(graph, taps: banks.map(\.activation), options: NetworkOptions(threads: 1))
        var batches = ModelCorpus(.random(imageShape: [4, 5, 3], count: 30, seed: 2)).batches(of: 2)
        while let batch = try batches.next() {
            let activations = Array(try network.run(batch.inputs).dropFirst())
            try every.add(activations)
            try bounded.add(activations)
        }
        #expect(every.isUniversalityExact && !bounded.isUniversalityExact)
        for bank in 0..<2 {
            let exact = try #require(every.universality(bank)), found = try #require(bounded.universality(bank)),
                uncertainty = try #require(bounded.universalityUncertainty(bank))
            for (index, percent) in exact.enumerated() { #expect(abs(percent - found[index]) <= uncertainty[index]) }
            #expect(bounded.dead(bank) == every.dead(bank) && bounded.activity(bank) == every.activity(bank))
        }
    }

    @Test("A limit stops after so many images")
    func limit() throws {
        let corpus = ModelCorpus(.random(imageShape: [4, 5, 3], count: 11, seed: 2), limit: 6)
        #expect(
            try ActivationStatistics.gathered(
                graph(format: .channelsLast), over: corpus, batch: 4, options: NetworkOptions(threads: 1)
            ).images == 6)
    }

    @Test("Filters behind a layer that is not known are not watched, all others are")
    func opaque() throws {
        var graph = Graph()
        let first = try graph.convolution(graph.input([4, 5, 3]), 2, [1, -1, 1, -1, 1, -1], activation: .rectifier)
        let unknown = try graph.add(.opaque(Opaque(className: "Lambda", shape: [4, 5, 2])), [first])
        let beside = try graph.convolution(first, 3), behind = try graph.convolution(unknown, 1)
        graph.outputs = [try graph.add(.concatenate(Concatenate(axis: 2)), [beside, behind])]
        let statistics = try ActivationStatistics.gathered(
            graph, over: ModelCorpus(.random(imageShape: [4, 5, 3], count: 3, seed: 1)), batch: 2,
            options: NetworkOptions(threads: 1))
        #expect(
            statistics.banks.map(\.filters) == [2, 3, 1] && statistics.watched == [0, 1] && statistics.images == 3)
        #expect(statistics.dead(0) == [] && statistics.dead(1) == [] && statistics.dead(2) == nil)
        #expect(statistics.universality(1)?.count == 3 && statistics.universality(2) == nil)
        #expect(statistics.zeroShares(0)?.count == 2 && statistics.zeroShares(2) == nil)
    }

    @Test("Where the first layer is not known nothing is watched")
    func nothing() throws {
        var graph = Graph()
        let x = try graph.add(.opaque(Opaque(className: "Lambda")), [graph.input([4, 5, 3])])
        graph.outputs = [
            try graph.add(
                .convolution(Convolution(filters: 1, window: Window(size: [1, 1]))), [x],
                weights: [.kernel: Tensor(shape: [1, 1, 3, 1])])
        ]
        let statistics = try ActivationStatistics.gathered(
            graph, over: ModelCorpus(.random(imageShape: [4, 5, 3], count: 1, seed: 1)), batch: 1,
            options: NetworkOptions(threads: 1))
        #expect(statistics.watched.isEmpty && statistics.images == 0)
    }
}
