/// Inputs of a convolution that lie a stride apart: all of them are read by the same taps.
///
/// Their gradient is itself a convolution of the outputs' gradient, of stride 1, by those taps rotated by 180°, with
/// inputs and outputs exchanged. So the gradient with respect to the input, and a transposed convolution, are one such
/// convolution for each phase; a stride of 1 has one phase.
struct InputPhase {
    /// The convolution of the outputs that makes these inputs, and spreads them over the whole input.
    let shape: ConvolutionShape
    /// Where the first of these inputs lies.
    let offset: Int
    /// The taps that read them, row by row.
    let taps: [Int]
    private let whole: ConvolutionShape

    fileprivate init(_ whole: ConvolutionShape, _ vertical: SlidingAxis.Phase, _ horizontal: SlidingAxis.Phase) {
        let line = whole.horizontal.input * whole.inputChannels
        var shape = ConvolutionShape(
            images: whole.images, vertical: vertical.axis, horizontal: horizontal.axis,
            inputChannels: whole.outputChannels, outputChannels: whole.inputChannels, groups: whole.groups)
        shape.expectedImages = whole.expectedImages
        if whole.vertical.stride > 1 || whole.horizontal.stride > 1 {
            shape.outputStep = whole.horizontal.stride * whole.inputChannels
            shape.spread = ConvolutionShape.Spread(
                line: whole.vertical.stride * line, image: whole.vertical.input * line)
        }
        (self.shape, self.whole) = (shape, whole)
        offset = vertical.first * line + horizontal.first * whole.inputChannels
        taps = vertical.taps.flatMap { v in horizontal.taps.map { h in v * whole.horizontal.size + h } }
    }

    /// The taps in blocks that can be rotated independently.
    var rotationParts: Int { taps.count * whole.groups * Blocks(whole.groupInputs, of: 32).number }

    /// Writes a part of the weights of `shape`: taps in reverse order, each transposed.
    func rotate(
        _ weights: UnsafePointer<Float>, into rotated: UnsafeMutablePointer<Float>, part: Int, _ set: InstructionSet
    ) {
        let inputs = whole.groupInputs, outputs = whole.groupOutputs, blocks = Blocks(inputs, of: 32)
        let (rest, index) = part.quotientAndRemainder(dividingBy: blocks.number),
            (tap, group) = rest.quotientAndRemainder(dividingBy: whole.groups), block = blocks[index]
        set.microkernels.transpose(
            weights + (taps[tap] * inputs + block.lowerBound) * whole.outputChannels + group * outputs,
            stride: whole.outputChannels,
            to: rotated + (taps.count - 1 - tap) * outputs * whole.inputChannels + group * inputs + block.lowerBound,
            targetStride: whole.inputChannels, rows: block.count, columns: outputs)
    }
}

extension ConvolutionShape {
    /// All inputs that a tap reads, each in one phase. They must not be a slice.
    var inputPhases: [InputPhase] {
        vertical.phases.flatMap { v in horizontal.phases.map { h in InputPhase(self, v, h) } }
    }
}

extension SlidingAxis {
    /// The first input of each phase, those that no tap reads among them.
    var remainders: Range<Int> { 0..<min(stride, input) }

    /// The taps that read the inputs a whole number of strides from `first`.
    func taps(reading first: Int) -> [Int] { (0..<size).filter { (first + padding - $0 * dilation) % stride == 0 } }

    /// Inputs from `first` on, a stride apart, and how the outputs that read them lie around them.
    fileprivate struct Phase {
        let first: Int
        /// The taps that read them.
        let taps: [Int]
        /// Slides over the outputs with those taps in reverse order.
        let axis: SlidingAxis
    }

    /// One for each remainder by the stride whose inputs some tap reads.
    fileprivate var phases: [Phase] {
        remainders.compactMap { first in
            let taps = taps(reading: first), count = (input - first + stride - 1) / stride
            guard let last = taps.last else { return nil }
            // Input first + q · stride is read by output (first + padding − tap · dilation) / stride + q.
            let start = (first + padding - last * dilation) / stride,
                step = taps.count > 1 ? (taps[1] - taps[0]) * dilation / stride : 1
            return Phase(
                first: first, taps: taps,
                axis: SlidingAxis(input: output, output: count, size: taps.count, dilation: step, padding: -start))
        }
    }
}
