import CProcessor
import KernelCalls

/// The transforms of F(4×4, 3×3) and F(2×2, 3×3), vectorized over channels.
///
/// Source: Lavin & Gray 2016, with Toom and Cook's polynomials taken at 0, ±√½, ±√2, ∞ for the larger tile: the
/// products of their squares are 1 and ½ + 2, which saves multiplications, and the error is about two thirds of that
/// of the usual 0, ±1, ±2, ∞. `WinogradTransform` in Kernels has the same points and transforms the filters.
extension Family {
    /// Tiles of `size` × `size` outputs, 2 or 4.
    package static func winogradForward(_ call: WinogradInput, size: Int) {
        if size == 4 { forward(call, WinogradLine.forward4) } else { forward(call, WinogradLine.forward2) }
    }

    package static func winogradBackward(_ call: WinogradOutput, size: Int) {
        if size == 4 { backward(call, WinogradLine.backward4) } else { backward(call, WinogradLine.backward2) }
    }

    @inline(__always)
    private static func forward<let side: Int>(_ call: WinogradInput, _ line: (InlineArray<side, Vector>) -> InlineArray<side, Vector>) {
        var inputs = call.inputs, tile = call.output
        for number in 0..<call.tiles {
            var channel = 0
            while channel < call.channels {
                // A cache line holds 16 numbers.
                if channel & 15 == 0, number &+ 2 < call.tiles { prefetch(inputs + 2 &* side &* side, channel, side, from: 2) }
                var y = 0
                while y < side {
                    keep(line(InlineArray { load(inputs[y &* side &+ $0] + channel) }), row: y, in: call.scratch)
                    y &+= 1
                }
                var output = tile + channel
                var x = 0
                while x < side {
                    let whole = line(kept(column: x, of: side, in: call.scratch))
                    var v = 0
                    while v < side {
                        store(whole[v], to: output + v &* side &* call.pointStride)
                        v &+= 1
                    }
                    output += call.pointStride
                    x &+= 1
                }
                channel &+= lanes
            }
            inputs += side &* side
            tile += call.tileStride
        }
    }

    /// Asks for the pixels of a tile that its neighbour to the left does not read, those from column `first` on: tiles come
    /// from all over the image, which no processor foresees.
    @inline(__always)
    static func prefetch(_ inputs: UnsafePointer<UnsafePointer<Float>>, _ channel: Int, _ side: Int, from first: Int) {
        var row = inputs
        for _ in 0..<side {
            var x = first
            while x < side { CProcessor.prefetch(row[x] + channel); x &+= 1 }
            row += side
        }
    }

    @inline(__always)
    private static func backward<let side: Int, let size: Int>(_ call: WinogradOutput, _ line: (InlineArray<side, Vector>) -> InlineArray<size, Vector>) {
        var outputs = call.outputs, tile = call.sums
        for _ in 0..<call.tiles {
            var column = 0
            while column < call.columns {
                var y = 0
                while y < side {
                    let row = tile + column + y &* side &* call.pointStride
                    if column & 15 == 0 { forEach(side) { CProcessor.prefetch(row + ($0 &* call.pointStride &+ 16)) } }
                    keep(line(InlineArray { load(row + $0 &* call.pointStride) }), row: y, in: call.scratch)
                    y &+= 1
                }
                if call.pools { writePooled(call, outputs, column, line) } else { write(call, outputs, column, line) }
                column &+= lanes
            }
            outputs += call.pools ? size &* size / 4 : size &* size
            tile += call.tileStride
        }
    }

    /// Transforms the columns of a tile whose rows are transformed already, and writes its pixels.
    @inline(__always)
    private static func write<let side: Int, let size: Int>(
        _ call: WinogradOutput, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, _ column: Int,
        _ line: (InlineArray<side, Vector>) -> InlineArray<size, Vector>
    ) {
        let bias = call.finish.bias.map { load($0 + column) } ?? .zero
        var x = 0
        while x < size {
            let pixels = line(kept(column: x, of: size, in: call.scratch))
            var y = 0
            while y < size {
                if let pixel = outputs[y &* size &+ x] {
                    let output = pixel + call.outputShift + column
                    var sum: InlineArray<1, Vector> = [pixels[y] + bias]
                    call.finish.complete(&sum, for: output, step: 0)
                    write(sum[0], to: output, call.columns &- column)
                }
                y &+= 1
            }
            x &+= 1
        }
    }

