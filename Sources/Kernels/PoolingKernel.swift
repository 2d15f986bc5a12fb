import MicrokernelInterface

/// Max or average pooling over channels-last images; a unit is a block of output rows. Positions outside the image do
/// not count: an average divides by those inside. A maximum ignores NaN, an average does not.
package struct PoolingKernel: Kernel {
    package enum Reduction: String, Sendable { case max, average }
    private let reduction: Reduction
    private let vertical: SlidingAxis
    private let horizontal: SlidingAxis
    private let channels: Int
    private let inputStep: Int
    private let outputStep: Int
    private let spans: SlidingSpans
    private let rows: Blocks
    private let set: InstructionSet

    /// `inputStep`, `outputStep`: the floats from one pixel to the next, nil for its channels.
    package init(
        _ reduction: Reduction, images: Int, vertical: SlidingAxis, horizontal: SlidingAxis, channels: Int,
        inputStep: Int? = nil, outputStep: Int? = nil,
        set: InstructionSet = .current
    ) {
        (self.reduction, self.vertical, self.horizontal, self.channels) = (reduction, vertical, horizontal, channels)
        self.inputStep = inputStep ?? channels
        self.outputStep = outputStep ?? channels
        self.set = set
        spans = SlidingSpans(horizontal, step: self.inputStep)
        // Some ten microseconds' work. A window may be far larger than its image.
        let taps = min(vertical.size, max(1, vertical.input)) * min(horizontal.size, max(1, horizontal.input))
        rows = Blocks(
            images * vertical.output, of: Int(0x1p18 / max(1, Double(horizontal.output * channels) * Double(taps))))
    }

    package var name: String { "\(reduction.rawValue) pooling, \(set.name)" }
    package var units: Int { rows.number }
    package var workspaceCount: Int { SlidingRow.workspaceCount(vertical) }

    package func run(_ operands: Operands, units: Range<Int>) {
        for row in units.lazy.flatMap({ rows[$0] }) {
            let (place, _) = SlidingRow.at(
                row, operands, vertical: vertical, horizontal: horizontal, channels: channels, inputStep: inputStep,
                output: operands.output + row * horizontal.output * outputStep, outputStep: outputStep, spans: spans)
            switch reduction {
            case .max: set.microkernels.maximumPooling(place)
            case .average: set.microkernels.averagePooling(place)
            }
        }
    }
}

/// Max or average over all positions of each image; a unit is an image. NaN stays.
///
/// Averages are summed in two levels, lines of √positions first, so that the error grows with √positions.
package struct GlobalPoolingKernel: Kernel {
    private let reduction: PoolingKernel.Reduction
    private let positions: Int
    private let channels: Int
    private let set: InstructionSet
    package let units: Int

    package init(
        _ reduction: PoolingKernel.Reduction, images: Int, positions: Int, channels: Int, set: InstructionSet = .current
    ) {
        (self.reduction, self.positions, self.channels, self.set) = (reduction, positions, channels, set)
        units = images
    }

    package var name: String { "global \(reduction.rawValue) pooling, \(set.name)" }
    /// A line's result and the total, in whole vectors.
    package var workspaceCount: Int { 2 * width }
    private var width: Int { self.set.padded(channels) }

    package func run(_ operands: Operands, units: Range<Int>) {
        let neutral: Float = reduction == .max ? -.infinity : 0
        let lines = Blocks(positions, of: Int(Float(positions).squareRoot())), line = operands.workspace,
            total = line + width
        for image in units {
            total.update(repeating: neutral, count: width)
            for index in 0..<lines.number {
                let range = lines[index]
                line.update(repeating: neutral, count: width)
                reduce(
                    operands.input + (image * positions + range.lowerBound) * channels, count: range.count,
                    channels: channels, into: line)
                reduce(line, count: 1, channels: width, into: total)
            }
            let result = operands.output + image * channels
            switch reduction {
            case .max: result.update(from: total, count: channels)
            case .average: for channel in 0..<channels { result[channel] = total[channel] / Float(positions) }
            }
        }
    }

    private func reduce(
        _ pixels: UnsafePointer<Float>, count: Int, channels: Int, into result: UnsafeMutablePointer<Float>
    ) {
        switch reduction {
        case .max: set.microkernels.maximum(pixels, count: count, channels: channels, into: result)
        case .average: set.microkernels.sum(pixels, count: count, channels: channels, into: result)
        }
    }
}
