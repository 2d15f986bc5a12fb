import Graphs
import Networks
import Tensors

/// What the filters of some layers did over a corpus, gathered batch by batch.
///
/// Memory: every image's peak of every filter while all of these fit into 64 MiB, for universality needs them against
/// the corpus's; then counts, which do not grow. See `FilterPeaks`.
package struct ActivationStatistics: Sendable {
    package let banks: [FilterBank]
    /// The positions of the banks that are watched, ascending: nothing is known of the others.
    package let watched: [Int]
    /// One for each bank.
    var records: [FilterRecord]
    /// The filters of each bank that some image left in doubt, as exact kernels have them there: what counts unless an
    /// image clearly wakes them.
    var doubtful: [[Int: FilterRecord]]
    /// Those that some image clearly wakes.
    var isAwake: [[Bool]]
    /// The images that were added, and the position of the first in the corpus.
    package internal(set) var images = 0
    let firstImage: Int
    /// Activations behind sums and the like, which belong to no one layer: for these only zeros are counted.
    package let sums: [SharedActivation]
    var sumZeros: [ZeroCounts]
    /// The most peaks that are held.
    private let mostPeaks: Int

    /// How many numbers may be held that grow with the images, unless told otherwise.
    static let usualPeaks = 16 << 20

    /// `watched`: the positions of the banks to watch; nil for all of them. `mostPeaks`: how many numbers may be held
    /// that grow with the images. `block`: the one that begins with the first image; `total`: the images of the whole
    /// corpus, where it is known, which tells from the start whether all peaks can be held.
    package init(
        _ banks: [FilterBank], watching watched: [Int]? = nil, sums: [SharedActivation] = [],
        mostPeaks: Int = Self.usualPeaks, from block: Int = 0, total: Int? = nil
    ) {
        self.banks = banks
        self.watched = watched ?? Array(banks.indices)
        self.sums = sums
        self.mostPeaks = mostPeaks
        sumZeros = sums.map { ZeroCounts(channels: $0.channels) }
        records = banks.map { FilterRecord(filters: $0.filters, from: block) }
        doubtful = banks.map { _ in [:] }
        isAwake = banks.map { Array(repeating: false, count: $0.filters) }
        firstImage = block * ImageBlocks.size
        let filters = self.watched.reduce(0) { $0 + banks[$1].filters }
        if let total, filters.timesClamped(total) > mostPeaks { collapse() }
    }

    private mutating func collapse() { for index in watched { records[index].peaks.collapse() } }

    /// Adds one batch: for each watched bank what its activation did, then the same for each of `sums`. `isAveraged`:
    /// which images, by their position in the corpus, count for `meanInput`.
    package mutating func add(_ summaries: [ChannelSummaries], isAveraged: (Int) -> Bool = { _ in true }) {
        add(summaries, correcting: [], isAwake: nil, isAveraged: isAveraged)
    }

    /// `corrections`: what exact kernels make of doubtful filters; `isAwake`: for each watched bank the filters that
    /// some image clearly wakes.
    mutating func add(
        _ summaries: [ChannelSummaries], correcting corrections: [ScreenedNetwork.Correction], isAwake: [[Bool]]?,
        isAveraged: (Int) -> Bool
    ) {
        precondition(
            summaries.count == watched.count + sums.count,
            "\(summaries.count) summaries for \(watched.count) banks and \(sums.count) sums")
        for (index, awake) in zip(watched, isAwake ?? []) {
            self.isAwake[index] = awake
            for filter in doubtful[index].keys where awake[filter] { doubtful[index][filter] = nil }
        }
        // Until now the two did not differ.
        for correction in corrections {
            let index = watched[correction.tensor], filter = correction.channel
            if doubtful[index][filter] == nil { doubtful[index][filter] = records[index].filter(filter) }
        }
        let first = firstImage + images
        for (tensor, (index, summary)) in zip(watched, summaries).enumerated() {
            let function = banks[index].function
            records[index].add(summary, of: function, firstImage: first, isAveraged: isAveraged)
            for filter in doubtful[index].keys {
                let own = corrections.filter { $0.tensor == tensor && $0.channel == filter }
                let entries = Dictionary(uniqueKeysWithValues: own.map { ($0.image, $0.entry) })
                doubtful[index][filter]?.add(
                    summary, channel: filter, correcting: entries, of: function, firstImage: first,
                    isAveraged: isAveraged)
            }
        }
        for (index, summary) in summaries.dropFirst(watched.count).enumerated() { sumZeros[index].add(summary) }
        images += summaries.first?.images ?? 0
        if records.reduce(0, { $0 + $1.peaks.held }) > mostPeaks { collapse() }
    }

    /// No more images follow in the block under way.
    mutating func endBlock() {
        for index in records.indices {
            records[index].endBlock()
            for filter in doubtful[index].keys { doubtful[index][filter]?.endBlock() }
        }
    }

    /// Adds what the same filters did over the images that follow; both end with whole blocks, or the corpus.
    package mutating func append(_ other: ActivationStatistics) {
        for index in watched {
            for filter in isAwake[index].indices where other.isAwake[index][filter] { isAwake[index][filter] = true }
            let filters = Set(doubtful[index].keys).union(other.doubtful[index].keys)
            for filter in filters {
                var record = doubtful[index][filter] ?? records[index].filter(filter)
                record.append(other.doubtful[index][filter] ?? other.records[index].filter(filter))
                doubtful[index][filter] = isAwake[index][filter] ? nil : record
            }
            records[index].append(other.records[index])
        }
        for index in sumZeros.indices { sumZeros[index].append(other.sumZeros[index]) }
        images += other.images
    }

    /// All images are added: of filters that none clearly woke, what exact kernels have shown is what counts.
    package mutating func settle() {
        for index in watched {
            for (filter, record) in doubtful[index] { records[index].replace(filter, with: record) }
            doubtful[index] = [:]
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

    /// Whether a run tells what the activation function of a bank is given.
    package func seesInputs(_ bank: Int) -> Bool { isWatched(bank) && records[bank].seesInputs }

    /// For each filter of a bank the mean, over images and positions, of what its activation function is given; nil
    /// where that was not seen.
    package func meanInput(_ bank: Int) -> [Double]? { isWatched(bank) ? records[bank].meanInput : nil }

    /// For each filter of a bank what its activation came to; nil for a bank that was not watched or saw no images.
    package func activity(_ bank: Int) -> [FilterActivity]? {
        isWatched(bank) && images > 0 ? records[bank].activity : nil
    }
}
