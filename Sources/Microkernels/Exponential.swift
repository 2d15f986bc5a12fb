/// The exponential function and what is made of it, for whole vectors. NaN gives NaN.
///
/// exp(x) = 2ⁿ · exp(r) with n the integer next to x / ln 2 and |r| ≤ ½ ln 2 (Cody & Waite 1980), and exp(r) − 1 =
/// r + r² · P(r) with the polynomial P of degree 5 that has the smallest greatest error relative to r, 3 · 10⁻¹⁰.
enum Exponential {
    /// eˣ; right to the last place but one, denormal results included.
    @inline(__always)
    static func exp(_ x: Vector) -> Vector {
        let (rest, power) = reduced(clamped(x, -105, 89))
        // Two factors: 2ⁿ alone may be no normal number.
        let half = power &>> 1, first = twoTo(half)
        return multiplyAdd(first, rest, first) * twoTo(power &- half)
    }

    /// eˣ − 1 for x ≤ 0.
    @inline(__always)
    static func expMinusOne(_ x: Vector) -> Vector {
        let (rest, power) = reduced(clamped(x, -40, 0)), factor = twoTo(power)
        return multiplyAdd(factor, rest, factor - 1)
    }

    /// 1 / (1 + e⁻ˣ).
    @inline(__always)
    static func sigmoid(_ x: Vector) -> Vector {
        let small = exp(-magnitude(x)), one = Vector(repeating: 1)
        return one.replaced(by: small, where: .zero, isAbove: x) / (one + small)
    }

    /// The hyperbolic tangent, exact to a few places also next to zero: −m / (2 + m) with m = exp(−2|x|) − 1.
    @inline(__always)
    static func tanh(_ x: Vector) -> Vector {
        let less = expMinusOne(magnitude(x) * -2), result = -less / (less + 2)
        return unsafeBitCast(bits(result) | (bits(x) & signs), to: Vector.self)
    }

    /// exp(r) − 1 and n.
    @inline(__always)
    private static func reduced(_ x: Vector) -> (rest: Vector, power: Vector.MaskStorage) {
        // Added to 1.5 · 2²³ a number loses its fraction, and its integer stands in the last bits.
        let magic = Vector(repeating: 12_582_912)
        let rounded = multiplyAdd(x, Vector(repeating: 1.442_695_04), magic), n = rounded - magic
        // ln 2 in two parts, the first of so few bits that its product with n is exact.
        let r = multiplyAdd(n, Vector(repeating: 2.121_944_4e-4), multiplyAdd(n, Vector(repeating: -0.693_359_375), x))
        var p = Vector(repeating: 0.000_199_143_018_107_861_28)
        for c: Float in [
            0.001_394_110_266_119_241_7, 0.008_333_273_231_983_185, 0.041_666_354_984_045_03, 0.166_666_671_633_720_4,
            0.5,
        ] {
            p = multiplyAdd(p, r, Vector(repeating: c))
        }
        return (multiplyAdd(r * r, p, r), bits(rounded) &- bits(magic))
    }

    /// 2ⁿ for −126 ≤ n ≤ 127.
    @inline(__always)
    private static func twoTo(_ n: Vector.MaskStorage) -> Vector {
        unsafeBitCast((n &+ Vector.MaskStorage(repeating: 127)) &<< Vector.MaskStorage(repeating: 23), to: Vector.self)
    }

    private static var signs: Vector.MaskStorage { Vector.MaskStorage(repeating: .min) }

    @inline(__always)
    private static func magnitude(_ x: Vector) -> Vector { unsafeBitCast(bits(x) & ~signs, to: Vector.self) }

    @inline(__always)
    private static func bits(_ x: Vector) -> Vector.MaskStorage { unsafeBitCast(x, to: Vector.MaskStorage.self) }
}
