/// How fast images are worked through, and how long the rest will take at that.
package struct Pace: Sendable {
    private let work: String
    private let start: ContinuousClock.Instant
    private let first: Int

    /// For work of this name, of which `done` images are done.
    package init(_ work: String, done: Int, at now: ContinuousClock.Instant = .now) {
        (self.work, start, first) = (work, now, done)
    }

    /// Whether it is that of this work, and not begun anew since.
    package func isOf(_ work: String, done: Int) -> Bool { self.work == work && done > first }

    /// One line: `analyze: 320 of 2000 images, 250 images/s, 0:07 left`.
    package func text(done: Int, of total: Int, at now: ContinuousClock.Instant = .now) -> String {
        let seconds = (now - start) / .seconds(1), known = "\(work): \(done) of \(total) images"
        guard done > first, seconds > 0 else { return known }
        let speed = Double(done - first) / seconds
        return "\(known), \(Format.digits(speed)) images/s, \(Format.clock(Double(total - done) / speed)) left"
    }
}
