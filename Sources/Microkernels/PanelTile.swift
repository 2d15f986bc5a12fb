import CProcessor
import MicrokernelInterface

/// A register tile: the sums of `rows` rows by `vectors` vectors of filters, all of them in registers.
///
/// Per channel it loads `vectors` vectors of weights and one number of each row, and multiplies each with each. What
/// the register file holds decides the shapes: see `Microkernels.tileRows`. Loops over rows and vectors have constant bounds, and
/// vanish; written with closures they would not, and the sums would live in memory. With `halves` = 1 the last
/// vector is half a one. With `prefetchesNext` = 1 each channel prefetches weights of the next product as well: without
/// that, a processor whose weights come from memory waits at each panel.
enum PanelTile<let rows: Int, let vectors: Int, let halves: Int, let prefetchesNext: Int> {
    private typealias Sums = InlineArray<rows, InlineArray<vectors, Vector>>

    @inline(never)
    static func run(_ call: PanelProduct, row: Int, share: PanelShare) {
        let outputs = call.outputs + row
        if call.prefetches { prefetch(call, outputs) }
        var sums = Sums { _ in InlineArray { _ in Vector.zero } }
        if let bias = call.accumulates ? nil : call.epilogue.bias {
            var r = 0
            while r < rows {
                var v = 0
                while v < vectors {
                    sums[r][v] = isHalf(v) ? loadHalf(bias + v &* lanes) : load(bias + v &* lanes); v &+= 1
                }
                r &+= 1
            }
        }
        var addresses = call.inputs + row, weights = call.weights, ahead = (call.next ?? weights) + share.first
        for _ in 0..<call.taps {
            accumulate(&sums, call, addresses, weights, &ahead, share.step)
            addresses += call.inputStride
            weights += call.tapStride
        }
        storeTile(sums, call, outputs)
    }

    /// Adds what is to be added, applies the rectifier, writes.
    @inline(__always)
    private static func storeTile(
        _ sums: Sums, _ call: PanelProduct, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>>
    ) {
        let epilogue = call.epilogue
        guard storesParts || call.columns == vectors &* lanes, !call.accumulates,
            epilogue.slope == 0 || !epilogue.rectifies
        else {
            return storeByRow(sums, call, outputs)
        }
        // Nearly all tiles: from registers into memory.
        let last = call.columns &- (vectors &- 1) &* lanes
        var sums = sums, r = 0
        if let residual = epilogue.residual {
            while r < rows {
                let other = outputs[r] + (call.outputShift &+ residual)
                var v = 0
                while v < vectors { sums[r][v] += load(other + v &* lanes); v &+= 1 }
                r &+= 1
            }
            r = 0
        }
        if epilogue.rectifies {
            let top = Vector(repeating: epilogue.maximum)
            write(sums, call, outputs, last) { clamped($0, .zero, top) }
        } else {
            write(sums, call, outputs, last) { $0 }
        }
    }

    @inline(__always)
    private static func write(
        _ sums: Sums, _ call: PanelProduct, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>>, _ last: Int,
        _ f: (Vector) -> Vector
    ) {
        var r = 0
        while r < rows {
            let output = outputs[r] + call.outputShift
            var v = 0
            while v < vectors {
                let x = f(sums[r][v])
                if storesParts, v == vectors &- 1 {
                    store(x, first: last, to: output + v &* lanes)
                } else {
                    store(x, to: output + v &* lanes)
                }
                v &+= 1
            }
            r &+= 1
        }
    }

    /// The same for all that is rarer, one row after the other from a copy: what is done here must not keep the sums
    /// from staying in registers.
    @inline(__always)
    private static func storeByRow(
        _ sums: Sums, _ call: PanelProduct, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>>
    ) {
        let results = sums
        let whole = call.columns / lanes, left = call.columns &- whole &* lanes
        for r in 0..<rows {
            let output = outputs[r] + call.outputShift
            var line = results[r]
            if call.accumulates {
                line = InlineArray { line[$0] + load(UnsafePointer(output) + $0 &* lanes) }
            }
            call.epilogue.apply(to: &line, at: output, step: lanes)
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

    @inline(__always)
    private static func isHalf(_ vector: Int) -> Bool { halves == 1 && vector == vectors &- 1 }

    /// Prefetches the cache lines that are written and added at the end, which are often not in the cache.
    @inline(__always)
    private static func prefetch(_ call: PanelProduct, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>>) {
        var r = 0
        while r < rows { prefetchRow(outputs[r] + call.outputShift); r &+= 1 }
        guard let residual = call.epilogue.residual else { return }
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
    private static func accumulate(
        _ sums: inout Sums, _ call: PanelProduct, _ addresses: UnsafePointer<UnsafePointer<Float>>,
        _ tap: UnsafePointer<Float>,
        _ ahead: inout UnsafePointer<Float>, _ step: Int
    ) {
        let inputs = InlineArray<rows, UnsafePointer<Float>> { addresses[$0] }
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
            let filters = InlineArray<vectors, Vector> {
                isHalf($0) ? loadHalf(weights + $0 &* lanes) : load(weights + $0 &* lanes)
            }
            var r = 0
            while r < rows {
                let input = Vector(repeating: inputs[r][channel])
                var v = 0
                while v < vectors &- halves {
                    sums[r][v] = multiplyAdd(input, filters[v], sums[r][v])
                    v &+= 1
                }
                if halves == 1 { sums[r][v] = multiplyAddHalf(input, filters[v], sums[r][v]) }
                r &+= 1
            }
            if prefetchesNext == 1 {
                prefetch_second(ahead)
                ahead += step
            }
            weights += vectors &* lanes &- halves &* (lanes / 2)
            channel &+= 1
        }
    }
}
