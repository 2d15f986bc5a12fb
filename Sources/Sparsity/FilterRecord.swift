import Graphs
import Networks

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
    private(set) var counts: [Int]
    /// How many activations of one channel were looked at.
    private(set) var positions = 0

    init(channels: Int) { counts = Array(repeating: 0, count: channels) }

    var shares: [Double] { counts.map { Double($0) / Double(max(1, positions)) } }

    mutating func add(_ summary: ChannelSummaries) {
        summary.forEach { _, channel, entry in add(entry.zeros, of: channel) }
        addPositions(of: summary)
    }

    mutating func add(_ zeros: Int, of channel: Int) { counts[channel] += zeros }
    mutating func addPositions(of summary: ChannelSummaries) { positions += summary.images * summary.positions }
}

/// What the filters of one bank did.
struct FilterRecord: Sendable {
    /// Of each filter the largest |activation| so far; infinity where one was not a number, which is not silence.
    private(set) var largest: [Float]
    private(set) var zeros: ZeroCounts
    private var sums: [Double]
    private var squares: [Double]
    private var strongest: [StrongestImages]
    /// The sums of what the activation function is given, over some of the images, and at how many positions; nil where
    /// a run does not tell.
    private var inputs: (sums: [Double], positions: Int)?
    /// max over the plane of |activation|, of the activation itself where the function lets negative values through.
    var peaks: FilterPeaks

    init(filters: Int) {
        largest = Array(repeating: 0, count: filters)
        (sums, squares) = (Array(repeating: 0, count: filters), Array(repeating: 0, count: filters))
        zeros = ZeroCounts(channels: filters)
        strongest = Array(repeating: StrongestImages(), count: filters)
        inputs = (sums, 0)
        peaks = FilterPeaks(filters: filters)
    }

    /// `isAveraged`: which images count for `meanInput`.
    mutating func add(
        _ summary: ChannelSummaries, of function: Activation, firstImage: Int, isAveraged: (Int) -> Bool
    ) {
        let reading = PeakReading(function, summary),
            averaged = (0..<summary.images).map { isAveraged(firstImage + $0) }
        var peaks = [Float](repeating: 0, count: summary.channels)
        if function != .linear, !summary.isBeforeRectifier { inputs = nil }
        inputs?.positions += averaged.count { $0 } * summary.positions
        zeros.addPositions(of: summary)
        summary.forEach { image, channel, entry in
            let (magnitude, peak) = reading(entry)
            zeros.add(entry.zeros, of: channel)
            if averaged[image] { inputs?.sums[channel] += Double(entry.inputSum) }
            largest[channel] = max(largest[channel], magnitude)
            sums[channel] += Double(entry.sum)
            squares[channel] += Double(entry.squares)
            strongest[channel].add(peak, image: firstImage + image)
            peaks[channel] = peak
            if channel + 1 == summary.channels { self.peaks.add(peaks) }
        }
    }

    /// The same images once more, in whatever order, for their peaks alone.
    mutating func recount(_ summary: ChannelSummaries, of function: Activation) {
        let reading = PeakReading(function, summary)
        var peaks = [Float](repeating: 0, count: summary.channels)
        summary.forEach { _, channel, entry in
            peaks[channel] = reading(entry).peak
            if channel + 1 == summary.channels { self.peaks.recount(peaks) }
        }
    }

    /// For each filter the mean of what its activation function is given; nil where that is not known.
    var meanInput: [Double]? {
        guard let inputs, inputs.positions > 0 else { return nil }
        return inputs.sums.map { $0 / Double(inputs.positions) }
    }

    var activity: [FilterActivity] {
        let positions = Double(max(1, zeros.positions)), shares = zeros.shares
        return largest.indices.map { filter in
            let mean = sums[filter] / positions
            return FilterActivity(
                largest: largest[filter], zeroShare: shares[filter], mean: mean,
                variance: max(0, squares[filter] / positions - mean * mean), strongest: strongest[filter].images)
        }
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
    func callAsFunction(_ entry: ChannelSummaries.Entry) -> (magnitude: Float, peak: Float) {
        let top = rectified(entry.largest), bottom = rectified(entry.smallest)
        let magnitude = entry.sum.isNaN ? .infinity : max(abs(top), abs(bottom))
        return (magnitude, isSigned ? max(0, top) : magnitude)
    }
}

/// The images with the highest peaks.
private struct StrongestImages: Sendable {
    private static let count = 10
    /// Falling; of equals the earlier image first.
    private var entries: [(peak: Float, image: Int)] = []
    var images: [Int] { entries.map(\.image) }

    mutating func add(_ peak: Float, image: Int) {
        guard peak > 0, entries.count < Self.count || peak > entries[Self.count - 1].peak else { return }
        entries.insert((peak, image), at: entries.firstIndex { $0.peak < peak } ?? entries.count)
        if entries.count > Self.count { entries.removeLast() }
    }
}
