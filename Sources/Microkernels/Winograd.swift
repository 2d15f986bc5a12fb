import CProcessor
import MicrokernelInterface

/// The transforms of F(4×4, 3×3) and F(2×2, 3×3), vectorized over channels.
extension Microkernels {
    /// Tiles of `size` × `size` outputs, 2 or 4.
    package static func winogradInputTransform(_ call: WinogradInput, size: Int) {
        if size == 4 {
            transformInputs(call, InputTransform4.self)
        } else {
            transformInputs(call, InputTransform2.self)
        }
    }

    package static func winogradOutputTransform(_ call: WinogradOutput, size: Int) {
        if size == 4 {
            transformOutputs(call, OutputTransform4.self)
        } else {
            transformOutputs(call, OutputTransform2.self)
        }
    }

    @inline(__always)
    private static func transformInputs<Line: WinogradLine>(_ call: WinogradInput, _ line: Line.Type) {
        let side = Line.length
        var inputs = call.inputs, tile = call.output
        for number in 0..<call.tiles {
            var channel = 0
            while channel < call.channels {
                // A cache line holds 16 numbers.
                if channel & 15 == 0, number &+ 2 < call.tiles {
                    prefetch(inputs + 2 &* side &* side, channel, side, from: 2)
                }
                transform(line, inputs, channel, to: tile + channel, step: call.pointStride)
                channel &+= lanes
            }
            inputs += side &* side
            tile += call.tileStride
        }
    }

    /// Transforms one vector of channels of a tile, whose points lie `step` floats apart.
    @inline(__always)
    static func transform<Line: WinogradLine>(
        _: Line.Type, _ inputs: UnsafePointer<UnsafePointer<Float>>, _ channel: Int,
        to output: UnsafeMutablePointer<Float>, step: Int
    ) {
        let side = 2 &* Line.pairs
        Line.transform({ load(inputs[$0 &* Line.length &+ $1] + channel) }) { columns, isSecond, rows, numbers in
            let column = isSecond ? Line.positions(columns).1 : Line.positions(columns).0
            store(numbers.first, to: output + (Line.positions(rows).0 &* side &+ column) &* step)
            store(numbers.second, to: output + (Line.positions(rows).1 &* side &+ column) &* step)
        }
    }

    /// Prefetches the pixels of a tile that its neighbour to the left does not read, those from column `first` on: the
    /// addresses of tiles follow no pattern that a hardware prefetcher would recognize.
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
    private static func transformOutputs<Line: WinogradLine>(_ call: WinogradOutput, _: Line.Type) {
        let side = Line.length, size = 2 &* Line.pairs, points = side &* side
        var outputs = call.outputs, tile = call.sums
        for number in 0..<call.tiles {
            var column = 0
            while column < call.columns {
                let sums = tile + column
                if column & 15 == 0 {
                    var point = 0
                    while point < points { CProcessor.prefetch(sums + (point &* call.pointStride &+ 16)); point &+= 1 }
                }
                if let summary = call.summary {
                    writeSummarized(call, summary, number, sums, outputs, column, Line.self)
                } else if call.pools {
                    writePooled(call, sums, outputs, column, Line.self)
                } else {
                    write(call, sums, outputs, column, Line.self)
                }
                column &+= lanes
            }
            outputs += call.pools ? size &* size / 4 : size &* size
            tile += call.tileStride
        }
    }

    /// Transforms the sums of a tile and writes its pixels.
    @inline(__always)
    private static func write<Line: WinogradLine>(
        _ call: WinogradOutput, _ sums: UnsafePointer<Float>, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>,
        _ channel: Int, _: Line.Type
    ) {
        let size = 2 &* Line.pairs, bias = call.epilogue.bias.map { load($0 + channel) } ?? .zero
        Line.transform({ load(sums + ($0 &* Line.length &+ $1) &* call.pointStride) }) {
            columns, isSecond, rows, numbers in
            let column = isSecond ? Line.positions(columns).1 : Line.positions(columns).0
            write(call, outputs[Line.positions(rows).0 &* size &+ column], channel, numbers.first + bias)
            write(call, outputs[Line.positions(rows).1 &* size &+ column], channel, numbers.second + bias)
        }
    }

    @inline(__always)
    private static func write(
        _ call: WinogradOutput, _ pixel: UnsafeMutablePointer<Float>?, _ channel: Int, _ sum: Vector
    ) {
        guard let pixel else { return }
        let output = pixel + call.outputShift + channel
        var sums: InlineArray<1, Vector> = [sum]
        call.epilogue.apply(to: &sums, at: output, step: 0)
        store(sums[0], to: output, of: call.columns &- channel)
    }

