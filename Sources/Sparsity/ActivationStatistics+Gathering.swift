import Datasets
import Graphs
import Networks

extension ActivationStatistics {
    /// What the filters of a graph do over a corpus, read in batches of `batch` images, as far as the graph can be run:
    /// filters behind a layer that cannot be evaluated are not watched.
    ///
    /// `corpus` must be arranged for the graph's inputs. Which filters are dead by `thresholds` is found as with exact
    /// kernels, whatever `options` ask for; see `ScreenedNetwork`. `isAveraged`: which images count for `meanInput`.
    /// `recounting`: whether the corpus is read a second time where not all peaks could be held, so that universality
    /// is exact. `progress` hears how many images are done.
    package static func gathered(
        _ graph: Graph, over corpus: ModelCorpus, batch size: Int, thresholds: Thresholds = Thresholds(),
        options: NetworkOptions = NetworkOptions(), recounting: Bool = false, progress: (Int) -> Void = { _ in },
        isAveraged: (Int) -> Bool = { _ in true }
    ) throws -> ActivationStatistics {
        let banks = FilterBank.all(in: graph), part = RunnablePart(graph)
        let watched = banks.indices.filter { part.isComputable[banks[$0].activation] }
        let sums = SharedActivation.all(in: graph, besides: banks).filter { part.isComputable[$0.tensor] }
        var statistics = ActivationStatistics(banks, watching: watched, sums: sums)
        if watched.isEmpty { return statistics }
        var network = try ScreenedNetwork(
            graph.answering(with: []),
            watching: watched.map { SummarizedTensor(banks[$0].activation, axis: banks[$0].axis) },
            counting: sums.map { SummarizedTensor($0.tensor, axis: $0.axis) }, over: corpus,
            silence: thresholds.activation, options: options)
        func forEachBatch(_ body: ([ChannelSummaries]) -> Void) throws {
            var batches = corpus.batches(of: size)
            while let batch = try batches.next() {
                body(try network.summaries(batch.inputs))
                progress(batch.done)
            }
        }
        try forEachBatch { statistics.add($0, isAveraged: isAveraged) }
        if recounting, !statistics.isUniversalityExact {
            statistics.startRecount(thresholds)
            try forEachBatch { statistics.recount($0) }
        }
        return statistics
    }
}
