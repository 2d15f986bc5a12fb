import Graphs
import Networks

/// What the filters of some layers did over a corpus, gathered batch by batch.
///
/// Memory: every image's peak of every filter while all of these fit into 64 MiB, for universality needs them against
/// the corpus's; then counts, which do not grow. See `FilterPeaks`.
package struct ActivationStatistics: Sendable {
    package let banks: [FilterBank]
    /// The positions of the banks that are watched, ascending: nothing is known of the others.
    package let watched: [Int]
    /// One for each bank.
    private var records: [FilterRecord]
    package private(set) var images = 0
    /// Activations behind sums and the like, which belong to no one layer: for these only zeros are counted.
    package let sums: [SharedActivation]
    private var sumZeros: [ZeroCounts]
    /// The most peaks that are held.
    private let mostPeaks: Int

    /// `watched`: the positions of the banks to watch; nil for all of them. `mostPeaks`: how many numbers may be held
    /// that grow with the images.
    package init(
        _ banks: [FilterBank], watching watched: [Int]? = nil, sums: [SharedActivation] = [], mostPeaks: Int = 16 << 20
    ) {
        self.banks = banks
        self.watched = watched ?? Array(banks.indices)
        self.sums = sums
        self.mostPeaks = mostPeaks
        sumZeros = sums.map { ZeroCounts(channels: $0.channels) }
        records = banks.map { FilterRecord(filters: $0.filters) }
    }

    /// Adds one batch: for each watched bank what its activation did, then the same for each of `sums`. `isAveraged`:
    /// which images, counted from the first that was added, count for `meanInput`.
    package mutating func add(_ summaries: [ChannelSummaries], isAveraged: (Int) -> Bool = { _ in true }) {
        precondition(
            summaries.count == watched.count + sums.count,
            "\(summaries.count) summaries for \(watched.count) banks and \(sums.count) sums")
        for (index, summary) in zip(watched, summaries) {
            records[index].add(
                summary, of: banks[index].function, firstImage: images, isAveraged: isAveraged)
        }
        for (index, summary) in summaries.dropFirst(watched.count).enumerated() { sumZeros[index].add(summary) }
        images += summaries.first?.images ?? 0
        if records.reduce(0, { $0 + $1.peaks.held }) > mostPeaks {
            for index in records.indices { records[index].peaks.collapse() }
        }
    }

    /// From here on `recount` is told of all images once more: universality is exact then, for this part of the top.
    mutating func startRecount(_ thresholds: Thresholds) {
        for index in records.indices { records[index].peaks.startRecount(exceeding: thresholds.universality) }
    }

    mutating func recount(_ summaries: [ChannelSummaries]) {
        for (index, summary) in zip(watched, summaries) { records[index].recount(summary, of: banks[index].function) }
    }

    private func isWatched(_ bank: Int) -> Bool { watched.contains(bank) }

    /// The filters of a bank whose |activation| never exceeded the threshold; nil for a bank that was not watched.
    package func dead(_ bank: Int, _ thresholds: Thresholds = Thresholds()) -> [Int]? {
        guard isWatched(bank) else { return nil }
        let largest = records[bank].largest
        return largest.indices.filter { largest[$0] <= thresholds.activation }
    }

    /// The name of the first bank with an activation that is NaN or infinite; nil where all are numbers.
    package var firstNotFinite: String? {
        zip(banks, records).first { !$1.largest.allSatisfy(\.isFinite) }?.0.name
    }

    /// For each filter of a bank the mean share of activations that are exactly 0, over images and positions: APoZ (Hu
    /// et al. 2016); 0 without images, nil for a bank that was not watched.
    package func zeroShares(_ bank: Int) -> [Double]? { isWatched(bank) ? records[bank].zeros.shares : nil }

    /// The same for the channels of each of `sums` that is ever 0, by its tensor.
    package var sumZeroShares: [TensorID: [Double]] {
        var result: [TensorID: [Double]] = [:]
        for (sum, zeros) in zip(sums, sumZeros) where zeros.counts.contains(where: { $0 > 0 }) {
            result[sum.tensor] = zeros.shares
        }
        return result
    }

    /// Whether all peaks were at hand for universality; else it is told within its uncertainty.
    package var isUniversalityExact: Bool { records.allSatisfy(\.peaks.isExact) }

    /// For each filter of a bank the percentage of images whose peak exceeds a part of the corpus's peak; 0 for a
    /// filter that never activates (Mehta et al. 2019 §2.1). Nil for a bank that was not watched.
    package func universality(_ bank: Int, _ thresholds: Thresholds = Thresholds()) -> [Double]? {
        measuredUniversality(bank, thresholds)?.map(\.percent)
    }

    /// By how many points that may be off, up or down: 0 while all peaks are at hand.
    package func universalityUncertainty(_ bank: Int, _ thresholds: Thresholds = Thresholds()) -> [Double]? {
        measuredUniversality(bank, thresholds)?.map(\.uncertainty)
    }

    private func measuredUniversality(
        _ bank: Int, _ thresholds: Thresholds
    ) -> [(percent: Double, uncertainty: Double)]? {
        guard isWatched(bank) else { return nil }
        return records[bank].peaks.universality(exceeding: thresholds.universality, silence: thresholds.activation)
    }

    /// For each filter of a bank the mean, over images and positions, of what its activation function is given; nil
    /// where that was not seen.
    package func meanInput(_ bank: Int) -> [Double]? { isWatched(bank) ? records[bank].meanInput : nil }

    /// For each filter of a bank what its activation came to; nil for a bank that was not watched or saw no images.
    package func activity(_ bank: Int) -> [FilterActivity]? {
        isWatched(bank) && images > 0 ? records[bank].activity : nil
    }
}
