import MicrokernelInterface

/// The gradient of the weights of a convolution that has filters of its own for each input channel.
struct DepthwiseWeightGradient: WeightGradient {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let rows: Blocks
    private let sums: SlicedSums

    /// Declines groups of more than one channel.
    init?(_ shape: ConvolutionShape, set: InstructionSet) {
        guard shape.groupInputs == 1, shape.groups > 1 else { return nil }
        (self.shape, self.set) = (shape, set)
        rows = Blocks(
            shape.outputRows, of: max((shape.outputRows + 15) / 16, (1 << 12) / max(1, shape.horizontal.output)))
        sums = SlicedSums(slices: max(1, rows.number), count: shape.weightCount, set: set)
    }

    func workspaceCount(workers: Int) -> Int { sums.workspaceCount }

    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        into weightGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        if rows.number == 0 { return weightGradient.update(repeating: 0, count: shape.weightCount) }
        pool.run(parts: rows.number) { slice, _ in
            let target = sums.place(slice, workspace, weightGradient)
            target.update(repeating: 0, count: shape.weightCount)
            for row in rows[slice] { add(input, outputGradient, row, target) }
        }
        sums.sum(workspace, into: weightGradient, on: pool)
    }

    /// Adds what one output row contributes.
    private func add(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, _ row: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let vertical = shape.vertical, horizontal = shape.horizontal, width = shape.outputChannels,
            multiplier = shape.groupOutputs
        let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
        for v in vertical.taps(at: y) {
            let line =
                input + (image * vertical.input + vertical.start(at: y) + v * vertical.dilation) * horizontal.input
                * shape.inputChannels
            for h in 0..<horizontal.size {
                let columns = horizontal.outputs(under: h)
                guard let first = columns.first else { continue }
                let from = line + (horizontal.start(at: first) + h * horizontal.dilation) * shape.inputChannels,
                    step = horizontal.stride * shape.inputChannels
                let gradient = outputGradient + (row * horizontal.output + first) * width,
                    sums = target + (v * horizontal.size + h) * width
                if multiplier == 1 {
                    set.microkernels.productSums(
                        ProductSums(
                            first: from, firstStep: step, second: gradient, secondStep: width, count: columns.count,
                            channels: width, sums: sums))
                } else {
                    for column in 0..<columns.count {
                        for f in 0..<width {
                            sums[f] += from[column * step + f / multiplier] * gradient[column * width + f]
                        }
                    }
                }
            }
        }
    }
}

extension SlidingAxis {
    /// The outputs whose window has an input under a tap.
    func outputs(under tap: Int) -> Range<Int> {
        let shift = tap * dilation - padding
        let first = shift < 0 ? min(output, (-shift + stride - 1) / stride) : 0
        let end = input <= shift ? 0 : min(output, (input - shift + stride - 1) / stride)
        return first..<max(first, end)
    }
}
