import Graphs
import Networks
import Tensors

/// What one filter's activation came to over a corpus.
package struct FilterActivity: Sendable, Equatable {
    /// |activation|.
    package let largest: Float
    /// The share of activations that are 0.
    package let zeroShare: Double
    package let mean: Double
    package let variance: Double
    /// The images with the highest peaks above 0, at most ten, the highest first; of equals the earlier.
    package let strongest: [Int]
}

/// How often the channels of a tensor were 0.
struct ZeroCounts: Sendable {
    var counts: [Int]
    /// How many activations of one channel were looked at.
    var positions = 0

    init(channels: Int) { counts = Array(repeating: 0, count: channels) }

    var shares: [Double] { counts.map { Double($0) / Double(max(1, positions)) } }

    mutating func add(_ summary: ChannelSummaries) {
        summary.forEachImage { _, _, _, zeros, _, _, _ in add(zeros) }
        addPositions(of: summary)
    }

    /// Those of all channels in one image.
    mutating func add(_ zeros: Span<Float>) {
        var counts = counts.mutableSpan
        for channel in zeros.indices { counts[channel] += Int(zeros[channel]) }
    }

    mutating func add(_ zeros: Int, of channel: Int) { counts[channel] += zeros }
    mutating func addPositions(of summary: ChannelSummaries) { positions += summary.images * summary.positions }

    func channel(_ channel: Int) -> ZeroCounts {
        var result = ZeroCounts(channels: 1)
        (result.counts, result.positions) = ([counts[channel]], positions)
        return result
    }

    mutating func replace(_ channel: Int, with other: ZeroCounts) { counts[channel] = other.counts[0] }

    /// Adds those of other images.
    mutating func append(_ other: ZeroCounts) {
        for channel in counts.indices { counts[channel] += other.counts[channel] }
        positions += other.positions
    }
}

/// What the filters of one bank did, over consecutive images.
struct FilterRecord: Sendable {
    let filters: Int
    /// Of each filter the largest |activation| so far; infinity where one was not a number, which is not silence.
    var largest: [Float]
    var zeros: ZeroCounts
    var strongest: [StrongestImages]
    /// For all filters the sums of activations, then of their squares, then of what the activation function is given,
    /// the last over some of the images: of the blocks that are complete, and of the one under way.
    var sums: BlockSums
    private var block: [Double]
    private var isBlockBegun = false
    /// Whether a run tells what the activation function is given, and at how many positions it was averaged.
    var seesInputs = true
    var averagedPositions = 0
    /// max over the plane of |activation|, of the activation itself where the function lets negative values through.
    var peaks: FilterPeaks

    /// `block`: the one that begins with the first image.
    init(filters: Int, from block: Int = 0) {
        self.filters = filters
        largest = Array(repeating: 0, count: filters)
        zeros = ZeroCounts(channels: filters)
        strongest = Array(repeating: StrongestImages(), count: filters)
        sums = BlockSums(width: 3 * filters, from: block)
        self.block = Array(repeating: 0, count: 3 * filters)
        peaks = FilterPeaks(filters: filters)
    }

    /// `isAveraged`: which images count for `meanInput`.
    mutating func add(
        _ summary: ChannelSummaries, of function: Activation, firstImage: Int, isAveraged: (Int) -> Bool
    ) {
        let reading = begin(summary, function), filters = filters
        var peaks = [Float](repeating: 0, count: filters), bars = strongest.map(\.bar)
        var magnitudes = self.largest
        summary.forEachImage { image, largest, smallest, zeros, sums, squares, inputSums in
            let image = firstImage + image, isAveraged = isAveraged(image)
            for filter in 0..<filters {
                let (magnitude, peak) = reading(largest[filter], smallest[filter], sum: sums[filter])
                magnitudes[filter] = max(magnitudes[filter], magnitude)
                peaks[filter] = peak
            }
            self.zeros.add(zeros)
            Self.add(sums, to: &block, from: 0)
            Self.add(squares, to: &block, from: filters)
            if isAveraged { Self.add(inputSums, to: &block, from: 2 * filters) }
            for filter in 0..<filters where peaks[filter] > bars[filter] {
                strongest[filter].add(peaks[filter], image: image)
                bars[filter] = strongest[filter].bar
            }
            end(image, isAveraged: isAveraged, summary.positions, peaks)
        }
        self.largest = magnitudes
    }

    /// Of all filters at once: this runs on one thread while others wait.
    private static func add(_ numbers: Span<Float>, to sums: inout [Double], from start: Int) {
        var sums = sums.mutableSpan
        for index in numbers.indices { sums[start + index] += Double(numbers[index]) }
    }

    /// The same of one channel, whose record this is, with other entries for some of the images.
    mutating func add(
        _ summary: ChannelSummaries, channel: Int, correcting corrections: [Int: ChannelSummaries.Entry],
        of function: Activation, firstImage: Int, isAveraged: (Int) -> Bool
    ) {
        let reading = begin(summary, function)
        for image in 0..<summary.images {
            let entry = corrections[image] ?? summary[image: image, channel: channel],
                isAveraged = isAveraged(firstImage + image)
            let peak = add(entry, of: 0, image: firstImage + image, isAveraged: isAveraged, reading: reading)
            end(firstImage + image, isAveraged: isAveraged, summary.positions, [peak])
        }
    }

