import Datasets
import Graphs
import Networks
import Tensors

/// What the channels of some tensors sum up to over some images of a corpus, and at how many positions.
package struct ChannelSums: Sendable {
    /// Ascending, with the number of channels of each.
    let tensors: [TensorID]
    let channels: [Int]
    private let axes: [Int]
    /// For each tensor the positions of one channel that were summed.
    var positions: [Int]
    /// The channels of all tensors, one after the other.
    var sums: BlockSums

    /// Nothing yet, over blocks from `block` on. Tensors without channels are left out.
    init(_ graph: Graph, _ tensors: [TensorID], from block: Int) {
        let wiring = ChannelWiring(graph)
        let known = tensors.filter { wiring.counts[$0] > 0 && wiring.axes[$0] != nil }
        self.tensors = known
        axes = known.compactMap { wiring.axes[$0] }
        channels = known.map { wiring.counts[$0] }
        positions = known.map { _ in 0 }
        sums = BlockSums(width: channels.reduce(0, +), from: block)
    }

    /// Runs the graph on those of the images of some blocks that `isIncluded` wants, by their position in the corpus,
    /// `size` at a time; `progress` hears how many images are done.
    mutating func add(
        _ blocks: Range<Int>, of corpus: ModelCorpus, graph: Graph, batch size: Int, options: NetworkOptions,
        isIncluded: (Int) -> Bool, progress: (Int) -> Void
    ) throws {
        if tensors.isEmpty { return }
        let network = try Network(
            graph.answering(with: []), summarizing: zip(tensors, axes).map { SummarizedTensor($0, axis: $1) },
            options: options.expecting(corpus.count))
        let none = [Double](repeating: 0, count: sums.width)
        var done = 0
        for block in blocks {
            var total = none, batches = corpus.batches(of: size, blocks: block..<block + 1),
                image = block * ImageBlocks.size
            while let batch = try batches.next() {
                let count = batch.inputs.first?.shape[0] ?? 0, chosen = (0..<count).filter { isIncluded(image + $0) }
                image += count
                done += count
                if !chosen.isEmpty {
                    add(try network.summaries(batch.inputs.map { $0.gathered(axis: 0, chosen) }), to: &total)
                }
                progress(done)
            }
            sums.append(total)
        }
    }

    private mutating func add(_ summaries: [ChannelSummaries], to total: inout [Double]) {
        var start = 0
        for (index, summary) in summaries.enumerated() {
            positions[index] += summary.images * summary.positions
            summary.forEach { _, channel, entry in total[start + channel] += Double(entry.sum) }
            start += channels[index]
        }
    }

    /// Adds those over the blocks that follow.
    package mutating func append(_ other: ChannelSums) {
        for index in positions.indices { positions[index] += other.positions[index] }
        sums.append(contentsOf: other.sums)
    }

    /// Of each channel of each tensor the sum and the number of positions.
    var totals: [TensorID: [(sum: Double, count: Int)]] {
        let totals = sums.total
        var result: [TensorID: [(sum: Double, count: Int)]] = [:], start = 0
        for (index, tensor) in tensors.enumerated() {
            result[tensor] = totals[start..<start + channels[index]].map { ($0, positions[index]) }
            start += channels[index]
        }
        return result
    }
}
