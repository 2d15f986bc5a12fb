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
}
