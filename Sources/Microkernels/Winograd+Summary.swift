import MicrokernelInterface

/// The output transform where it is to be told what the pixels do.
extension Microkernels {
    @inline(__always)
    static func writeSummarized<Line: WinogradLine>(
        _ call: WinogradOutput, _ summary: WinogradSummary, _ tile: Int, _ sums: UnsafePointer<Float>,
        _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, _ channel: Int, _ line: Line.Type
    ) {
        switch summary.rectifier {
        case nil: write(call, summary, tile, sums, outputs, channel, UntouchedPixel(), line)
        case let (slope, maximum)? where slope == 0:
            write(call, summary, tile, sums, outputs, channel, ClampedPixel(maximum: Vector(repeating: maximum)), line)
        case let (slope, maximum)?:
            let leaky = LeakyPixel(slope: Vector(repeating: slope), maximum: Vector(repeating: maximum))
            write(call, summary, tile, sums, outputs, channel, leaky, line)
        }
    }

    /// A tile's pixels are too many to be kept in registers along with what is counted: they pass through memory.
    @inline(never)
    private static func write<Line: WinogradLine, F: PixelFunction>(
        _ call: WinogradOutput, _ summary: WinogradSummary, _ tile: Int, _ sums: UnsafePointer<Float>,
        _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, _ channel: Int, _ function: F, _: Line.Type
    ) {
        let size = 2 &* Line.pairs, left = call.columns &- channel
        let bias = call.epilogue.bias.map { load($0 + channel) } ?? .zero
        let pixels = summary.scratch
        Line.transform({ load(sums + ($0 &* Line.length &+ $1) &* call.pointStride) }) {
            columns, isSecond, rows, numbers in
            let column = isSecond ? Line.positions(columns).1 : Line.positions(columns).0
            store(numbers.first + bias, to: pixels + (Line.positions(rows).0 &* size &+ column) &* lanes)
            store(numbers.second + bias, to: pixels + (Line.positions(rows).1 &* size &+ column) &* lanes)
        }
        count(pixels, size, call, summary, tile, channel, function)
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

    /// Adds what the pixels inside the image do to the results, and applies the function to them.
    @inline(__always)
    private static func count<F: PixelFunction>(
        _ pixels: UnsafeMutablePointer<Float>, _ size: Int, _ call: WinogradOutput, _ summary: WinogradSummary,
        _ tile: Int, _ channel: Int, _ function: F
    ) {
        let left = call.columns &- channel, results = summary.results[tile] + channel, step = summary.rowStep
        func found(_ row: ChannelSummary.Row) -> Vector { load(results + row.rawValue &* step, of: left) }
        var largest = found(.largest), smallest = found(.smallest), zeros = found(.zeros), sum = found(.sum),
            squares = found(.squares), inputs = found(.inputSum)
        let tolerance = summary.tolerances.map { load($0 + channel) } ?? .zero, one = Vector(repeating: 1)
        let rows = Int(summary.extents[tile].rows), columns = Int(summary.extents[tile].columns)
        var row = 0
        while row < rows {
            var pixel = pixels + row &* size &* lanes
            let end = pixel + columns &* lanes
            while pixel < end {
                let x = load(pixel), y = function(x)
                largest = larger(x, than: largest)
                smallest = smaller(x, than: smallest)
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
