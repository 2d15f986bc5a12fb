/// The adjoint of a convolution, without a buffer in between: for each output row and tap one matrix product, added
/// to the pixels that the tap reaches, which lie `stride` pixels apart. A unit is an output row.
struct TransposedGemm: Kernel {
    let name = "transposed convolution by GEMM"
    let units: Int
    /// The convolution whose adjoint this is: its input is the output here.
    private let shape: ConvolutionShape
    private let weights: AlignedFloats
    private let epilogue: Epilogue

    /// Declines sizes beyond the library's integers.
    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        let step = shape.horizontal.stride.multipliedReportingOverflow(by: shape.inputChannels)
        guard !step.overflow, BLAS.takes(step.partialValue, shape.outputChannels, max(1, shape.horizontal.output))
        else { return nil }
        (self.shape, self.weights, self.epilogue) = (shape, weights, epilogue)
        units = shape.images * shape.vertical.input
    }

    func run(_ operands: Operands, units: Range<Int>) {
        for row in units { run(operands, row: row) }
    }

    private func run(_ operands: Operands, row: Int) {
        let vertical = shape.vertical, horizontal = shape.horizontal
        let filters = shape.inputChannels, channels = shape.outputChannels
        let (image, y) = row.quotientAndRemainder(dividingBy: vertical.input)
        let output = operands.output + row * horizontal.input * filters
        for x in 0..<horizontal.input {
            let pixel = output + x * filters
            if let bias = epilogue.bias {
                pixel.update(from: bias.start, count: filters)
            } else {
                pixel.update(repeating: 0, count: filters)
            }
        }
        for v in 0..<vertical.size {
            let shifted = y + vertical.padding - v * vertical.dilation
            guard shifted >= 0, shifted % vertical.stride == 0, shifted / vertical.stride < vertical.output else {
                continue
            }
            let line =
                operands.input + (image * vertical.output + shifted / vertical.stride) * horizontal.output * channels
            for h in 0..<horizontal.size {
                // Input column i lands on output column i · stride + shift.
                let shift = h * horizontal.dilation - horizontal.padding
                let first = shift < 0 ? (-shift + horizontal.stride - 1) / horizontal.stride : 0
                let end =
                    horizontal.input <= shift
                    ? 0 : min(horizontal.output, (horizontal.input - shift + horizontal.stride - 1) / horizontal.stride)
                guard first < end else { continue }
                BLAS.multiply(
                    line + first * channels, stride: channels,
                    weights.start + (v * horizontal.size + h) * filters * channels, stride: channels, transposed: true,
                    into: output + (first * horizontal.stride + shift) * filters, stride: horizontal.stride * filters,
                    rows: end - first, columns: filters, depth: channels, accumulating: true)
            }
        }
        guard let rectifier = epilogue.rectifier else { return }
        rectifier.apply(to: output, horizontal.input * filters)
    }
}
