/// Sets values to 0 at random and scales the others, so that the expectation stays: Srivastava et al. 2014, inverted.
///
/// Which values are dropped depends on the key and their position alone, not on threads: the backward pass drops the
/// same ones.
package struct Dropout: Sendable {
    private let rate: Float
    private let blocks: Blocks

    /// `rate`: the share of values that are dropped, below 1.
    package init(rate: Float, count: Int) {
        precondition(rate >= 0 && rate < 1, "a rate of \(rate)")
        self.rate = rate
        blocks = Blocks(count, of: 1 << 14)
    }

    /// Writes input · mask / (1 − rate); may run in place.
    package func run(
        _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, key: UInt64, on pool: WorkerPool
    ) {
        let limit = UInt64(Double(rate) * 0x1p32), scale = 1 / (1 - rate)
        pool.run(parts: blocks.number) { part, _ in
            for i in blocks[part] { output[i] = Self.random(key, UInt64(i)) >> 32 < limit ? 0 : input[i] * scale }
        }
    }

    /// SplitMix64's finalizer over key and position.
    @inline(__always)
    private static func random(_ key: UInt64, _ position: UInt64) -> UInt64 {
        var z = key &+ (position &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
