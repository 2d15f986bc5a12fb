import COpenBLAS

/// The gradient of a convolution with respect to its weights: for each tap the products of the inputs it read with the
/// gradients of the outputs that read them.
struct WeightGradient {
    private let shape: ConvolutionShape
    private let inputs: Blocks

    init(_ shape: ConvolutionShape) {
        self.shape = shape
        inputs = Blocks(shape.groupInputs, of: 64)
    }

    func workspaceCount(workers: Int) -> Int { 0 }

    /// A part is a block of input channels of a group under a tap.
    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, into weightGradient: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let shape = shape, vertical = shape.vertical, horizontal = shape.horizontal, plane = shape.groupInputs * shape.outputChannels
        let known = BLAS.takes(1)
        precondition(known)
        pool.run(parts: vertical.size * horizontal.size * shape.groups * inputs.number) { part, _ in
            let (rest, block) = part.quotientAndRemainder(dividingBy: inputs.number)
            let (tap, group) = rest.quotientAndRemainder(dividingBy: shape.groups), channels = inputs[block]
            let (v, h) = tap.quotientAndRemainder(dividingBy: horizontal.size)
            let target = weightGradient + tap * plane + channels.lowerBound * shape.outputChannels + group * shape.groupOutputs
            for c in 0..<channels.count { (target + c * shape.outputChannels).update(repeating: 0, count: shape.groupOutputs) }
            let columns = (0..<horizontal.output).filter { horizontal.taps(at: $0).contains(h) }
            guard let first = columns.first, let last = columns.last else { return }
            for row in 0..<shape.outputRows {
                let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
                guard vertical.taps(at: y).contains(v) else { continue }
                let line = image * vertical.input + vertical.start(at: y) + v * vertical.dilation
                let from = input + (line * horizontal.input + horizontal.start(at: first) + h * horizontal.dilation) * shape.inputChannels
                let gradient = outputGradient + (row * horizontal.output + first) * shape.outputChannels
                cblas_sgemm(
                    CblasRowMajor, CblasTrans, CblasNoTrans, blasint(channels.count), blasint(shape.groupOutputs), blasint(last - first + 1), 1,
                    from + group * shape.groupInputs + channels.lowerBound, blasint(shape.inputChannels * horizontal.stride),
                    gradient + group * shape.groupOutputs, blasint(shape.outputChannels), 1, target, blasint(shape.outputChannels))
            }
        }
    }
}
