/// The gradient of a convolution with respect to its input: of stride 1 it is itself a convolution, with the weights
/// turned by 180° and inputs and outputs exchanged.
final class InputGradient {
    private let shape: ConvolutionShape
    private let convolution: KernelOfWeights?
    private let weights: AlignedFloats

    init(_ shape: ConvolutionShape, exact: Bool) {
        self.shape = shape
        convolution = shape.adjoint.map { KernelOfWeights($0, exact: exact) }
        weights = AlignedFloats(count: shape.weightCount)
    }

    func workspaceCount(workers: Int) -> Int { (convolution?.workspaceCount(workers: workers) ?? 0) + shape.images * shape.inputImage }

    func load(_ source: UnsafePointer<Float>) {
        guard let convolution else { return weights.start.update(from: source, count: weights.count) }
        let taps = shape.vertical.size * shape.horizontal.size, inputs = shape.groupInputs, outputs = shape.groupOutputs
        for tap in 0..<taps {
            let from = source + (taps - 1 - tap) * inputs * shape.outputChannels, to = weights.start + tap * outputs * shape.inputChannels
            for group in 0..<shape.groups {
                for c in 0..<inputs {
                    for f in 0..<outputs { to[f * shape.inputChannels + group * inputs + c] = from[c * shape.outputChannels + group * outputs + f] }
                }
            }
        }
        convolution.load(weights.start)
    }

    func run(
        _ outputGradient: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>, adds: Bool,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        guard let convolution else { return gather(outputGradient, into: inputGradient, adds: adds, on: pool) }
        guard adds else { return convolution.run(outputGradient, into: inputGradient, workspace: workspace, on: pool) }
        let count = shape.images * shape.inputImage
        convolution.run(outputGradient, into: workspace, workspace: workspace + count, on: pool)
        VectorArithmetic.add(workspace, to: inputGradient, count: count, on: pool)
    }

    /// Each pixel's gradient from the outputs that its value went into; a part is an input row.
    private func gather(_ outputGradient: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>, adds: Bool, on pool: WorkerPool) {
        let shape = shape, vertical = shape.vertical, horizontal = shape.horizontal
        pool.run(parts: shape.images * vertical.input) { row, _ in
            let (image, y) = row.quotientAndRemainder(dividingBy: vertical.input)
            for x in 0..<horizontal.input {
                let pixel = inputGradient + (row * horizontal.input + x) * shape.inputChannels
                if !adds { pixel.update(repeating: 0, count: shape.inputChannels) }
                for v in 0..<vertical.size {
                    guard let line = vertical.output(reading: y, under: v) else { continue }
                    for h in 0..<horizontal.size {
                        guard let column = horizontal.output(reading: x, under: h) else { continue }
                        let from = outputGradient + ((image * vertical.output + line) * horizontal.output + column) * shape.outputChannels
                        let tap = weights.start + (v * horizontal.size + h) * shape.groupInputs * shape.outputChannels
                        for c in 0..<shape.inputChannels {
                            let (group, own) = c.quotientAndRemainder(dividingBy: shape.groupInputs)
                            let first = group * shape.groupOutputs, row = tap + own * shape.outputChannels
                            var sum: Float = 0
                            for f in first..<first + shape.groupOutputs { sum += from[f] * row[f] }
                            pixel[c] += sum
                        }
                    }
                }
            }
        }
    }
}

extension SlidingAxis {
    /// The output that reads `input` under a tap.
    func output(reading input: Int, under tap: Int) -> Int? {
        let reach = input + padding - tap * dilation
        guard reach >= 0, reach % stride == 0, reach / stride < output else { return nil }
        return reach / stride
    }

    /// The window that slides over the outputs' gradient; nil for strides, and for padding that no window reads past.
    fileprivate var adjoint: SlidingAxis? {
        let reach = (size - 1) * dilation
        guard stride == 1, padding <= reach else { return nil }
        return SlidingAxis(input: output, output: input, size: size, dilation: dilation, padding: reach - padding)
    }
}

extension ConvolutionShape {
    /// The convolution that computes the input's gradient; nil where no plain one does.
    fileprivate var adjoint: ConvolutionShape? {
        guard let vertical = vertical.adjoint, let horizontal = horizontal.adjoint else { return nil }
        return ConvolutionShape(
            images: images, vertical: vertical, horizontal: horizontal, inputChannels: outputChannels, outputChannels: inputChannels, groups: groups)
    }
}
