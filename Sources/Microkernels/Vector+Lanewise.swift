import CProcessor

// The standard library computes one lane after the other, and leaves it to the compiler to make vectors of that again:
// of sixteen lanes it makes halves, detours, or none.

@inline(__always) func + (a: Vector, b: Vector) -> Vector { lanes_sum(a, b) }
@inline(__always) func + (a: Vector, b: Float) -> Vector { lanes_sum(a, Vector(repeating: b)) }
@inline(__always) func += (a: inout Vector, b: Vector) { a = lanes_sum(a, b) }
@inline(__always) func - (a: Vector, b: Vector) -> Vector { lanes_difference(a, b) }
@inline(__always) prefix func - (a: Vector) -> Vector { lanes_negative(a) }
@inline(__always) func * (a: Vector, b: Vector) -> Vector { lanes_product(a, b) }
@inline(__always) func * (a: Vector, b: Float) -> Vector { lanes_product(a, Vector(repeating: b)) }
@inline(__always) func / (a: Vector, b: Vector) -> Vector { lanes_quotient(a, b) }
@inline(__always) func / (a: Vector, b: Float) -> Vector { lanes_quotient(a, Vector(repeating: b)) }

/// a · b + c, rounded once where the instruction set can.
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { lanes_product_sum(a, b, c) }

/// The same for the lower half of the vectors, with zeros above.
@inline(__always)
func multiplyAddHalf(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
    Vector(lowHalf: half_lanes_product_sum(a.lowHalf, b.lowHalf, c.lowHalf), highHalf: .zero)
}

/// The sum of all lanes: of both halves, of the halves of that, and so on.
@inline(__always)
func total(_ x: Vector) -> Float { lanes_total(x) }

/// The square root of each lane, exactly rounded.
@inline(__always)
func squareRoot(_ x: Vector) -> Vector { lanes_square_root(x) }

extension Vector {
    /// The lanes of `other` where those of `a` are larger than those of `b`, its own elsewhere, also where one is NaN.
    @inline(__always)
    func replaced(by other: Vector, where a: Vector, isAbove b: Vector) -> Vector {
        lanes_choose_above(a, b, other, self)
    }

    /// The lanes of `other` where those of `a` are not smaller than those of `b`, its own elsewhere, also where one is
    /// NaN.
    @inline(__always)
    func replaced(by other: Vector, where a: Vector, isAtLeast b: Vector) -> Vector {
        lanes_choose_at_least(a, b, other, self)
    }

    /// The lanes of `other` where those of `a` and `b` are equal, its own elsewhere, also where one is NaN.
    @inline(__always)
    func replaced(by other: Vector, where a: Vector, equals b: Vector) -> Vector {
        lanes_choose_equal(a, b, other, self)
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
func clamped(_ x: Vector, _ lower: Float, _ upper: Float) -> Vector {
    clamped(x, Vector(repeating: lower), Vector(repeating: upper))
}
