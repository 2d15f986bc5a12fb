import MicrokernelInterface

/// The backward pass of pooling, vectorized over channels.
extension Microkernels {
    /// Each gradient goes to the first of the window's inputs that equal the output.
    package static func maximumPoolingGradient(_ call: PoolingGradientRow) { PoolingGradientTile<1>.run(call) }

    /// Each gradient is shared by the window's inputs.
    package static func averagePoolingGradient(_ call: PoolingGradientRow) { PoolingGradientTile<0>.run(call) }
}

private enum PoolingGradientTile<let isMaximum: Int> {
    @inline(__always)
    static func run(_ call: PoolingGradientRow) {
        var output = UnsafePointer(call.row.output), gradient = call.gradient
        for index in 0..<call.row.spanCount {
            let span = call.row.spans[index]
            var input = span.input
            for _ in 0..<span.columns {
                run(call, input, span.taps, output, gradient)
                input &+= call.row.columnStep
                output += call.row.outputStep
                gradient += call.row.channels
            }
        }
    }

    @inline(never)
    private static func run(
        _ call: PoolingGradientRow, _ input: Int, _ taps: Int, _ output: UnsafePointer<Float>,
        _ gradient: UnsafePointer<Float>
    ) {
        let row = call.row, share = Vector(repeating: 1 / Float(row.taps &* taps))
        var channel = 0
        while channel < row.channels {
            let largest = load(output + channel), whole = load(gradient + channel), left = row.channels &- channel
            // What is still to be handed out: zero once an input has received the gradient.
            var rest = isMaximum == 1 ? whole : whole * share
            for line in 0..<row.taps {
                var tap = row.inputs[line] + (input &+ channel)
                for _ in 0..<taps {
                    let target = UnsafeMutablePointer(mutating: tap) + call.shift
                    var part = rest
                    if isMaximum == 1 {
                        let pixel = load(tap)
                        part = Vector.zero.replaced(by: rest, where: pixel, equals: largest)
                        rest = rest.replaced(by: .zero, where: pixel, equals: largest)
                    }
                    store(call.accumulates ? load(target, of: left) + part : part, to: target, of: left)
                    tap += row.pixelStep
                }
            }
            channel &+= lanes
        }
    }
}
