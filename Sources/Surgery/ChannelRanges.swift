import Graphs
import Networks
import Tensors

/// What was seen of the channels of some tensors while a network ran, gathered batch by batch.
package struct ChannelRanges: Sendable {
    private var channels: [TensorID: [ChannelRange]] = [:]
    /// The channel axis of each of those tensors, the batch axis not counted; nil: all of the tensor counts as one
    /// channel.
    private var axes: [TensorID: Int] = [:]

    package init(_ graph: Graph, _ tensors: [TensorID]) {
        let wiring = ChannelWiring(graph)
        for tensor in tensors {
            if wiring.counts[tensor] > 0 { axes[tensor] = wiring.axes[tensor] }
            channels[tensor] = Array(repeating: ChannelRange(), count: max(1, wiring.counts[tensor]))
        }
    }

    /// For each channel of a tensor what was seen of it; nil for a tensor that was not watched.
    package subscript(tensor: TensorID) -> [ChannelRange]? { channels[tensor] }

    /// For each channel of a tensor its largest |value|; infinite for a tensor that was not watched.
    func magnitudes(of tensor: TensorID) -> [Double] { channels[tensor]?.map(\.magnitude) ?? [.infinity] }

    /// Adds what the channels of a tensor did in one batch.
    package mutating func add(_ summary: ChannelSummaries, of tensor: TensorID) {
        guard var ranges = channels.removeValue(forKey: tensor) else { return }
        precondition(
            axes[tensor] == nil || summary.channels == ranges.count,
            "\(summary.channels) channels, not \(ranges.count)")
        let isWhole = axes[tensor] == nil
        summary.forEach { _, channel, entry in
            ranges[isWhole ? 0 : channel].add(entry, positions: summary.positions)
        }
        channels[tensor] = ranges
    }

    /// Runs a graph on `images`, `size` at a time, and watches `tensors`; `progress` hears how many are done.
    ///
    /// Throws `NetworkError.opaque` where a tensor cannot be evaluated.
    package static func watched(
        _ tensors: [TensorID], of graph: Graph, on images: VerificationImages, batch size: Int,
        options: NetworkOptions = NetworkOptions(), progress: (Int) -> Void = { _ in }
    ) throws -> ChannelRanges {
        var result = ChannelRanges(graph, tensors)
        guard !tensors.isEmpty else { return result }
        let summarized = tensors.map {
            SummarizedTensor($0, axis: result.axes[$0] ?? max(0, (graph.shapes[$0]?.count ?? 1) - 1))
        }
        let network = try Network(graph.answering(with: []), summarizing: summarized, options: options)
        try images.forEachBatch(of: size, for: graph) { inputs, _, done in
            for (tensor, summary) in zip(tensors, try network.summaries(inputs)) { result.add(summary, of: tensor) }
            progress(done)
        }
        return result
    }
}

/// What was seen of one channel. A value that is no finite number makes the range infinite.
package struct ChannelRange: Sendable, Equatable {
    package private(set) var lowest = Double.infinity
    package private(set) var highest = -Double.infinity
    package private(set) var sum = 0.0
    package private(set) var count = 0

    /// The largest |value|; infinite where nothing was seen.
    package var magnitude: Double { max(-lowest, highest, count == 0 ? .infinity : 0) }

    /// What the channel did in one image, at so many positions.
    package mutating func add(_ entry: ChannelSummaries.Entry, positions: Int) {
        lowest = min(lowest, Double(entry.smallest))
        highest = max(highest, Double(entry.largest))
        if !entry.sum.isFinite || !entry.magnitude.isFinite { (lowest, highest) = (-.infinity, .infinity) }
        sum += Double(entry.sum)
        count += positions
    }
}
