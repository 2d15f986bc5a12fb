extension Microkernels {
    /// Independent products and sums on registers alone, `count` × 12 vectors: what the arithmetic units can do at
    /// most. The result keeps the compiler from leaving them out.
    @inline(never)
    package static func saturate(_ count: Int) -> Float {
        var sums = InlineArray<12, Vector> { _ in .zero }
        let factor = Vector(repeating: 0.999), term = Vector(repeating: 1e-3)
        for _ in 0..<count {
            var i = 0
            while i < 12 { sums[i] = multiplyAdd(sums[i], factor, term); i &+= 1 }
        }
        var total = Vector.zero
        for i in 0..<12 { total += sums[i] }
        return total.sum()
    }
}