    /// The same, but writes the largest of each 2 × 2 pixels, as `maximumPooling` finds it.
    @inline(__always)
    private static func writePooled<Line: WinogradLine>(
        _ call: WinogradOutput, _ sums: UnsafePointer<Float>, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>,
        _ channel: Int, _: Line.Type
    ) {
        let size = 2 &* Line.pairs, bias = call.epilogue.bias.map { load($0 + channel) } ?? .zero
        // The largest numbers so far of each pooled pixel: a pair of columns has one of each window's.
        var largest = InlineArray<4, Vector> { _ in Vector(repeating: -.infinity) }
        Line.transform({ load(sums + ($0 &* Line.length &+ $1) &* call.pointStride) }) {
            columns, isSecond, rows, numbers in
            var pixels: InlineArray<2, Vector> = [numbers.first + bias, numbers.second + bias]
            call.epilogue.apply(to: &pixels, at: sums, step: 0)
            let column = (isSecond ? Line.positions(columns).1 : Line.positions(columns).0) / 2, width = size / 2
            let above = Line.positions(rows).0 / 2 &* width &+ column,
                below = Line.positions(rows).1 / 2 &* width &+ column
            largest[above] = larger(pixels[0], than: largest[above])
            largest[below] = larger(pixels[1], than: largest[below])
        }
        var window = 0
        while window < size &* size / 4 {
            if let pixel = outputs[window] {
                store(largest[window], to: pixel + call.outputShift + channel, of: call.columns &- channel)
            }
            window &+= 1
        }
    }

    /// The same, pooled or not, and adds what the pixels inside the image do to the summary. A tile's pixels are too many
    /// to be kept in registers along with what is counted: they pass through memory.
    ///
    /// Private, as all generic functions here whose callers are: one that tests can see would be made for types that
    /// are not known, too.
    @inline(__always)
    private static func writeSummarized<Line: WinogradLine>(
        _ call: WinogradOutput, _ summary: WinogradSummary, _ tile: Int, _ sums: UnsafePointer<Float>,
        _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, _ channel: Int, _: Line.Type
    ) {
        let size = 2 &* Line.pairs, left = call.columns &- channel, pixels = summary.scratch
        let bias = call.epilogue.bias.map { load($0 + channel) } ?? .zero
        Line.transform({ load(sums + ($0 &* Line.length &+ $1) &* call.pointStride) }) {
            columns, isSecond, rows, numbers in
            let column = isSecond ? Line.positions(columns).1 : Line.positions(columns).0
            store(numbers.first + bias, to: pixels + (Line.positions(rows).0 &* size &+ column) &* lanes)
            store(numbers.second + bias, to: pixels + (Line.positions(rows).1 &* size &+ column) &* lanes)
        }
        count(pixels, size, call, summary, tile, channel)
        let scale = call.pools ? 2 : 1, side = size / scale
        var row = 0
        while row < side {
            var column = 0
            while column < side {
                if let output = outputs[row &* side &+ column] {
                    let first = pixels + (row &* size &+ column) &* scale &* lanes
                    store(
                        call.pools ? largestOfFour(first, size) : load(first),
                        to: output + call.outputShift + channel, of: left)
                }
                column &+= 1
            }
            row &+= 1
        }
    }

    /// As `maximumPooling` finds it.
    @inline(__always)
    private static func largestOfFour(_ pixel: UnsafePointer<Float>, _ size: Int) -> Vector {
        var largest = larger(load(pixel), than: Vector(repeating: -.infinity))
        largest = larger(load(pixel + lanes), than: largest)
        largest = larger(load(pixel + size &* lanes), than: largest)
        return larger(load(pixel + (size &+ 1) &* lanes), than: largest)
    }

    /// Adds what the pixels inside the image do to the results, and rectifies them.
    @inline(__always)
    private static func count(
        _ pixels: UnsafeMutablePointer<Float>, _ size: Int, _ call: WinogradOutput, _ summary: WinogradSummary,
        _ tile: Int, _ channel: Int
    ) {
        let left = call.columns &- channel, results = summary.results[tile] + channel, step = summary.rowStep
        func found(_ row: ChannelSummary.Row) -> Vector { load(results + row.rawValue &* step, of: left) }
        var largest = found(.largest), smallest = found(.smallest), zeros = found(.zeros), sum = found(.sum),
            squares = found(.squares), inputs = found(.inputSum)
        let tolerance = summary.tolerances.map { load($0 + channel) } ?? .zero, one = Vector(repeating: 1)
        // Without a rectifier x · 1. A slope of zero makes zero even of −∞; compared by whole vectors, as all here.
        let (slope, maximum) = summary.rectifier ?? (1, .infinity), slopes = Vector(repeating: slope),
            top = Vector(repeating: maximum),
            lowest = Vector(repeating: -.infinity).replaced(
                by: Vector(repeating: -.greatestFiniteMagnitude), where: .zero,
                isAtLeast: larger(slopes, than: -slopes))
        let rows = Int(summary.extents[tile].rows), columns = Int(summary.extents[tile].columns)
        var row = 0
        while row < rows {
            var pixel = pixels + row &* size &* lanes
            let end = pixel + columns &* lanes
            while pixel < end {
                let x = load(pixel), below = multiplyAdd(larger(x, than: lowest), slopes, .zero),
                    y = x.replaced(by: top, where: x, isAbove: top).replaced(by: below, where: .zero, isAbove: x)
                largest = larger(x, than: largest)
                smallest = smallest.replaced(by: x, where: smallest, isAbove: x)
                zeros = zeros.replaced(by: zeros + one, where: tolerance, isAtLeast: larger(y, than: -y))
                sum += y
                squares = multiplyAdd(y, y, squares)
                inputs += x
                store(y, to: pixel)
                pixel += lanes
            }
            row &+= 1
        }
        func put(_ vector: Vector, _ row: ChannelSummary.Row) {
            store(vector, to: results + row.rawValue &* step, of: left)
        }
        put(largest, .largest)
        put(smallest, .smallest)
        put(zeros, .zeros)
        put(sum, .sum)
        put(squares, .squares)
        put(inputs, .inputSum)
    }
}
