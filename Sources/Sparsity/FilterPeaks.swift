/// The largest activation of each filter of a layer in each image, as far as universality needs it: of how many images
/// it exceeds a part of the largest of all.
///
/// Either every peak, or how many fell into each of 32 bins to a factor of two. A bin is the leading bits of a number,
/// whatever the numbers before were, so that counts of different images can be added in any order; those below a
/// thousandth of the top are counted together. Memory then does not grow with the images.
struct FilterPeaks: Sendable {
    let filters: Int
    private(set) var top: [Float]
    /// Image after image; nil where they are counted.
    private var every: [Float]? = []
    private var bins: [Bins] = []
    private var images = 0
    /// Of how many images the peak exceeds a part of the top, counted when the top was known; nil before.
    private var answers: (part: Float, counts: [Int])?

    init(filters: Int) {
        self.filters = filters
        top = Array(repeating: 0, count: filters)
    }

    /// How many numbers it holds that grow with the images.
    var held: Int { every?.count ?? 0 }
    var isExact: Bool { every != nil || answers != nil }

    /// The peaks of the next image, 0 or more.
    mutating func add(_ peaks: [Float]) {
        images += 1
        for filter in peaks.indices { top[filter] = max(top[filter], peaks[filter]) }
        if every != nil { every?.append(contentsOf: peaks) } else { count(peaks[...]) }
    }

    /// From here on `recount` is told the peaks of all images once more.
    mutating func startRecount(exceeding part: Float) {
        answers = (part, Array(repeating: 0, count: filters))
    }

    mutating func recount(_ peaks: [Float]) {
        guard let part = answers?.part else { return }
        for filter in peaks.indices where peaks[filter] / top[filter] > part { answers?.counts[filter] += 1 }
    }

    /// Counts them from here on.
    mutating func collapse() {
        guard let peaks = every else { return }
        every = nil
        bins = Array(repeating: Bins(), count: filters)
        for start in stride(from: 0, to: peaks.count, by: filters) { count(peaks[start..<start + filters]) }
    }

    private mutating func count(_ peaks: ArraySlice<Float>) {
        for (filter, peak) in zip(bins.indices, peaks) { bins[filter].add(peak) }
    }

    /// For each filter the percentage of images whose peak exceeds `part` of its top, and by how much that may be off:
    /// half the share of the bin in which that part lies; 0 for a filter that never exceeds `silence`.
    func universality(exceeding part: Float, silence: Float) -> [(percent: Double, uncertainty: Double)] {
        let percent = { (count: Double) in images == 0 ? 0 : 100 * count / Double(images) }
        if let (counted, counts) = answers {
            precondition(counted == part, "peaks were counted against another part")
            return zip(top, counts).map { $0 > silence ? (percent(Double($1)), 0) : (0, 0) }
        }
        if let every {
            var counts = [Int](repeating: 0, count: filters)
            for (position, peak) in every.enumerated() {
                let filter = position % filters
                if top[filter] > silence, peak / top[filter] > part { counts[filter] += 1 }
            }
            return counts.map { (percent(Double($0)), 0) }
        }
        return (0..<filters).map { filter in
            guard top[filter] > silence else { return (0, 0) }
            let (above, within) = bins[filter].counts(at: part * top[filter])
            return (percent(Double(above) + Double(within) / 2), percent(Double(within) / 2))
        }
    }
}

/// How many of some numbers, none of them negative, fell into each bin, from the largest down to its thousandth.
private struct Bins: Sendable {
    /// Where the bin of a number lies: its number modulo this. More than 32 · log₂ 1000, so that the bin of a
    /// thousandth of the largest is kept.
    private static let count = 352
    private var counts = [UInt32](repeating: 0, count: Self.count)
    /// The number of the largest bin so far, and how many numbers fell below those that are kept.
    private var last = 0
    private var below = 0

    /// Five bits behind the exponent.
    private static func bin(_ value: Float) -> Int { Int(value.bitPattern >> 18) }

    mutating func add(_ value: Float) {
        let bin = Self.bin(value)
        while last < bin {
            // Those far below the new largest give their place away.
            if last + Self.count < bin { last = bin - Self.count }
            last += 1
            below += Int(counts[last % Self.count])
            counts[last % Self.count] = 0
        }
        if bin + Self.count > last { counts[bin % Self.count] += 1 } else { below += 1 }
    }

    /// How many lie in bins above that of `value`, and in its own.
    func counts(at value: Float) -> (above: Int, within: Int) {
        let bin = Self.bin(value)
        precondition(bin + Self.count > last, "\(value) is below what is kept")
        let above = bin < last ? (bin + 1...last).reduce(0) { $0 + Int(counts[$1 % Self.count]) } : 0
        return (above, Int(counts[bin % Self.count]))
    }
}
