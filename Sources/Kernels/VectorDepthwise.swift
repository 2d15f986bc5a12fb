import MicrokernelInterface

/// Convolution of each input channel by one filter of its own, by the native kernels; a unit is a block of output rows.
struct VectorDepthwise: ConvolutionImplementation {
    let name: String
    private let shape: ConvolutionShape
    private let epilogue: Epilogue
    private let set: InstructionSet
    private let spans: SlidingSpans
    /// The columns that are computed as one, and the vectors' worth of floats that their channels take.
    private let fold: Int
    private let width: Int
    /// Taps × width: each channel's `fold` times over, and so is the bias of the epilogue.
    private let weights: AlignedFloats
    private let rows: Blocks

    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        self.init(shape, weights: weights, epilogue: epilogue, set: .current)
    }

    /// Declines groups of more than one channel, and channels of more than one filter.
    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, set: InstructionSet) {
        guard shape.groupInputs == 1, shape.groupOutputs == 1, shape.groups > 1 else { return nil }
        let channels = shape.inputChannels, taps = shape.vertical.size * shape.horizontal.size
        (self.shape, self.set) = (shape, set)
        spans = SlidingSpans(shape.horizontal, step: shape.inputStep)
        fold = Self.fold(
            channels, lanes: set.lanes,
            columns: shape.horizontal.stride == 1 && !shape.readsSlice && !shape.writesSlice ? spans.longest : 1)
        width = set.padded(fold * channels)
        self.weights = Self.folded(weights, rows: taps, channels: channels, fold: fold, width: width)
        let bias = epilogue.bias.map { [fold, width] in
            Self.folded($0, rows: 1, channels: channels, fold: fold, width: width)
        }
        self.epilogue = Epilogue(bias: bias, rectifier: epilogue.rectifier)
        // Some microseconds' work.
        rows = Blocks(shape.outputRows, of: (1 << 16) / max(1, taps * width * shape.horizontal.output / fold))
        name = "native depthwise, \(set.name)"
    }

    /// Two columns as one where the vectors that this fills better save more than it costs to share fewer inputs.
    private static func fold(_ channels: Int, lanes: Int, columns: Int) -> Int {
        func vectors(_ count: Int) -> Double { Double((count + lanes - 1) / lanes) }
        return columns > 1 && 1.1 * vectors(2 * channels) < 2 * vectors(channels) ? 2 : 1
    }

    private static func folded(_ values: AlignedFloats, rows: Int, channels: Int, fold: Int, width: Int)
        -> AlignedFloats
    {
        let result = AlignedFloats(count: rows * width)
        for row in 0..<rows {
            for copy in 0..<fold {
                (result.start + row * width + copy * channels).update(
                    from: values.start + row * channels, count: channels)
            }
        }
        return result
    }

    var units: Int { rows.number }
    var overwritesOther: Bool { true }
    var packedWeights: [ObjectIdentifier: Int] { [ObjectIdentifier(weights): 4 * weights.count] }
    var workspaceCount: Int { SlidingRow.workspaceCount(shape.vertical) }

    func run(_ operands: Operands, units: Range<Int>) {
        let epilogue = TileEpilogue(epilogue, residual: operands.residual, column: 0),
            weightRow = shape.horizontal.size * width
        for row in units.lazy.flatMap({ rows[$0] }) {
            let (place, firstTap) = SlidingRow.at(
                row, operands, vertical: shape.vertical, horizontal: shape.horizontal, channels: shape.inputChannels,
                inputStep: shape.inputStep,
                output: operands.output + shape.offset(outputRow: row), outputStep: shape.outputStep, spans: spans)
            set.microkernels.depthwise(
                DepthwiseRow(
                    row: place, weights: weights.start + firstTap * weightRow, weightStep: width, weightRow: weightRow,
                    fold: fold, epilogue: epilogue))
        }
    }
}
