import MicrokernelInterface

/// Depthwise convolution, vectorized over channels, several columns at a time.
extension Microkernels {
    package static func depthwise(_ call: DepthwiseRow) {
        let row = call.row, fold = call.fold
        var cursor = DepthwiseCursor(call)
        for index in 0..<row.spanCount {
            let span = row.spans[index], whole = span.columns / fold, rest = span.columns &- whole &* fold
            cursor.input = span.input
            cursor.weights = call.weights + span.firstTap &* call.weightStep
            cursor.taps = span.taps
            cursor.channels = fold &* row.channels
            cursor.outputStep = fold &* row.outputStep
            cursor.run(call, columns: whole)
            if rest > 0 {
                cursor.channels = rest &* row.channels
                cursor.outputStep = rest &* row.outputStep
                cursor.run(call, columns: 1)
            }
        }
    }
}

/// Where the next columns of a row are read and written.
private struct DepthwiseCursor {
    /// From the beginning of the input rows.
    var input = 0
    var output: UnsafeMutablePointer<Float>
    var weights: UnsafePointer<Float>
    /// Horizontal taps.
    var taps = 0
    var channels = 0
    /// From the outputs of one column to those of the next, and from its inputs to theirs.
    var outputStep = 0
    let step: Int

    @inline(__always)
    init(_ call: DepthwiseRow) {
        output = call.row.output
        weights = call.weights
        step = call.fold &* call.row.columnStep
    }

    @inline(__always)
    mutating func run(_ call: DepthwiseRow, columns: Int) {
        let ratio = step == call.row.pixelStep ? 1 : step == 2 &* call.row.pixelStep ? 2 : 0
        switch (taps, ratio) {
        case (3, 1): DepthwiseColumns<3, 1>.run(call, &self, columns)
        case (3, 2): DepthwiseColumns<3, 2>.run(call, &self, columns)
        case (5, 1): DepthwiseColumns<5, 1>.run(call, &self, columns)
        case (5, 2): DepthwiseColumns<5, 2>.run(call, &self, columns)
        // The ends of a line, where a column differs from the next.
        case (2, _): DepthwiseTile<1, 2, 0>.run(call, &self, columns)
        case (4, _): DepthwiseTile<1, 4, 0>.run(call, &self, columns)
        default: DepthwiseColumns<0, 0>.run(call, &self, columns)
        }
    }

    @inline(__always)
    mutating func advance(_ columns: Int) {
        input &+= columns &* step
        output += columns &* outputStep
    }
}

/// Columns whose windows have `taps` horizontal taps and lie `stride` taps apart, or any number if `taps` is 0.
private enum DepthwiseColumns<let taps: Int, let stride: Int> {
    /// Tiles of eight columns at most, as long as the registers hold a row of the filter beside them; as few as
    /// possible, equally wide to one column.
    @inline(__always)
    static func run(_ call: DepthwiseRow, _ cursor: inout DepthwiseCursor, _ columns: Int) {
        let widest = taps < 5 ? 8 : 4, tiles = (columns &+ widest &- 1) / widest
        guard tiles > 0 else { return }
        let width = columns / tiles, wider = columns &- width &* tiles
        if wider > 0 { run(call, &cursor, width &+ 1, wider) }
        run(call, &cursor, width, tiles &- wider)
    }

    @inline(__always)
    private static func run(_ call: DepthwiseRow, _ cursor: inout DepthwiseCursor, _ width: Int, _ tiles: Int) {
        switch width {
        case 1: DepthwiseTile<1, taps, stride>.run(call, &cursor, tiles)
        case 2: DepthwiseTile<2, taps, stride>.run(call, &cursor, tiles)
        case 3: DepthwiseTile<3, taps, stride>.run(call, &cursor, tiles)
        case 4: DepthwiseTile<4, taps, stride>.run(call, &cursor, tiles)
        default: runWide(call, &cursor, width, tiles)
        }
    }

    @inline(__always)
    private static func runWide(_ call: DepthwiseRow, _ cursor: inout DepthwiseCursor, _ width: Int, _ tiles: Int) {
        guard taps < 5 else { return }
        switch width {
        case 5: DepthwiseTile<5, taps, stride>.run(call, &cursor, tiles)
        case 6: DepthwiseTile<6, taps, stride>.run(call, &cursor, tiles)
        case 7: DepthwiseTile<7, taps, stride>.run(call, &cursor, tiles)
        default: DepthwiseTile<8, taps, stride>.run(call, &cursor, tiles)
        }
    }
}

/// The sums of `columns` columns, for all channels.
private enum DepthwiseTile<let columns: Int, let taps: Int, let stride: Int> {
    @inline(never)
    static func run(_ call: DepthwiseRow, _ cursor: inout DepthwiseCursor, _ tiles: Int) {
        for _ in 0..<tiles {
            var channel = 0
            while channel < cursor.channels {
                let start = call.epilogue.bias.map { load($0 + channel) } ?? .zero
                var sums = InlineArray<columns, Vector> { _ in start }
                var weights = cursor.weights + channel
                for row in 0..<call.row.taps {
                    let input = call.row.inputs[row] + (cursor.input &+ channel)
                    if taps > 0 {
                        addTaps(&sums, input, weights, call)
                    } else {
                        addTaps(&sums, input, weights, cursor.taps, call, cursor.step)
                    }
                    weights += call.weightRow
                }
                call.epilogue.apply(to: &sums, at: cursor.output + channel, step: cursor.outputStep)
                store(sums, to: cursor.output + channel, step: cursor.outputStep, lanes: cursor.channels &- channel)
                channel &+= lanes
            }
            cursor.advance(columns)
        }
    }

    /// One row of the filter. Neighbouring columns share inputs: each is read once.
    @inline(__always)
    private static func addTaps(
        _ sums: inout InlineArray<columns, Vector>, _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
        _ call: DepthwiseRow
    ) {
        let filter = InlineArray<taps, Vector> { load(weights + $0 &* call.weightStep) }
        var start = input
        var column = 0
        while column < columns {
            var pixel = start
            var tap = 0
            while tap < taps {
                if tap == stride { start = pixel }
                sums[column] = multiplyAdd(load(pixel), filter[tap], sums[column])
                pixel += call.row.pixelStep
                tap &+= 1
            }
            column &+= 1
        }
    }

    /// The same for `count` taps, and columns `step` floats apart.
    @inline(__always)
    private static func addTaps(
        _ sums: inout InlineArray<columns, Vector>, _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
        _ count: Int, _ call: DepthwiseRow, _ step: Int
    ) {
        var input = input, weights = weights
        for _ in 0..<count {
            let filter = load(weights)
            var pixel = input
            var column = 0
            while column < columns {
                sums[column] = multiplyAdd(load(pixel), filter, sums[column])
                pixel += step
                column &+= 1
            }
            input += call.row.pixelStep
            weights += call.weightStep
        }
    }
}