    private mutating func begin(_ summary: ChannelSummaries, _ function: Activation) -> PeakReading {
        if function != .linear, !summary.isBeforeRectifier { seesInputs = false }
        zeros.addPositions(of: summary)
        return PeakReading(function, summary)
    }

    /// Returns the peak.
    @inline(__always)
    private mutating func add(
        _ entry: ChannelSummaries.Entry, of filter: Int, image: Int, isAveraged: Bool, reading: PeakReading
    ) -> Float {
        let (magnitude, peak) = reading(entry.largest, entry.smallest, sum: entry.sum)
        zeros.add(entry.zeros, of: filter)
        largest[filter] = max(largest[filter], magnitude)
        block[filter] += Double(entry.sum)
        block[filters + filter] += Double(entry.squares)
        if isAveraged { block[2 * filters + filter] += Double(entry.inputSum) }
        strongest[filter].add(peak, image: image)
        return peak
    }

    private mutating func end(_ image: Int, isAveraged: Bool, _ positions: Int, _ peaks: [Float]) {
        if isAveraged { averagedPositions += positions }
        self.peaks.add(peaks)
        isBlockBegun = true
        if ImageBlocks.isLast(image) { endBlock() }
    }

    /// No more images follow in the block under way.
    mutating func endBlock() {
        guard isBlockBegun else { return }
        sums.append(block)
        for index in block.indices { block[index] = 0 }
        isBlockBegun = false
    }

    /// The same images once more, in whatever order, for their peaks alone.
    mutating func recount(_ summary: ChannelSummaries, of function: Activation) {
        let reading = PeakReading(function, summary)
        var peaks = [Float](repeating: 0, count: summary.channels)
        summary.forEach { _, channel, entry in
            peaks[channel] = reading(entry.largest, entry.smallest, sum: entry.sum).peak
            if channel + 1 == summary.channels { self.peaks.recount(peaks) }
        }
    }

    private var totals: [Double] {
        var record = self
        record.endBlock()
        return record.sums.total
    }

    /// For each filter the mean of what its activation function is given; nil where that is not known.
    var meanInput: [Double]? {
        guard seesInputs, averagedPositions > 0 else { return nil }
        return totals.suffix(filters).map { $0 / Double(averagedPositions) }
    }

    var activity: [FilterActivity] {
        let positions = Double(max(1, zeros.positions)), shares = zeros.shares, totals = totals
        return largest.indices.map { filter in
            let mean = totals[filter] / positions
            return FilterActivity(
                largest: largest[filter], zeroShare: shares[filter], mean: mean,
                variance: max(0, totals[filters + filter] / positions - mean * mean),
                strongest: strongest[filter].images)
        }
    }
}

/// Records of some filters by themselves, and of the images that follow.
extension FilterRecord {
    private func places(_ filter: Int) -> [Int] { [filter, filters + filter, 2 * filters + filter] }

    /// The record of one filter.
    func filter(_ filter: Int) -> FilterRecord {
        var result = FilterRecord(filters: 1)
        (result.largest, result.zeros) = ([largest[filter]], zeros.channel(filter))
        (result.strongest, result.peaks) = ([strongest[filter]], peaks.filter(filter))
        (result.sums, result.block) = (sums[places(filter)], places(filter).map { block[$0] })
        (result.isBlockBegun, result.seesInputs) = (isBlockBegun, seesInputs)
        result.averagedPositions = averagedPositions
        return result
    }

    /// Puts the record of one filter, over the same images, in the place of what is known of it.
    mutating func replace(_ filter: Int, with other: FilterRecord) {
        (largest[filter], strongest[filter]) = (other.largest[0], other.strongest[0])
        zeros.replace(filter, with: other.zeros)
        peaks.replace(filter, with: other.peaks)
        sums.replace(places(filter), with: other.sums)
        for (place, sum) in zip(places(filter), other.block) { block[place] = sum }
    }

    /// Adds what the same filters did over the images that follow; both end with whole blocks, or the corpus.
    mutating func append(_ other: FilterRecord) {
        for filter in 0..<filters {
            largest[filter] = max(largest[filter], other.largest[filter])
            strongest[filter].append(other.strongest[filter])
        }
        zeros.append(other.zeros)
        peaks.append(other.peaks)
        sums.append(contentsOf: other.sums)
        seesInputs = seesInputs && other.seesInputs
        averagedPositions += other.averagedPositions
    }
}

/// How the peak of an activation is read from a summary.
private struct PeakReading {
    private let isSigned: Bool
    private let isBeforeRectifier: Bool
    private var ceiling = Float.infinity

    init(_ function: Activation, _ summary: ChannelSummaries) {
        isSigned = (function.value(-1) ?? 0) < 0
        isBeforeRectifier = summary.isBeforeRectifier
        if case let .relu(maximum?, _, _) = function { ceiling = maximum }
    }

    private func rectified(_ x: Float) -> Float { isBeforeRectifier ? max(0, min(x, ceiling)) : x }

    /// The largest |activation|, infinite where one is not a number, and the peak.
    @inline(__always)
    func callAsFunction(_ largest: Float, _ smallest: Float, sum: Float) -> (magnitude: Float, peak: Float) {
        let top = rectified(largest), bottom = rectified(smallest)
        let magnitude = sum.isNaN ? .infinity : max(abs(top), abs(bottom))
        return (magnitude, isSigned ? max(0, top) : magnitude)
    }
}
