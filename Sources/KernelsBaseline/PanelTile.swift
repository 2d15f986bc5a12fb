import CProcessor
import KernelCalls

/// A register tile: the sums of `rows` rows by `vectors` vectors of filters, all of them in registers.
///
/// Per channel it loads `vectors` vectors of weights and one number of each row, and multiplies each with each. What
/// the register file holds decides the shapes: see `Family`. Loops over rows and vectors have constant bounds, and
/// vanish; written with closures they would not, and the sums would live in memory.
enum PanelTile<let rows: Int, let vectors: Int> {
    private typealias Sums = InlineArray<rows, InlineArray<vectors, Vector>>

    @inline(never)
    static func run(_ call: PanelProduct, row: Int) {
        let outputs = call.outputs + row
        if call.prefetches { prefetch(call, outputs) }
        var sums = Sums { _ in InlineArray { _ in Vector.zero } }
        var table = call.inputs + row, weights = call.weights
        for _ in 0..<call.taps {
            accumulate(&sums, call, table, weights)
            table += call.inputStride
            weights += call.tapStride
        }
        // One row after the other, from a copy: what is done here must not keep the sums from staying in registers.
        let results = sums
        let whole = call.columns / lanes, left = call.columns &- whole &* lanes
        for r in 0..<rows {
            let output = outputs[r] + call.outputShift
            let line = finished(results[r], call, output)
            var v = 0
            while v < vectors {
                if v < whole {
                    store(line[v], to: output + v &* lanes)
                } else if left > 0 {
                    store(line[v], first: left, to: output + v &* lanes)
                }
                v &+= 1
            }
        }
    }

    /// What becomes of the sums of one row.
    @inline(__always)
    private static func finished(_ sums: InlineArray<vectors, Vector>, _ call: PanelProduct, _ output: UnsafeMutablePointer<Float>) -> InlineArray<vectors, Vector> {
        let finish = call.finish
        var line = sums
        if call.accumulates {
            line = InlineArray { line[$0] + load(UnsafePointer(output) + $0 &* lanes) }
        }
        if let bias = finish.bias {
            line = InlineArray { line[$0] + load(bias + $0 &* lanes) }
        }
        if let residual = finish.residual {
            line = InlineArray { line[$0] + load(UnsafePointer(output) + (residual &+ $0 &* lanes)) }
        }
        if finish.rectifies {
            line = InlineArray { finish.rectified(line[$0]) }
        }
        return line
    }

    /// Asks for the lines that are written and added at the end, which are often not in the cache.
    @inline(__always)
    private static func prefetch(_ call: PanelProduct, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>>) {
        var r = 0
        while r < rows { prefetchRow(outputs[r] + call.outputShift); r &+= 1 }
        guard let residual = call.finish.residual else { return }
        r = 0
        while r < rows { prefetchRow(outputs[r] + (call.outputShift &+ residual)); r &+= 1 }
    }

    /// The cache lines of one row, 16 numbers each.
    @inline(__always)
    private static func prefetchRow(_ row: UnsafeMutablePointer<Float>) {
        var column = 0
        while column < vectors &* lanes { CProcessor.prefetch(row + column); column &+= 16 }
        CProcessor.prefetch(row + (vectors &* lanes &- 1))
    }

    /// Adds the products of one tap.
    @inline(__always)
    private static func accumulate(_ sums: inout Sums, _ call: PanelProduct, _ table: UnsafePointer<UnsafePointer<Float>>, _ tap: UnsafePointer<Float>) {
        let inputs = InlineArray<rows, UnsafePointer<Float>> { table[$0] }
        if let zeros = call.zeros {
            var difference: UInt = 0
            var r = 0
            while r < rows { difference |= UInt(bitPattern: inputs[r]) ^ UInt(bitPattern: zeros); r &+= 1 }
            if difference == 0 { return }
        }
        var weights = tap
        var channel = call.inputShift
        let end = channel &+ call.channels
        while channel < end {
            let filters = InlineArray<vectors, Vector> { load(weights + $0 &* lanes) }
            var r = 0
            while r < rows {
                let input = Vector(repeating: inputs[r][channel])
                var v = 0
                while v < vectors {
                    sums[r][v] = multiplyAdd(input, filters[v], sums[r][v])
                    v &+= 1
                }
                r &+= 1
            }
            weights += vectors &* lanes
            channel &+= 1
        }
    }
}
