import Datasets
import Graphs
import Sparsity
import Surgery
import Tensors

/// What an audit takes from the images of consecutive blocks of a corpus.
package struct CorpusObservation: Sendable {
    package internal(set) var statistics: ActivationStatistics
    /// Of each image, by which those that stand in the corpus twice are found; empty where nobody asks.
    var hashes: [UInt64] = []
    /// What normalizations of small scales read, where the statistics do not tell.
    var sums: ChannelSums?

    /// Adds that of the blocks that follow.
    package mutating func append(_ other: CorpusObservation) {
        statistics.append(other.statistics)
        hashes += other.hashes
        if let more = other.sums { sums == nil ? sums = more : sums?.append(more) }
    }
}

extension GraphCompression {
    /// Which images count for means, by their position.
    private func isChoosing(_ count: Int) -> (Int) -> Bool {
        let decides = !approximatePlaces.isEmpty
        return { !decides || Division.isChoosing($0, of: count) }
    }

    /// What all images of the corpus show; nil without one.
    package func observation() throws -> CorpusObservation? {
        try corpus.map { corpus in try observation(corpus, corpus.blocks, isWhole: true) }
    }

    /// What some blocks of the corpus show, to be appended to what others do.
    package func observation(of blocks: Range<Int>) throws -> CorpusObservation? {
        try corpus.map { corpus in try observation(corpus, blocks, isWhole: false) }
    }

    private func observation(_ corpus: ModelCorpus, _ blocks: Range<Int>, isWhole: Bool) throws -> CorpusObservation {
        let places = approximatePlaces, total = ImageBlocks.images(of: blocks, count: corpus.count).count
        let isChoosing = isChoosing(corpus.count)
        var hashes: [UInt64] = []
        func inspect(_ batch: ModelBatch) { if !places.isEmpty { hashes += batch.hashes } }
        func progress(_ done: Int) { observe(.progress(.analyze, done: done, total: total)) }
        let statistics =
            isWhole
            ? try ActivationStatistics.gathered(
                graph, over: corpus, batch: execution.batch, thresholds: request.thresholds,
                options: execution.watching, recounting: request.countsUniversalityExactly, progress: progress,
                inspect: inspect, isAveraged: isChoosing)
            : try ActivationStatistics.gathered(
                graph, over: corpus, blocks: blocks, batch: execution.batch, thresholds: request.thresholds,
                options: execution.watching, progress: progress, inspect: inspect, isAveraged: isChoosing)
        var result = CorpusObservation(statistics: statistics, hashes: hashes)
        if readsInputs(places, statistics) {
            result.sums = try places.inputSums(
                over: corpus, blocks: blocks, batch: execution.batch, options: execution.watching,
                progress: { observe(.progress(.watch, done: $0, total: total)) }, isIncluded: isChoosing)
        }
        return result
    }

    /// Whether normalizations have to be watched that the statistics do not tell of.
    func readsInputs(_ places: ApproximatePlaces, _ statistics: ActivationStatistics) -> Bool {
        request.measuresResponses && !places.areTold(by: statistics)
    }
}
