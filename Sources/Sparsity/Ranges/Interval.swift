/// Numbers from `lower` to `upper`, both included.
///
/// Where either end is not known, neither is: `unbounded` stands for any number, and for infinity and NaN. So does what
/// comes near the largest float, since kernels could overflow on the way there.
package struct Interval: Equatable, Sendable {
    package let lower: Double
    package let upper: Double

    package static let unbounded = Interval(-.infinity, .infinity)
    package static let zero = Interval(0, 0)
    /// Beyond this nothing is known: far enough below the largest float, 3.4 · 10³⁸, for what kernels sum up on the way.
    private static let limit = 1e30

    package init(_ lower: Double, _ upper: Double) {
        // Also false for NaN.
        if lower >= -Self.limit && upper <= Self.limit {
            (self.lower, self.upper) = (lower, upper)
        } else {
            (self.lower, self.upper) = (-.infinity, .infinity)
        }
    }

    package var isBounded: Bool { upper < .infinity }
    /// The largest |number|.
    package var magnitude: Double { max(-lower, upper) }
    var center: Double { isBounded ? (lower + upper) / 2 : 0 }
    var radius: Double { isBounded ? (upper - lower) / 2 : .infinity }

    func union(_ other: Interval) -> Interval { Interval(min(lower, other.lower), max(upper, other.upper)) }

    /// The same with `error` more at both ends.
    func widened(by error: Double) -> Interval { Interval(lower - error, upper + error) }

    func shifted(by term: Double) -> Interval { Interval(lower + term, upper + term) }

    func scaled(by factor: Double) -> Interval {
        if !isBounded { return self }
        return factor < 0 ? Interval(upper * factor, lower * factor) : Interval(lower * factor, upper * factor)
    }

    /// All products of two numbers.
    func multiplied(by other: Interval) -> Interval {
        guard isBounded, other.isBounded else { return .unbounded }
        let ends = [lower * other.lower, lower * other.upper, upper * other.lower, upper * other.upper]
        return Interval(ends.min() ?? 0, ends.max() ?? 0)
    }

    package func contains(_ number: Double) -> Bool { !isBounded || (lower <= number && number <= upper) }
}

extension Sequence where Element == Interval {
    /// The smallest interval that holds all of them; unbounded where there is none.
    var hull: Interval {
        reduce(nil as Interval?) { $0?.union($1) ?? $1 } ?? .unbounded
    }
}
