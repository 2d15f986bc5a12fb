import MicrokernelInterface

/// What each channel of a tensor does, image by image: extremes, zeros, sums. A unit is a block of an image's channels.
///
/// The tensor lies channels last. The results are a number per channel and row, image after image; see
/// `ChannelSummary.Row`.
package struct SummaryKernel: Kernel {
    private let positions: Int
    private let channels: Int
    private let step: Int
    private let rectifier: Rectifier?
    private let tolerances: AlignedFloats?
    private let set: InstructionSet
    private let blocks: Blocks
    package let units: Int

    /// The numbers that it makes of each channel.
    package static let rows = ChannelSummary.Row.allCases.count

    /// - Parameters:
    ///   - step: the floats from one pixel to the next; nil for its channels.
    ///   - rectifier: applied to the tensor itself, after its extremes were taken.
    ///   - tolerances: the largest magnitude of each channel that counts as zero; nil: 0 alone.
    package init(
        images: Int, positions: Int, channels: Int, step: Int? = nil, rectifier: Rectifier? = nil,
        tolerances: [Float]? = nil, set: InstructionSet = .current
    ) {
        (self.positions, self.channels, self.step) = (positions, channels, step ?? channels)
        (self.rectifier, self.set) = (rectifier, set)
        self.tolerances = tolerances.map(set.padded)
        // Whole cache lines, several in a row.
        blocks = Blocks(channels, of: 128)
        units = images * blocks.number
    }

    package var name: String { "summary of channels\(rectifier == nil ? "" : " + ReLU"), \(set.name)" }
    package var unitAffinity: Int { blocks.number }
    package var readsBeyondInput: Bool { false }

    package func run(_ operands: Operands, units: Range<Int>) {
        for unit in units {
            let (image, block) = unit.quotientAndRemainder(dividingBy: blocks.number), range = blocks[block]
            set.microkernels.summarize(
                ChannelSummary(
                    pixels: UnsafeMutablePointer(mutating: operands.input) + image * positions * step
                        + range.lowerBound,
                    count: positions, step: step, channels: range.count,
                    rectifier: rectifier.map { ($0.slope, $0.maximum) },
                    tolerances: tolerances.map { UnsafePointer($0.start + range.lowerBound) },
                    results: operands.output + image * Self.rows * channels + range.lowerBound, resultStep: channels))
        }
    }
}
