import Datasets
import Graphs
import Networks
import Tensors

/// What the channels of some tensors do, found with the fastest kernels, and with exact ones where rounding could
/// decide whether a channel is ever awake.
///
/// Winograd's transforms round some ten times as much as sums by definition, and what layers before a tensor rounded
/// is in it too. How far both kernels come apart is measured on the first images: for each tensor the largest
/// difference between the extremes of a channel, as part of the channel's largest magnitude. No rule bounds it for
/// other images, so that `caution` times as much is allowed for. A channel is awake when it exceeds the silence by more
/// than that, and asleep in an image where it stays below by more: before its ReLU, which hides how far. The images
/// that leave a channel between are run again with exact kernels, unless others have woken it.
///
/// So a channel that some image clearly wakes is told by the fast kernels in all of them, any other by exact ones
/// wherever it is in doubt: that does not depend on which images were seen first.
struct ScreenedNetwork {
    private let exact: Network
    /// Nil where exact kernels are asked for, or are as fast: for few images, or where Winograd's have no part.
    fileprivate var screen: Screen?
    /// How many images were run again.
    private(set) var repeated = 0

    fileprivate struct Screen {
        let network: Network
        /// For each tensor the difference allowed for, as part of a channel's largest magnitude.
        let doubts: [Float]
        /// For each tensor and channel its largest magnitude in the first images.
        let scales: [[Float]]
        /// For each tensor the channels that clearly wake; nil for a tensor of which only zeros are counted.
        var isAwake: [[Bool]?]
        let silence: Float
    }

    private static let caution: Float = 16
    /// The images by which differences are measured, and the fewest of a corpus that pay for it.
    private static let sampleSize = 16, fewestImages = 64
    /// The most images that are run again at a time: each number of them needs a plan of its own.
    private static let group = 8

    var isScreened: Bool { screen != nil }

    /// `counted`: the tensors behind `watched` of which only zeros are counted.
    init(
        _ graph: Graph, watching watched: [SummarizedTensor], counting counted: [SummarizedTensor],
        over corpus: ModelCorpus, silence: Float, options: NetworkOptions
    ) throws {
        var tensors = watched + counted, options = options
        let screens = options.convolutions == .fastest && options.backend == .native && options.fuses
        for index in watched.indices { tensors[index].isBeforeRectifier = true }
        options.convolutions = .direct
        exact = try Network(graph, summarizing: tensors, options: options)
        options.convolutions = .fastest
        // Which kernels there are is told of declared shapes alone.
        guard screens, corpus.count >= Self.fewestImages, let kernels = try? exact.kernels(batch: 1).map(\.kernel)
        else { return }
        let trial = try Network(graph, summarizing: tensors, options: options)
        var batches = corpus.batches(of: Self.sampleSize)
        guard try trial.kernels(batch: 1).map(\.kernel) != kernels, let sample = try batches.next() else { return }
        let compared = try zip(exact.summaries(sample.inputs), trial.summaries(sample.inputs)).map(Self.compared)
        let doubts = compared.map { Self.caution * $0.difference }, scales = compared.map(\.scales)
        guard doubts.allSatisfy(\.isFinite) else { return }
        for index in tensors.indices { tensors[index].tolerances = scales[index].map { $0 * doubts[index] } }
        screen = Screen(
            network: try Network(graph, summarizing: tensors, options: options), doubts: doubts, scales: scales,
            isAwake: tensors.indices.map {
                $0 < watched.count ? Array(repeating: false, count: scales[$0].count) : nil
            }, silence: silence)
    }

    /// The largest magnitude of each channel, and the largest difference of an extreme as part of it; NaN where one is
    /// no number.
    private static func compared(_ exact: ChannelSummaries, _ fast: ChannelSummaries) -> (
        scales: [Float], difference: Float
    ) {
        var scales = [Float](repeating: 0, count: exact.channels), differences = scales, isFinite = true
        exact.forEach { image, channel, entry in
            let other = fast[image: image, channel: channel]
            scales[channel] = max(scales[channel], abs(entry.largest), abs(entry.smallest))
            differences[channel] = max(
                differences[channel], abs(entry.largest - other.largest), abs(entry.smallest - other.smallest))
            isFinite = isFinite && entry.sum.isFinite && other.sum.isFinite
        }
        let parts = zip(differences, scales).map { $1 == 0 ? 0 : $0 / $1 }
        return (scales, isFinite ? parts.max() ?? 0 : .nan)
    }

    /// What exact kernels make of a channel in an image that leaves it in doubt.
    struct Correction {
        let tensor: Int
        let channel: Int
        let image: Int
        let entry: ChannelSummaries.Entry
    }

    /// For each watched tensor the channels that clearly wake in some image so far; nil where nothing is screened.
    var isAwake: [[Bool]]? { screen?.isAwake.compactMap(\.self) }

    /// What `Network.summaries` returns, of the watched tensors and the counted ones, and the corrections of channels
    /// that are not known to wake. Extremes of the watched ones are those before the ReLU.
    mutating func summaries(_ inputs: [Tensor]) throws -> (summaries: [ChannelSummaries], corrections: [Correction]) {
        guard let network = screen?.network else { return (try exact.summaries(inputs), []) }
        let results = try network.summaries(inputs), doubtful = screen?.doubtful(results) ?? [:]
        let images = doubtful.keys.sorted()
        var corrections: [Correction] = []
        for start in stride(from: 0, to: images.count, by: Self.group) {
            let group = Array(images[start..<min(images.count, start + Self.group)])
            let again = try exact.summaries(inputs.map { $0.gathered(axis: 0, group) })
            repeated += group.count
            for (position, image) in group.enumerated() {
                for (tensor, channel) in doubtful[image] ?? [] {
                    let entry = again[tensor][image: position, channel: channel]
                    corrections.append(Correction(tensor: tensor, channel: channel, image: image, entry: entry))
                }
            }
        }
        return (results, corrections)
    }
}

extension ScreenedNetwork.Screen {
    /// For each image the tensors and channels that it leaves in doubt.
    mutating func doubtful(_ summaries: [ChannelSummaries]) -> [Int: [(tensor: Int, channel: Int)]] {
        var result: [Int: [(tensor: Int, channel: Int)]] = [:]
        for (index, summary) in summaries.enumerated() {
            guard var awake = isAwake[index] else { continue }
            let doubt = doubts[index], scales = scales[index], silence = silence
            var open: [(image: Int, channel: Int)] = []
            let sleepers = awake.indices.filter { !awake[$0] }
            summary.forEach(of: sleepers) { image, channel, entry in
                if awake[channel] { return }
                let value = summary.isBeforeRectifier ? entry.largest : entry.magnitude,
                    margin = doubt * max(scales[channel], entry.magnitude)
                if value > silence + margin || entry.sum.isNaN {
                    awake[channel] = true
                } else if value > silence - margin, margin > 0 {
                    open.append((image, channel))
                }
            }
            for (image, channel) in open where !awake[channel] { result[image, default: []].append((index, channel)) }
            isAwake[index] = awake
        }
        return result
    }
}
