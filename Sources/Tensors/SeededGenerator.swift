import Foundation

/// A random generator whose sequence follows from its seed alone, on every machine.
///
/// SplitMix64 (Steele, Lea & Flood 2014): one 64-bit state, period 2⁶⁴. Not for cryptography.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A uniform number in [0, 1), 24 bits of it random.
    package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A normal number of mean 0 and variance 1: Box & Muller 1958, the cosine's half; 1 − u lies in (0, 1].
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - Double(uniform()))).squareRoot()
        return radius * cos(2 * .pi * Double(uniform()))
    }
}
