import MicrokernelInterface

/// Pooling, vectorized over channels, several columns at a time.
extension Microkernels {
    /// The largest number under each window; −∞ where it meets no pixel. NaN is ignored.
    package static func maximumPooling(_ row: SlidingRow) { PoolingTile<2, 1>.run(row) }

    /// The mean of the pixels that each window meets; NaN where there are none.
    package static func averagePooling(_ row: SlidingRow) { PoolingTile<2, 0>.run(row) }

    /// Adds `count` pixels of `channels` numbers, one after the other, to `sums`, which are read and written in whole
    /// vectors.
    package static func sum(
        _ pixels: UnsafePointer<Float>, count: Int, channels: Int, into sums: UnsafeMutablePointer<Float>
    ) {
        reduce(pixels, count, channels, sums, neutral: .zero) { $0 + $1 }
    }

    /// The same for the larger of both numbers; NaN stays.
    package static func maximum(
        _ pixels: UnsafePointer<Float>, count: Int, channels: Int, into result: UnsafeMutablePointer<Float>
    ) {
        reduce(pixels, count, channels, result, neutral: Vector(repeating: -.infinity)) {
            $1.replaced(by: larger($1, than: $0), where: $1, equals: $1)
        }
    }

    /// Four pixels at a time: reading and writing the result is what takes the time otherwise.
    @inline(__always)
    private static func reduce(
        _ pixels: UnsafePointer<Float>, _ count: Int, _ channels: Int, _ result: UnsafeMutablePointer<Float>,
        neutral: Vector,
        _ combine: (Vector, Vector) -> Vector
    ) {
        var pixel = pixels, left = count
        while left >= 4 {
            var channel = 0
            while channel < channels {
                let first = pixel + channel, third = first + 2 &* channels
                let front = combine(combine(neutral, load(first)), load(first + channels))
                let back = combine(combine(neutral, load(third)), load(third + channels))
                store(combine(load(result + channel), combine(front, back)), to: result + channel)
                channel &+= lanes
            }
            pixel += 4 &* channels
            left &-= 4
        }
        while left > 0 {
            var channel = 0
            while channel < channels {
                store(combine(load(result + channel), combine(neutral, load(pixel + channel))), to: result + channel)
                channel &+= lanes
            }
            pixel += channels
            left &-= 1
        }
    }
}

/// The largest numbers (`isMaximum` = 1) or means of `columns` columns.
private enum PoolingTile<let columns: Int, let isMaximum: Int> {
    @inline(__always)
    static func run(_ row: SlidingRow) {
        var output = row.output
        for index in 0..<row.spanCount {
            let span = row.spans[index]
            var input = span.input, left = span.columns
            while left >= columns {
                PoolingTile<columns, isMaximum>.run(row, input, span.taps, output)
                input &+= columns &* row.columnStep
                output += columns &* row.outputStep
                left &-= columns
            }
            while left > 0 {
                PoolingTile<1, isMaximum>.run(row, input, span.taps, output)
                input &+= row.columnStep
                output += row.outputStep
                left &-= 1
            }
        }
    }

    @inline(never)
    private static func run(_ row: SlidingRow, _ input: Int, _ taps: Int, _ output: UnsafeMutablePointer<Float>) {
        let start = Vector(repeating: isMaximum == 1 ? -.infinity : 0),
            divisor = Vector(repeating: Float(row.taps &* taps))
        var channel = 0
        while channel < row.channels {
            var results = InlineArray<columns, Vector> { _ in start }
            for line in 0..<row.taps {
                var tap = row.inputs[line] + (input &+ channel)
                for _ in 0..<taps {
                    var pixel = tap
                    var column = 0
                    while column < columns {
                        results[column] =
                            isMaximum == 1 ? larger(load(pixel), than: results[column]) : results[column] + load(pixel)
                        pixel += row.columnStep
                        column &+= 1
                    }
                    tap += row.pixelStep
                }
            }
            var column = 0
            while isMaximum == 0, column < columns { results[column] /= divisor; column &+= 1 }
            store(results, to: output + channel, step: row.outputStep, lanes: row.channels &- channel)
            channel &+= lanes
        }
    }
}
