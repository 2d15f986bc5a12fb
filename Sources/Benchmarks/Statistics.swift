/// The statistics of repeated measurements. All are of non-empty samples.
enum Statistics {
    /// The value below which the share `fraction` (0…1) of `sorted` lies, interpolated linearly between neighbours.
    ///
    /// Source: Hyndman & Fan 1996, definition 7; numpy's default.
    static func quantile(_ fraction: Double, ofSorted sorted: [Double]) -> Double {
        precondition(!sorted.isEmpty, "no samples")
        precondition((0...1).contains(fraction), "\(fraction) is no share")
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position), above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }

    /// The middle of `samples`; of an even number the mean of the middle two.
    static func median(_ samples: [Double]) -> Double { quantile(0.5, ofSorted: samples.sorted()) }

    static func mean(_ samples: [Double]) -> Double {
        precondition(!samples.isEmpty, "no samples")
        return samples.reduce(0, +) / Double(samples.count)
    }
}
