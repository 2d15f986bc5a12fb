/// The gradient of a convolution with respect to its input.
///
/// Inputs that lie a stride apart are read by the same taps: each such phase is itself a convolution, of stride 1, of the
/// outputs' gradient by those taps turned by 180°, with inputs and outputs exchanged. A stride of 1 has one phase.
final class InputGradient {
    private let shape: ConvolutionShape
    private let phases: [Phase]?
    private let weights: AlignedFloats
    /// For gradients that are computed in memory of their own, then added or spread.
    private var spareCount: Int { (shape.images * shape.inputImage + 15) / 16 * 16 }

    private struct Phase {
        let vertical: SlidingAxis.Phase
        let horizontal: SlidingAxis.Phase
        /// nil where no tap reads these inputs.
        let convolution: ChangingConvolution?
    }

    init(_ shape: ConvolutionShape, exact: Bool) {
        self.shape = shape
        phases = Self.phases(shape, exact: exact)
        weights = AlignedFloats(count: shape.weightCount)
    }

    /// nil where some phase is no plain convolution.
    private static func phases(_ shape: ConvolutionShape, exact: Bool) -> [Phase]? {
        guard let vertical = shape.vertical.phases, let horizontal = shape.horizontal.phases else { return nil }
        return vertical.flatMap { v in
            horizontal.map { h in
                let phase = ConvolutionShape(
                    images: shape.images, vertical: v.axis, horizontal: h.axis, inputChannels: shape.outputChannels, outputChannels: shape.inputChannels, groups: shape.groups)
                return Phase(vertical: v, horizontal: h, convolution: v.taps.isEmpty || h.taps.isEmpty ? nil : ChangingConvolution(phase, exact: exact))
            }
        }
    }

    func workspaceCount(workers: Int) -> Int {
        (phases?.compactMap { $0.convolution?.workspaceCount(workers: workers) }.max() ?? 0) + (isWhole ? 0 : spareCount)
    }

    /// Whether a single convolution computes it all, and can add.
    private var isWhole: Bool { phases.map { $0.count == 1 && $0[0].convolution?.canAdd == true } ?? true }

    func load(_ source: UnsafePointer<Float>, on pool: WorkerPool) {
        guard let phases else { return weights.start.update(from: source, count: weights.count) }
        for phase in phases {
            guard let convolution = phase.convolution else { continue }
            turn(source, phase, on: pool)
            convolution.load(weights.start, on: pool)
        }
    }

    /// Writes the phase's taps in reverse order, each transposed.
    private func turn(_ source: UnsafePointer<Float>, _ phase: Phase, on pool: WorkerPool) {
        let shape = shape, inputs = shape.groupInputs, outputs = shape.groupOutputs, width = phase.horizontal.taps.count
        let count = phase.vertical.taps.count * width, blocks = Blocks(inputs, of: 32), set = InstructionSet.current
        pool.run(parts: count * shape.groups * blocks.number) { part, _ in
            let (rest, index) = part.quotientAndRemainder(dividingBy: blocks.number), (tap, group) = rest.quotientAndRemainder(dividingBy: shape.groups)
            let v = phase.vertical.taps[tap / width], h = phase.horizontal.taps[tap % width], block = blocks[index]
            set.training.transpose(
                source + ((v * shape.horizontal.size + h) * inputs + block.lowerBound) * shape.outputChannels + group * outputs, shape.outputChannels,
                weights.start + (count - 1 - tap) * outputs * shape.inputChannels + group * inputs + block.lowerBound, shape.inputChannels, block.count, outputs)
        }
    }

    func run(
        _ outputGradient: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>, adds: Bool,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        guard let phases else { return gather(outputGradient, into: inputGradient, adds: adds, on: pool) }
        let spare = workspace, workspace = isWhole ? workspace : workspace + spareCount
        for phase in phases {
            let isAlone = phases.count == 1
            if isAlone, let convolution = phase.convolution, !adds || convolution.canAdd {
                convolution.run(outputGradient, adding: adds, into: inputGradient, workspace: workspace, on: pool)
            } else {
                phase.convolution?.run(outputGradient, into: spare, workspace: workspace, on: pool)
                spread(spare, phase, into: inputGradient, adds: adds, on: pool)
            }
        }
    }

    /// Writes or adds a phase's gradient to its inputs; zeros where there is none. A part is a row of them.
    private func spread(_ gradient: UnsafePointer<Float>, _ phase: Phase, into target: UnsafeMutablePointer<Float>, adds: Bool, on pool: WorkerPool) {
        let shape = shape, channels = shape.inputChannels, vertical = phase.vertical, horizontal = phase.horizontal
        let step = shape.horizontal.stride * channels, isEmpty = phase.convolution == nil
        if isEmpty && adds { return }
        pool.run(parts: shape.images * vertical.axis.output) { row, _ in
            let (image, y) = row.quotientAndRemainder(dividingBy: vertical.axis.output)
            var from = gradient + row * horizontal.axis.output * channels
            var to = target + ((image * shape.vertical.input + vertical.first + y * shape.vertical.stride) * shape.horizontal.input + horizontal.first) * channels
            for _ in 0..<horizontal.axis.output {
                if isEmpty {
                    to.update(repeating: 0, count: channels)
                } else if adds {
                    add(from, to: to, channels)
                } else {
                    to.update(from: from, count: channels)
                }
                from += channels
                to += step
            }
        }
    }

    /// Each pixel's gradient from the outputs that its value went into, for windows that are no plain convolutions the other
    /// way round; a part is an input row.
    private func gather(_ outputGradient: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>, adds: Bool, on pool: WorkerPool) {
        let shape = shape, vertical = shape.vertical, horizontal = shape.horizontal, weights = weights.start
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
                        let tap = weights + (v * horizontal.size + h) * shape.groupInputs * shape.outputChannels
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
