import Datasets
import Graphs
import Networks
import Tensors

extension ActivationStatistics {
    /// What the filters of a graph do over a corpus, read in batches of `batch` images, as far as the graph can be run:
    /// filters behind a layer that cannot be evaluated are not watched.
    ///
    /// `corpus` must be arranged for the graph's inputs. Which filters are dead by `thresholds` is found as with exact
    /// kernels, whatever `options` ask for; see `ScreenedNetwork`. `isAveraged`: which images count for `meanInput`.
    /// `recounting`: whether the corpus is read a second time where not all peaks could be held, so that universality
    /// is exact. `progress` hears how many images are done, `inspect` sees each batch.
    package static func gathered(
        _ graph: Graph, over corpus: ModelCorpus, batch size: Int, thresholds: Thresholds = Thresholds(),
        options: NetworkOptions = NetworkOptions(), recounting: Bool = false, progress: (Int) -> Void = { _ in },
        inspect: (ModelBatch) -> Void = { _ in }, isAveraged: (Int) -> Bool = { _ in true }
    ) throws -> ActivationStatistics {
        var gathering = try Gathering(graph, over: corpus, thresholds: thresholds, options: options)
        var statistics = try gathering.statistics(
            of: corpus.blocks, batch: size, progress: progress, inspect: inspect, isAveraged: isAveraged)
        statistics.settle()
        if recounting { try gathering.recount(&statistics, batch: size, progress: progress) }
        return statistics
    }

    /// The same of some blocks of the corpus alone, to be appended to that of others, and not settled before all are
    /// there.
    package static func gathered(
        _ graph: Graph, over corpus: ModelCorpus, blocks: Range<Int>, batch size: Int,
        thresholds: Thresholds = Thresholds(), options: NetworkOptions = NetworkOptions(),
        progress: (Int) -> Void = { _ in }, inspect: (ModelBatch) -> Void = { _ in },
        isAveraged: (Int) -> Bool = { _ in true }
    ) throws -> ActivationStatistics {
        var gathering = try Gathering(graph, over: corpus, thresholds: thresholds, options: options)
        return try gathering.statistics(
            of: blocks, batch: size, progress: progress, inspect: inspect, isAveraged: isAveraged)
    }

    /// Nothing yet of what the filters of a graph do over blocks from `block` on, of a corpus of `images`.
    package static func none(of graph: Graph, from block: Int, images: Int) -> ActivationStatistics {
        let banks = FilterBank.all(in: graph), part = RunnablePart(graph)
        let watched = banks.indices.filter { part.isComputable[banks[$0].activation] }
        let sums = SharedActivation.all(in: graph, besides: banks).filter { part.isComputable[$0.tensor] }
        return ActivationStatistics(banks, watching: watched, sums: sums, from: block, total: images)
    }
}

/// A graph's filters, watched over a corpus.
private struct Gathering {
    private let graph: Graph
    private let corpus: ModelCorpus
    private let thresholds: Thresholds
    /// Nil where nothing can be watched.
    private var network: ScreenedNetwork?

    init(_ graph: Graph, over corpus: ModelCorpus, thresholds: Thresholds, options: NetworkOptions) throws {
        (self.graph, self.corpus, self.thresholds) = (graph, corpus, thresholds)
        let none = ActivationStatistics.none(of: graph, from: 0, images: 0), banks = none.banks
        guard !none.watched.isEmpty else { return }
        network = try ScreenedNetwork(
            graph.answering(with: []),
            watching: none.watched.map { SummarizedTensor(banks[$0].activation, axis: banks[$0].axis) },
            counting: none.sums.map { SummarizedTensor($0.tensor, axis: $0.axis) }, over: corpus,
            silence: thresholds.activation, options: options.expecting(corpus.count))
    }

    mutating func statistics(
        of blocks: Range<Int>, batch size: Int, progress: (Int) -> Void, inspect: (ModelBatch) -> Void,
        isAveraged: (Int) -> Bool
    ) throws -> ActivationStatistics {
        var statistics = ActivationStatistics.none(of: graph, from: blocks.lowerBound, images: corpus.count)
        var batches = corpus.batches(of: size, blocks: blocks)
        guard network != nil else { return statistics }
        while let batch = try batches.next() {
            inspect(batch)
            guard let found = try network?.summaries(batch.inputs) else { break }
            statistics.add(
                found.summaries, correcting: found.corrections, isAwake: network?.isAwake, isAveraged: isAveraged)
            progress(batch.done)
        }
        statistics.endBlock()
        return statistics
    }

    /// Reads all images once more where not all of their peaks could be held.
    mutating func recount(
        _ statistics: inout ActivationStatistics, batch size: Int, progress: (Int) -> Void
    ) throws {
        if statistics.isUniversalityExact { return }
        statistics.startRecount(thresholds)
        var batches = corpus.batches(of: size, blocks: corpus.blocks)
        while let batch = try batches.next(), let found = try network?.summaries(batch.inputs) {
            var summaries = found.summaries
            for correction in found.corrections {
                summaries[correction.tensor][image: correction.image, channel: correction.channel] = correction.entry
            }
            statistics.recount(summaries)
            progress(batch.done)
        }
    }
}
