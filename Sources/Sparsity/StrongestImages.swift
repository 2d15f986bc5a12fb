/// The images with the highest peaks of a filter.
struct StrongestImages: Sendable {
    static let count = 10
    /// Falling; of equals the earlier image first.
    private(set) var entries: [(peak: Float, image: Int)] = []
    var images: [Int] { entries.map(\.image) }
    /// What a peak must exceed to be among them.
    var bar: Float { entries.count < Self.count ? 0 : entries[Self.count - 1].peak }

    mutating func add(_ peak: Float, image: Int) {
        guard peak > bar else { return }
        entries.insert((peak, image), at: entries.firstIndex { $0.peak < peak } ?? entries.count)
        if entries.count > Self.count { entries.removeLast() }
    }

    /// Adds those of later images.
    mutating func append(_ other: StrongestImages) {
        for (peak, image) in other.entries { add(peak, image: image) }
    }
}
