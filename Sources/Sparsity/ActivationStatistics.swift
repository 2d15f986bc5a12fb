import Graphs
import Tensors

/// What the filters of some layers did over a corpus, gathered batch by batch.
///
/// Memory: one float per image and filter, for universality needs every image's peak against the corpus's.
package struct ActivationStatistics: Sendable {
    package let banks: [FilterBank]
    /// The positions of the banks that are watched, ascending: nothing is known of the others.
    package let watched: [Int]
    /// For each bank the images' peaks, image-major: max over the plane of |activation| (of the activation itself where
    /// the function lets negative values through).
    private var peaks: [[Float]]
    /// For each bank and filter the largest |activation| so far; infinity where one was not a number, which is not
    /// silence.
    private var largest: [[Float]]
    /// For each bank and filter how many of its activations were exactly 0, of `positions`.
    private var zeros: [[Int]]
    /// For each bank how many activations of one filter were looked at.
    private var positions: [Int]
    package private(set) var images = 0
    /// Activations behind sums and the like, which belong to no one layer: for these only zeros are counted.
    package let sums: [SharedActivation]
    private var sumZeros: [[Int]]
    private var sumPositions: [Int]

    /// `watched`: the positions of the banks to watch; nil for all of them.
    package init(_ banks: [FilterBank], watching watched: [Int]? = nil, sums: [SharedActivation] = []) {
        self.banks = banks
        self.watched = watched ?? Array(banks.indices)
        self.sums = sums
        sumZeros = sums.map { Array(repeating: 0, count: $0.channels) }
        sumPositions = sums.map { _ in 0 }
        peaks = banks.map { _ in [] }
        largest = banks.map { Array(repeating: 0, count: $0.filters) }
        zeros = banks.map { Array(repeating: 0, count: $0.filters) }
        positions = banks.map { _ in 0 }
    }

    /// Adds one batch: for each watched bank its activation, N × the tensor's shape, then the same for each of `sums`.
    package mutating func add(_ activations: [Tensor]) {
        precondition(
            activations.count == watched.count + sums.count,
            "\(activations.count) activations for \(watched.count) banks and \(sums.count) sums")
        images += activations.first?.shape.first ?? 0
        for (index, activation) in zip(watched, activations) { add(activation, to: index) }
        for (index, activation) in activations.dropFirst(watched.count).enumerated() { count(activation, of: index) }
    }

    private mutating func count(_ activation: Tensor, of index: Int) {
        let channels = sums[index].channels, inner = activation.shape[(sums[index].axis + 2)...].reduce(1, *)
        sumPositions[index] += activation.count / max(1, channels)
        activation.withSpan { values in
            for position in values.indices where values[position] == 0 {
                sumZeros[index][position / inner % channels] += 1
            }
        }
    }

    private func isWatched(_ bank: Int) -> Bool { watched.contains(bank) }

    private mutating func add(_ activation: Tensor, to index: Int) {
        let bank = banks[index], filters = bank.filters
        let inner = activation.shape[(bank.axis + 2)...].reduce(1, *),
            outer = activation.shape[1..<(bank.axis + 1)].reduce(1, *)
        positions[index] += activation.shape[0] * outer * inner
        let signed = (bank.function.value(-1) ?? 0) < 0
        activation.withSpan { values in
            var position = 0
            for _ in 0..<activation.shape[0] {
                var peak = [Float](repeating: 0, count: filters), magnitude = peak
                for _ in 0..<outer {
                    for filter in 0..<filters {
                        for _ in 0..<inner {
                            let value = values[position]
                            if !(abs(value) <= magnitude[filter]) {
                                magnitude[filter] = value.isNaN ? .infinity : abs(value)
                            }
                            if signed { peak[filter] = max(peak[filter], value) }
                            if value == 0 { zeros[index][filter] += 1 }
                            position += 1
                        }
                    }
                }
                peaks[index].append(contentsOf: signed ? peak : magnitude)
                for filter in 0..<filters { largest[index][filter] = max(largest[index][filter], magnitude[filter]) }
            }
        }
    }

    /// The filters of a bank whose |activation| never exceeded the threshold; nil for a bank that was not watched.
    package func dead(_ bank: Int, _ thresholds: Thresholds = Thresholds()) -> [Int]? {
        guard isWatched(bank) else { return nil }
        return largest[bank].indices.filter { largest[bank][$0] <= thresholds.activation }
    }

    /// The name of the first bank with an activation that is NaN or infinite; nil where all are numbers.
    package var firstNotFinite: String? { zip(banks, largest).first { !$1.allSatisfy(\.isFinite) }?.0.name }

    /// For each filter of a bank the mean share of activations that are exactly 0, over images and positions: APoZ (Hu
    /// et al. 2016); 0 without images, nil for a bank that was not watched.
    package func zeroShares(_ bank: Int) -> [Double]? {
        guard isWatched(bank) else { return nil }
        return zeros[bank].map { Double($0) / Double(max(1, positions[bank])) }
    }

    /// The same for the channels of each of `sums` that is ever 0, by its tensor.
    package var sumZeroShares: [TensorID: [Double]] {
        var result: [TensorID: [Double]] = [:]
        for (index, sum) in sums.enumerated() where sumZeros[index].contains(where: { $0 > 0 }) {
            result[sum.tensor] = sumZeros[index].map { Double($0) / Double(max(1, sumPositions[index])) }
        }
        return result
    }

    /// For each filter of a bank the percentage of images whose peak exceeds a part of the corpus's peak; 0 for a
    /// filter that never activates (Mehta et al. 2019 §2.1). Nil for a bank that was not watched.
    package func universality(_ bank: Int, _ thresholds: Thresholds = Thresholds()) -> [Double]? {
        guard isWatched(bank) else { return nil }
        let filters = banks[bank].filters
        var top = [Float](repeating: 0, count: filters), counts = [Int](repeating: 0, count: filters)
        for position in peaks[bank].indices {
            top[position % filters] = max(top[position % filters], peaks[bank][position])
        }
        for (position, peak) in peaks[bank].enumerated() {
            let filter = position % filters
            if top[filter] > thresholds.activation, peak / top[filter] > thresholds.universality { counts[filter] += 1 }
        }
        return counts.map { images == 0 ? 0 : 100 * Double($0) / Double(images) }
    }
}
