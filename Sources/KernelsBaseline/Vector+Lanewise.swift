import CProcessor

/// What the standard library does one lane after the other: compilers make vector instructions of such loops only where
/// vectors are short and in registers.
extension Vector {
    /// The lanes of `other` where those of `a` are larger than those of `b`, its own elsewhere, also where one is NaN.
    @inline(__always)
    func replaced(by other: Vector, where a: Vector, isAbove b: Vector) -> Vector {
        #if AVX512
        choose_above16(a, b, other, self)
        #elseif AVX2
        choose_above8(a, b, other, self)
        #else
        choose_above4(a, b, other, self)
        #endif
    }

    /// The lanes of `other` where those of `a` are not smaller than those of `b`, its own elsewhere, also where one is NaN.
    @inline(__always)
    func replaced(by other: Vector, where a: Vector, isAtLeast b: Vector) -> Vector {
        #if AVX512
        choose_at_least16(a, b, other, self)
        #elseif AVX2
        choose_at_least8(a, b, other, self)
        #else
        choose_at_least4(a, b, other, self)
        #endif
    }

    /// The lanes of `other` where those of `a` and `b` are equal, its own elsewhere, also where one is NaN.
    @inline(__always)
    func replaced(by other: Vector, where a: Vector, equals b: Vector) -> Vector {
        #if AVX512
        choose_equal16(a, b, other, self)
        #elseif AVX2
        choose_equal8(a, b, other, self)
        #else
        choose_equal4(a, b, other, self)
        #endif
    }
}

/// x where it is larger than y, else y: also where x is NaN.
@inline(__always)
func larger(_ x: Vector, than y: Vector) -> Vector { y.replaced(by: x, where: x, isAbove: y) }

/// x, or the bound that it is beyond, the lower one where it is beyond both; NaN stays.
@inline(__always)
func clamped(_ x: Vector, _ lower: Vector, _ upper: Vector) -> Vector {
    x.replaced(by: upper, where: x, isAbove: upper).replaced(by: lower, where: lower, isAbove: x)
}

@inline(__always)
func clamped(_ x: Vector, _ lower: Float, _ upper: Float) -> Vector { clamped(x, Vector(repeating: lower), Vector(repeating: upper)) }

/// The square root of each lane, exactly rounded.
@inline(__always)
func squareRoot(_ x: Vector) -> Vector {
    #if AVX512
    square_root16(x)
    #elseif AVX2
    square_root8(x)
    #else
    square_root4(x)
    #endif
}
