import Datasets
import Tensors

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

    /// The peaks of one filter.
    func filter(_ filter: Int) -> FilterPeaks {
        var result = FilterPeaks(filters: 1)
        (result.top, result.images) = ([top[filter]], images)
        result.every = every.map { peaks in stride(from: filter, to: peaks.count, by: filters).map { peaks[$0] } }
        if every == nil { result.bins = [bins[filter]] }
        return result
    }

    /// Puts the peaks of one filter, of the same images and held alike, in the place of what is known of it.
    mutating func replace(_ filter: Int, with other: FilterPeaks) {
        top[filter] = other.top[0]
        if let peaks = other.every, every != nil {
            for (image, peak) in peaks.enumerated() { every?[image * filters + filter] = peak }
        } else {
            bins[filter] = other.bins[0]
        }
    }

    /// Adds the peaks of the images that follow, held alike.
    mutating func append(_ other: FilterPeaks) {
        precondition(isExact == other.isExact, "peaks are held alike")
        for filter in top.indices { top[filter] = max(top[filter], other.top[filter]) }
        images += other.images
        if let peaks = other.every { every?.append(contentsOf: peaks) }
        for filter in bins.indices { bins[filter].append(other.bins[filter]) }
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

extension FilterPeaks {
    func write(to part: PartWriter, _ name: String) throws {
        try part.write("\(name)/top", top)
        if let every { return try part.write("\(name)/every", every) }
        try part.write("\(name)/bins", bins.flatMap(\.counts))
        try part.write("\(name)/last", bins.map(\.last))
        try part.write("\(name)/below", bins.map(\.below))
    }

    /// What a part says of `images` images; `counts`: whether their peaks were counted. Throws `PartError.invalid`.
    init(_ part: PartReader, _ name: String, filters: Int, images: Int, counts: Bool) throws {
        self.init(filters: filters)
        self.images = images
        top = try part.read("\(name)/top", count: filters)
        guard top.allSatisfy({ $0 >= 0 }) else { throw part.invalid("\(name)/top") }
        guard counts else {
            let peaks: [Float] = try part.read("\(name)/every", count: images.timesClamped(filters))
            for (index, peak) in peaks.enumerated() where !(peak >= 0 && peak <= top[index % filters]) {
                throw part.invalid("\(name)/every")
            }
            every = peaks
            return
        }
        every = nil
        let found: [UInt32] = try part.read("\(name)/bins", count: filters.timesClamped(Bins.count)),
            last: [Int] = try part.read("\(name)/last", count: filters),
            below = try part.counts("\(name)/below", count: filters)
        bins = try (0..<filters).map { filter in
            let counts = Array(found[(filter * Bins.count)..<((filter + 1) * Bins.count)])
            guard let bins = Bins(counts, last: last[filter], below: below[filter], top: top[filter], images: images)
            else { throw part.invalid("\(name)/bins") }
            return bins
        }
    }
}

/// How many of some numbers, none of them negative, fell into each bin, from the largest down to its thousandth.
private struct Bins: Sendable {
    /// Where the bin of a number lies: its number modulo this. More than 32 · log₂ 1000, so that the bin of a
    /// thousandth of the largest is kept.
    static let count = 352
    private(set) var counts = [UInt32](repeating: 0, count: Self.count)
    /// The number of the largest bin so far, and how many numbers fell below those that are kept.
    private(set) var last = 0
    private(set) var below = 0

    init() {}

    /// What was counted of so many images; nil where it contradicts itself.
    init?(_ counts: [UInt32], last: Int, below: Int, top: Float, images: Int) {
        guard last == (images == 0 ? 0 : Self.bin(top)), counts.reduce(below, { $0 + Int($1) }) == images else {
            return nil
        }
        (self.counts, self.last, self.below) = (counts, last, below)
    }

    /// Five bits behind the exponent.
    private static func bin(_ value: Float) -> Int { Int(value.bitPattern >> 18) }

    mutating func add(_ value: Float) { add(1, to: Self.bin(value)) }

    private mutating func add(_ number: UInt32, to bin: Int) {
        while last < bin {
            // Those far below the new largest give their place away.
            if last + Self.count < bin { last = bin - Self.count }
            last += 1
            below += Int(counts[last % Self.count])
            counts[last % Self.count] = 0
        }
        if bin + Self.count > last { counts[bin % Self.count] += number } else { below += Int(number) }
    }

    /// Adds what was counted of other numbers.
    mutating func append(_ other: Bins) {
        below += other.below
        for bin in max(0, other.last + 1 - Self.count)...other.last {
            let number = other.counts[bin % Self.count]
            if number > 0 { add(number, to: bin) }
        }
    }

    /// How many lie in bins above that of `value`, and in its own.
    func counts(at value: Float) -> (above: Int, within: Int) {
        let bin = Self.bin(value)
        precondition(bin + Self.count > last, "\(value) is below what is kept")
        let above = bin < last ? (bin + 1...last).reduce(0) { $0 + Int(counts[$1 % Self.count]) } : 0
        return (above, Int(counts[bin % Self.count]))
    }
}