    /// The same, but writes the largest of each 2 × 2 pixels, as `maximumPooling` finds it.
    @inline(__always)
    private static func writePooled<let side: Int, let size: Int>(
        _ call: WinogradOutput, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, _ column: Int,
        _ line: (InlineArray<side, Vector>) -> InlineArray<size, Vector>
    ) {
        let bias = call.finish.bias.map { load($0 + column) } ?? .zero
        var largest = InlineArray<size, Vector> { _ in Vector.zero }
        var x = 0
        while x < size {
            var pixels = line(kept(column: x, of: size, in: call.scratch))
            forEach(size) { pixels[$0] += bias }
            call.finish.complete(&pixels, for: UnsafePointer(call.sums), step: 0)
            var y = 0
            while y < size {
                let start = x & 1 == 0 ? Vector(repeating: -.infinity) : largest[y]
                largest[y] = larger(pixels[y &+ 1], than: larger(pixels[y], than: start))
                if x & 1 == 1, let pixel = outputs[(y / 2) &* (size / 2) &+ x / 2] {
                    write(largest[y], to: pixel + call.outputShift + column, call.columns &- column)
                }
                y &+= 2
            }
            x &+= 1
        }
    }

    @inline(__always)
    private static func write(_ vector: Vector, to output: UnsafeMutablePointer<Float>, _ left: Int) {
        if left >= lanes { store(vector, to: output) } else { store(vector, first: left, to: output) }
    }
}

/// Keeps a row that is transformed. An array of arrays would be filled with zeros first, by a call of `memset`.
@inline(__always)
private func keep<let count: Int>(_ vectors: InlineArray<count, Vector>, row: Int, in scratch: UnsafeMutablePointer<Float>) {
    forEach(count) { store(vectors[$0], to: scratch + (row &* count &+ $0) &* lanes) }
}

/// The vectors of a column, rows being `width` wide.
@inline(__always)
private func kept<let count: Int>(column: Int, of width: Int, in scratch: UnsafeMutablePointer<Float>) -> InlineArray<count, Vector> {
    InlineArray { load(scratch + ($0 &* width &+ column) &* lanes) }
}

/// The transforms of one row or column.
enum WinogradLine {
    static let root: Float = 1.414_213_56
    static let halfRoot: Float = 0.707_106_78

    @inline(__always)
    static func forward4(_ d: InlineArray<6, Vector>) -> InlineArray<6, Vector> {
        let even1 = scaled(d[2], -2, d[4]), odd1 = scaled(d[3], halfRoot, d[1] * -root)
        let even2 = scaled(d[2], -0.5, d[4]), odd2 = scaled(d[3], root, d[1] * -halfRoot)
        return [
            scaled(d[2], -2.5, d[0]) + d[4], even1 + odd1, even1 - odd1,
            even2 + odd2, even2 - odd2, scaled(d[3], -2.5, d[1]) + d[5],
        ]
    }

    @inline(__always)
    static func backward4(_ m: InlineArray<6, Vector>) -> InlineArray<4, Vector> {
        let sum1 = m[1] + m[2], difference1 = m[1] - m[2], sum2 = m[3] + m[4], difference2 = m[3] - m[4]
        return [
            m[0] + sum1 + sum2, scaled(difference1, halfRoot, difference2 * root),
            scaled(sum1, 0.5, sum2 * 2), scaled(difference1, halfRoot / 2, scaled(difference2, root * 2, m[5])),
        ]
    }

    @inline(__always)
    static func forward2(_ d: InlineArray<4, Vector>) -> InlineArray<4, Vector> {
        [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[3] - d[1]]
    }

    @inline(__always)
    static func backward2(_ m: InlineArray<4, Vector>) -> InlineArray<2, Vector> {
        [m[0] + m[1] + m[2], m[1] - m[2] + m[3]]
    }

    /// x · factor + term.
    @inline(__always)
    static func scaled(_ x: Vector, _ factor: Float, _ term: Vector) -> Vector { multiplyAdd(x, Vector(repeating: factor), term) }
}
