/// Max or average pooling over channels-last images; a unit is an output row. Positions outside the image do not
/// count: an average divides by those inside.
package struct PoolingKernel: Kernel {
    package enum Reduction: String, Sendable { case max, average }
    private let reduction: Reduction
    private let vertical: SlidingAxis
    private let horizontal: SlidingAxis
    private let channels: Int
    package let units: Int

    package init(_ reduction: Reduction, images: Int, vertical: SlidingAxis, horizontal: SlidingAxis, channels: Int) {
        self.reduction = reduction
        self.vertical = vertical
        self.horizontal = horizontal
        self.channels = channels
        units = images * vertical.output
    }

    package var name: String { "\(reduction.rawValue) pooling" }

    package func run(_ operands: Operands, units: Range<Int>) {
        for row in units {
            let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
            let source = operands.input + image * vertical.input * horizontal.input * channels
            for x in 0..<horizontal.output {
                reduce(source, into: operands.output + (row * horizontal.output + x) * channels, y, x)
            }
        }
    }

    private func reduce(_ source: UnsafePointer<Float>, into pixel: UnsafeMutablePointer<Float>, _ y: Int, _ x: Int) {
        let verticalTaps = vertical.taps(at: y), horizontalTaps = horizontal.taps(at: x)
        pixel.update(repeating: reduction == .max ? -.infinity : 0, count: channels)
        for v in verticalTaps {
            let line = source + (vertical.start(at: y) + v * vertical.dilation) * horizontal.input * channels
            for h in horizontalTaps {
                accumulate(reduction, line + (horizontal.start(at: x) + h * horizontal.dilation) * channels, into: pixel, channels)
            }
        }
        guard reduction == .average else { return }
        divide(pixel, by: Float(verticalTaps.count * horizontalTaps.count), channels)
    }
}

/// Max or average over all positions of each image; a unit is an image.
///
/// Averages are summed in two levels, lines of √positions first, so that the error grows with √positions.
package struct GlobalPoolingKernel: Kernel {
    private let reduction: PoolingKernel.Reduction
    private let positions: Int
    private let channels: Int
    package let units: Int

    package init(_ reduction: PoolingKernel.Reduction, images: Int, positions: Int, channels: Int) {
        self.reduction = reduction
        self.positions = positions
        self.channels = channels
        units = images
    }

    package var name: String { "global \(reduction.rawValue) pooling" }
    package var workspaceCount: Int { channels }

    package func run(_ operands: Operands, units: Range<Int>) {
        let neutral: Float = reduction == .max ? -.infinity : 0
        let lines = Blocks(positions, of: Int(Float(positions).squareRoot()))
        for image in units {
            let source = operands.input + image * positions * channels, result = operands.output + image * channels
            result.update(repeating: neutral, count: channels)
            for line in 0..<lines.number {
                operands.workspace.update(repeating: neutral, count: channels)
                for position in lines[line] { accumulate(reduction, source + position * channels, into: operands.workspace, channels) }
                accumulate(reduction, operands.workspace, into: result, channels)
            }
            if reduction == .average { divide(result, by: Float(positions), channels) }
        }
    }
}

private func accumulate(_ reduction: PoolingKernel.Reduction, _ values: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int) {
    var i = 0
    switch reduction {
    case .max: while i < count { target[i] = values[i] > target[i] ? values[i] : target[i]; i &+= 1 }
    case .average: while i < count { target[i] += values[i]; i &+= 1 }
    }
}

private func divide(_ values: UnsafeMutablePointer<Float>, by divisor: Float, _ count: Int) {
    for i in 0..<count { values[i] /= divisor }
}
