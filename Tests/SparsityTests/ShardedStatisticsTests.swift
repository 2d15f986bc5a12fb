import Datasets
import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Sparsity

/// What filters do over a corpus, watched a part at a time.
@Suite struct ShardedStatistics {
    private let corpus = ModelCorpus(.random(imageShape: [16, 16, 3], count: 340, seed: 5))
    /// 3×3 convolutions that Winograd's transforms are used for, some of whose filters wake by little, or by less than
    /// rounding may be.
    private let graph: Graph

    init() throws {
        var graph = Graph(), x = try graph.input([16, 16, 3])
        for index in 0..<3 {
            let layer = Convolution(
                filters: 64, window: Window(size: [3, 3], padding: .same), activation: .rectifier)
            x = try graph.add("c\(index)", .convolution(layer), [x])
        }
        graph.outputs = [x]
        for bank in FilterBank.all(in: graph).dropFirst() {
            for (filter, top) in try Self.tops(graph, bank, corpus).enumerated() where filter % 2 == 0 {
                let target: Float = [-1e-6, 0, 2e-12, 1e-6, -1e-5, 1e-5, -0.1, 1][filter / 2 % 8]
                graph.layers[bank.layer][.bias]?[filter] -= top - target * max(1, top)
            }
        }
        self.graph = graph
    }

    /// The largest number that each filter makes before its ReLU, with exact kernels.
    private static func tops(_ graph: Graph, _ bank: FilterBank, _ corpus: ModelCorpus) throws -> [Float] {
        var tensor = SummarizedTensor(bank.activation, axis: bank.axis)
        tensor.isBeforeRectifier = true
        let network = try Network(
            graph.answering(with: []), summarizing: [tensor],
            options: NetworkOptions(threads: 2, convolutions: .direct))
        var tops = [Float](repeating: -.infinity, count: bank.filters), batches = corpus.batches(of: 64)
        while let batch = try batches.next() {
            try network.summaries(batch.inputs)[0].forEach { tops[$1] = max(tops[$1], $2.largest) }
        }
        return tops
    }

    /// All that is told of the filters.
    private struct Told: Equatable {
        var activity: [[FilterActivity]] = [], dead: [[Int]] = [], universality: [[Double]] = []
        var inputs: [[Double]] = []

        init(_ statistics: ActivationStatistics) throws {
            for bank in statistics.banks.indices {
                activity.append(try #require(statistics.activity(bank)))
                dead.append(try #require(statistics.dead(bank)))
                universality.append(try #require(statistics.universality(bank)))
                inputs.append(try #require(statistics.meanInput(bank)))
            }
        }
    }

    private func shards(_ count: Int, batch: Int = 32) throws -> [ActivationStatistics] {
        try (1...count).map { number in
            try ActivationStatistics.gathered(
                graph, over: corpus, blocks: #require(Shard(number, of: count)).blocks(ofImages: corpus.count),
                batch: batch, options: NetworkOptions(threads: 2), isAveraged: { $0 % 5 != 4 })
        }
    }

    private func whole(batch: Int, threads: Int = 2) throws -> ActivationStatistics {
        try .gathered(
            graph, over: corpus, batch: batch, options: NetworkOptions(threads: threads), isAveraged: { $0 % 5 != 4 })
    }

    @Test("The size of batches and the number of threads change no bit")
    func batches() throws {
        let told = try Told(whole(batch: 32))
        for (batch, threads) in [(1, 2), (7, 1), (48, 2), (64, 1), (200, 2)] {
            #expect(try Told(whole(batch: batch, threads: threads)) == told, "batch \(batch)")
        }
    }

    @Test(
        "Shards put together tell what one run tells, also of filters that rounding could wake",
        arguments: [1, 2, 3, 6, 9])
    func merging(count: Int) throws {
        let told = try Told(whole(batch: 32)), parts = try shards(count, batch: 20)
        #expect(parts.contains { $0.doubtful.contains { !$0.isEmpty } }, "no filter was ever in doubt")
        var merged = parts[0]
        for part in parts.dropFirst() { merged.append(part) }
        merged.settle()
        #expect(merged.images == corpus.count)
        #expect(try Told(merged) == told)
        #expect(told.dead.contains { !$0.isEmpty })
    }

    @Test("A part that was written is read as it was")
    func parts() throws {
        let folder = TemporaryFolder(), all = try shards(3)
        var merged: ActivationStatistics?
        for (number, statistics) in all.enumerated() {
            let header = PartHeader(
                verb: "analyze", version: "1", shard: try #require(Shard(number + 1, of: 3)), images: corpus.count,
                model: "m", corpus: "c", settings: ["--criteria scale"], instructions: "AVX2", arguments: ["a", ""],
                folder: "/")
            let part = try PartWriter(folder.file("\(number).h5"), header, overwriting: false)
            try statistics.write(to: part)
            try part.commit()
            let reader = try PartReader(folder.file("\(number).h5"))
            #expect(reader.header == header)
            let found = try ActivationStatistics(reader, graph: graph)
            merged == nil ? merged = found : merged?.append(found)
        }
        merged?.settle()
        #expect(try Told(#require(merged)) == Told(whole(batch: 32)))
    }

    @Test("Peaks that are counted can be counted apart")
    func peaks() {
        var generator = SeededGenerator(seed: 2), whole = FilterPeaks(filters: 2), parts = [whole, whole, whole]
        whole.collapse()
        for index in parts.indices { parts[index].collapse() }
        for image in 0..<300 {
            let peaks = (0..<2).map { _ in
                generator.uniform() < 0.1
                    ? 0
                    : Float(
                        sign: .plus, exponent: Int(generator.uniform() * 20) - 15, significand: 1 + generator.uniform())
            }
            whole.add(peaks)
            parts[image / 120].add(peaks)
        }
        var merged = FilterPeaks(filters: 2)
        merged.collapse()
        for part in parts { merged.append(part) }
        func told(_ peaks: FilterPeaks) -> [Double] {
            peaks.universality(exceeding: 1e-3, silence: 0).flatMap { [$0.percent, $0.uncertainty] }
        }
        #expect(merged.top == whole.top && told(merged) == told(whole))
        #expect(told(whole).contains { $0 > 0 && $0 < 100 })
    }
}
