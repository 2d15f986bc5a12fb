/// The transform of one row or column of a Winograd tile, two of its numbers at a time: those that share sums.
///
/// Source: Lavin & Gray 2016, with Toom and Cook's polynomials taken at 0, ±√½, ±√2, ∞ for the larger tile: the
/// products of their squares are 1 and ½ + 2, which saves multiplications, and the error is about two thirds of that
/// of the usual 0, ±1, ±2, ∞. `WinogradTransform` in Kernels has the same points and transforms the filters.
protocol WinogradLine {
    /// Numbers before the transform, 6 at most, and pairs after it.
    static var length: Int { get }
    static var pairs: Int { get }
    /// The positions of a pair's numbers after the transform.
    static func positions(_ pair: Int) -> (Int, Int)
    /// A pair of the transform of a line of numbers. `pair` is a constant to the compiler.
    static func pair(_ pair: Int, _ d: (Int) -> Vector) -> VectorPair
}

/// A tuple: the functions that copy a structure have no module in their names, and one with wide instructions could be
/// linked for all.
typealias VectorPair = (first: Vector, second: Vector)

@inline(__always)
func sumAndDifference(_ a: Vector, _ b: Vector) -> VectorPair { (a + b, a - b) }

extension WinogradLine {
    /// Transforms a tile in both directions, two columns at a time: half-transformed columns stay in registers.
    /// `write` gets two numbers of a column after the other: the pair of columns, which of the two, the pair of rows,
    /// the numbers.
    @inline(__always)
    static func transform(
        _ pixel: (_ row: Int, _ column: Int) -> Vector,
        _ write: (_ columns: Int, _ isSecond: Bool, _ rows: Int, VectorPair) -> Void
    ) {
        transform(0, pixel, write)
        if pairs > 1 { transform(1, pixel, write) }
        if pairs > 2 { transform(2, pixel, write) }
    }

    @inline(__always)
    private static func transform(
        _ columns: Int, _ pixel: (Int, Int) -> Vector, _ write: (Int, Bool, Int, VectorPair) -> Void
    ) {
        let rows = InlineArray<6, VectorPair> { row in
            row < length ? pair(columns, { pixel(row, $0) }) : (first: .zero, second: .zero)
        }
        column({ rows[$0].first }) { write(columns, false, $0, $1) }
        column({ rows[$0].second }) { write(columns, true, $0, $1) }
    }

    @inline(__always)
    private static func column(_ half: (Int) -> Vector, _ write: (Int, VectorPair) -> Void) {
        write(0, pair(0, half))
        if pairs > 1 { write(1, pair(1, half)) }
        if pairs > 2 { write(2, pair(2, half)) }
    }
}

/// x · factor + term.
@inline(__always)
func scaled(_ x: Vector, _ factor: Float, _ term: Vector) -> Vector { multiplyAdd(x, Vector(repeating: factor), term) }

let root: Float = 1.414_213_56
let halfRoot: Float = 0.707_106_78

/// Bᵀ of F(4×4, 3×3): six pixels into six points.
enum InputTransform4: WinogradLine {
    static var length: Int { 6 }
    static var pairs: Int { 3 }

    @inline(__always)
    static func positions(_ pair: Int) -> (Int, Int) { pair == 0 ? (1, 2) : pair == 1 ? (3, 4) : (0, 5) }

    @inline(__always)
    static func pair(_ pair: Int, _ d: (Int) -> Vector) -> VectorPair {
        switch pair {
        case 0: sumAndDifference(scaled(d(2), -2, d(4)), scaled(d(3), halfRoot, d(1) * -root))
        case 1: sumAndDifference(scaled(d(2), -0.5, d(4)), scaled(d(3), root, d(1) * -halfRoot))
        default: (first: scaled(d(2), -2.5, d(0)) + d(4), second: scaled(d(3), -2.5, d(1)) + d(5))
        }
    }
}

/// Aᵀ of F(4×4, 3×3): the sums at six points into four outputs.
enum OutputTransform4: WinogradLine {
    static var length: Int { 6 }
    static var pairs: Int { 2 }

    @inline(__always)
    static func positions(_ pair: Int) -> (Int, Int) { pair == 0 ? (0, 2) : (1, 3) }

    @inline(__always)
    static func pair(_ pair: Int, _ m: (Int) -> Vector) -> VectorPair {
        if pair == 0 {
            let near = m(1) + m(2), far = m(3) + m(4)
            return (first: m(0) + near + far, second: scaled(near, 0.5, far * 2))
        }
        let near = m(1) - m(2), far = m(3) - m(4)
        return (
            first: scaled(near, halfRoot, far * root), second: scaled(near, halfRoot / 2, scaled(far, root * 2, m(5)))
        )
    }
}

/// Bᵀ of F(2×2, 3×3): four pixels into four points.
enum InputTransform2: WinogradLine {
    static var length: Int { 4 }
    static var pairs: Int { 2 }

    @inline(__always)
    static func positions(_ pair: Int) -> (Int, Int) { pair == 0 ? (1, 2) : (0, 3) }

    @inline(__always)
    static func pair(_ pair: Int, _ d: (Int) -> Vector) -> VectorPair {
        pair == 0 ? (first: d(1) + d(2), second: d(2) - d(1)) : (first: d(0) - d(2), second: d(3) - d(1))
    }
}

/// Aᵀ of F(2×2, 3×3): the sums at four points into two outputs.
enum OutputTransform2: WinogradLine {
    static var length: Int { 4 }
    static var pairs: Int { 1 }

    @inline(__always)
    static func positions(_ pair: Int) -> (Int, Int) { (0, 1) }

    @inline(__always)
    static func pair(_ pair: Int, _ m: (Int) -> Vector) -> VectorPair {
        (first: m(0) + m(1) + m(2), second: m(1) - m(2) + m(3))
    }
}
