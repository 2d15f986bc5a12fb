import CProcessor
import MicrokernelInterface

/// What the channels of an image do, while it is in cache.
extension Microkernels {
    package static func summarize(_ call: ChannelSummary) {
        switch call.rectifier {
        case nil: summarize(call, Untouched())
        case let (slope, maximum)? where slope == 0: summarize(call, Clamped(maximum: Vector(repeating: maximum)))
        case let (slope, maximum)?:
            summarize(call, Leaky(slope: Vector(repeating: slope), maximum: Vector(repeating: maximum)))
        }
    }

    /// Some pixels at a time, which lie together: what was found in those before them is in the results.
    @inline(__always)
    private static func summarize<F: PixelFunction>(_ call: ChannelSummary, _ function: F) {
        var pixel = 0
        while pixel < call.count {
            let count = min(32, call.count &- pixel)
            var channel = 0
            while channel &+ lanes < call.channels {
                Summaries<2, F>.add(call, function, pixel, count, channel)
                channel &+= 2 &* lanes
            }
            if channel < call.channels { Summaries<1, F>.add(call, function, pixel, count, channel) }
            pixel &+= count
        }
    }
}

/// What becomes of a pixel. Types, not closures: those are not always inlined.
private protocol PixelFunction {
    var isIdentity: Bool { get }
    func callAsFunction(_ x: Vector) -> Vector
}

private struct Untouched: PixelFunction {
    @inline(__always) var isIdentity: Bool { true }
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { x }
}

private struct Clamped: PixelFunction {
    let maximum: Vector
    @inline(__always) var isIdentity: Bool { false }
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { clamped(x, .zero, maximum) }
}

private struct Leaky: PixelFunction {
    let slope: Vector
    let maximum: Vector
    @inline(__always) var isIdentity: Bool { false }
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector {
        x.replaced(by: maximum, where: x, isAbove: maximum).replaced(by: x * slope, where: .zero, isAbove: x)
    }
}

/// `columns` vectors of neighbouring channels, the last one perhaps in part.
private enum Summaries<let columns: Int, F: PixelFunction> {
    private typealias Columns = InlineArray<columns, Vector>

    /// Adds `count` pixels to the results, which the first of all pixels starts.
    @inline(never)
    static func add(_ call: ChannelSummary, _ function: F, _ first: Int, _ count: Int, _ channel: Int) {
        let left = call.channels &- channel
        var largest = Columns { _ in Vector(repeating: -.infinity) },
            smallest = Columns { _ in Vector(repeating: .infinity) }
        var zeros = Columns { _ in .zero }, sums = zeros, squares = zeros, inputs = zeros, tolerances = zeros
        if let given = call.tolerances {
            var column = 0
            while column < columns { tolerances[column] = load(given + channel + column &* lanes); column &+= 1 }
        }
        let one = Vector(repeating: 1), ahead = count &* call.step
        var pixel = call.pixels + first &* call.step + channel
        for _ in 0..<count {
            var column = 0
            while column < columns {
                let place = pixel + column &* lanes, isLast = column &+ 1 == columns
                let x = isLast ? load(place, of: left &- column &* lanes) : load(place)
                let y = function(x)
                largest[column] = larger(x, than: largest[column])
                smallest[column] = smaller(x, than: smallest[column])
                zeros[column] = zeros[column].replaced(
                    by: zeros[column] + one, where: tolerances[column], isAtLeast: larger(y, than: -y))
                sums[column] += y
                squares[column] = multiplyAdd(y, y, squares[column])
                if !function.isIdentity {
                    inputs[column] += x
                    store(y, to: place, of: left &- column &* lanes)
                }
                column &+= 1
            }
            // The next pixels' cache lines lie too far apart for the hardware to guess.
            CProcessor.prefetch(pixel + ahead)
            pixel += call.step
        }
        if function.isIdentity { inputs = sums }
        merge(largest, .largest, call, channel, isFirst: first == 0) { larger($0, than: $1) }
        merge(smallest, .smallest, call, channel, isFirst: first == 0) { smaller($0, than: $1) }
        merge(zeros, .zeros, call, channel, isFirst: first == 0) { $0 + $1 }
        merge(sums, .sum, call, channel, isFirst: first == 0) { $0 + $1 }
        merge(squares, .squares, call, channel, isFirst: first == 0) { $0 + $1 }
        merge(inputs, .inputSum, call, channel, isFirst: first == 0) { $0 + $1 }
    }

    @inline(__always)
    private static func merge(
        _ found: Columns, _ row: ChannelSummary.Row, _ call: ChannelSummary, _ channel: Int, isFirst: Bool,
        _ combine: (Vector, Vector) -> Vector
    ) {
        let results = call.results + row.rawValue &* call.resultStep + channel
        var column = 0
        while column < columns {
            let place = results + column &* lanes, left = call.channels &- channel &- column &* lanes
            if isFirst {
                store(found[column], to: place, of: left)
            } else {
                store(combine(load(place, of: left), found[column]), to: place, of: left)
            }
            column &+= 1
        }
    }
}

/// x where it is smaller than y, else y: also where x is NaN.
@inline(__always)
private func smaller(_ x: Vector, than y: Vector) -> Vector { y.replaced(by: x, where: y, isAbove: x) }
