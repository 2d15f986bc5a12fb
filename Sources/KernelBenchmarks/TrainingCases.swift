import Kernels

extension Cases {
    /// A step's work for BasicNet on 32 × 32 images, at full and at a quarter of its width.
    static func training(algorithms: ConvolutionAlgorithms) -> [() -> Bench] {
        let images = 40
        var cases: [() -> Bench] = []
        for widths in [[64, 128, 128, 256, 256, 512, 512], [32, 32, 32, 64, 64, 128, 128]] {
            var inputs = 3
            for (index, (width, size)) in zip(widths, [32, 32, 16, 16, 8, 8, 4]).enumerated() {
                cases += convolution(images, size, inputs, width, kernel: index == 0 ? 5 : 3, algorithms: algorithms)
                cases += normalization(images * size * size, width)
                inputs = width
            }
            cases += dense(images, inputs, 256) + dense(images, 256, 10)
            for (width, size) in [(widths[1], 32), (widths[3], 16), (widths[5], 8)] {
                cases.append { poolingGradient(images, size, width) }
            }
        }
        cases +=
            convolution(images, 32, 64, 64, kernel: 3, stride: 2, algorithms: algorithms)
            + convolution(images, 16, 128, 128, kernel: 1, algorithms: algorithms)
        cases += convolution(images, 16, 128, 128, kernel: 3, groups: 128, algorithms: algorithms)
        cases += [
            .momentum(0.9, nesterov: false),
            .adam(keep1: 0.9, take1: 0.1, keep2: 0.999, take2: 0.001, epsilon: 1e-7, amsgrad: false),
        ].map { rule in { optimizer(rule, 4_600_000) } }
        cases += [.rectifier(Rectifier()), .swish].map { function in { pointwise(function, 40 * 32 * 32 * 64) } }
        return cases
    }

    private static func convolution(
        _ images: Int, _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        algorithms: ConvolutionAlgorithms
    ) -> [() -> Bench] {
        let (shape, name) = square(images, size, inputs, outputs, kernel: kernel, stride: stride, groups: groups)
        return passes(shape, name + (groups > 1 ? ", depthwise" : ""), algorithms: algorithms)
    }

    private static func dense(_ images: Int, _ inputs: Int, _ outputs: Int) -> [() -> Bench] {
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(images), horizontal: .pointwise(1), inputChannels: inputs,
            outputChannels: outputs)
        return passes(shape, "dense \(images) × \(inputs) → \(outputs)", algorithms: .direct)
    }

    private static func passes(_ shape: ConvolutionShape, _ name: String, algorithms: ConvolutionAlgorithms)
        -> [() -> Bench]
    {
        let inputs = shape.images * shape.vertical.input * shape.horizontal.input * shape.inputChannels
        let pixels = shape.images * shape.vertical.output * shape.horizontal.output,
            outputs = pixels * shape.outputChannels
        func bench(
            _ pass: String, macs: Int, floats: Int,
            _ call: @escaping (DifferentiableConvolution, Memory, WorkerPool) -> Void
        ) -> () -> Bench {
            {
                Bench(name, kernelName: "train: " + pass, macs: macs, bytes: 4 * floats) { pool in
                    let convolution = DifferentiableConvolution(shape, needsInputGradient: true, algorithms: algorithms)
                    let memory = Memory(
                        inputs, outputs, shape.weightCount, convolution.workspaceCount(workers: pool.workers))
                    convolution.load(memory.weights.start, on: pool)
                    return { call(convolution, memory, pool) }
                }
            }
        }
        let macs = pixels * shape.weightCount
        return [
            bench("load", macs: 0, floats: 3 * shape.weightCount) { $0.load($1.weights.start, on: $2) },
            bench("forward", macs: macs, floats: inputs + outputs) {
                $0.forward($1.input.start, bias: nil, into: $1.output.start, workspace: $1.workspace.start, on: $2)
            },
            bench("input gradient", macs: macs, floats: inputs + outputs) {
                $0.inputGradient(
                    $1.output.start, into: $1.input.start, adds: false, workspace: $1.workspace.start, on: $2)
            },
            bench("weight gradient", macs: macs, floats: inputs + outputs + shape.weightCount) {
                $0.weightGradient(
                    $1.input.start, $1.output.start, into: $1.gradient.start, workspace: $1.workspace.start, on: $2)
            },
        ]
    }

    private struct Memory {
        let input: AlignedFloats, output: AlignedFloats, weights: AlignedFloats, gradient: AlignedFloats,
            workspace: AlignedFloats

        init(_ inputs: Int, _ outputs: Int, _ weights: Int, _ workspace: Int) {
            input = Bench.numbers(inputs, 13)
            output = Bench.numbers(outputs, 11)
            self.weights = Bench.numbers(weights, 17)
            gradient = AlignedFloats(count: weights)
            self.workspace = AlignedFloats(count: workspace)
        }
    }

    private static func normalization(_ rows: Int, _ channels: Int) -> [() -> Bench] {
        func bench(_ isForward: Bool) -> () -> Bench {
            {
                Bench(
                    "\(rows) × \(channels)",
                    kernelName: "train: normalization, " + (isForward ? "forward" : "backward"), macs: 0,
                    bytes: 4 * (isForward ? 3 : 5) * rows * channels
                ) { pool in
                    let kernel = BatchNormalizationKernel(
                        rows: rows, channels: channels, epsilon: 1e-3, rectifier: Rectifier())
                    let input = Bench.numbers(rows * channels, 13), output = Bench.numbers(rows * channels, 11),
                        gamma = Bench.numbers(channels, 3), beta = Bench.numbers(channels, 5)
                    let mean = AlignedFloats(count: channels), variance = AlignedFloats(count: channels),
                        gradient = AlignedFloats(count: 2 * channels)
                    let workspace = AlignedFloats(count: kernel.workspaceCount(workers: pool.workers))
                    func forward() {
                        kernel.forward(
                            input.start, gamma: gamma.start, beta: beta.start, into: output.start, mean: mean.start,
                            variance: variance.start, workspace: workspace.start, on: pool)
                    }
                    func backward() {
                        kernel.backward(
                            input.start, outputGradient: output.start, gamma: gamma.start, beta: beta.start,
                            mean: mean.start, variance: variance.start, into: output.start,
                            gammaGradient: gradient.start, betaGradient: gradient.start + channels,
                            workspace: workspace.start, on: pool)
                    }
                    forward()
                    return isForward ? forward : backward
                }
            }
        }
        return [bench(true), bench(false)]
    }

    private static func poolingGradient(_ images: Int, _ size: Int, _ channels: Int) -> Bench {
        let axis = SlidingAxis(input: size, output: size / 2, size: 2, stride: 2),
            inputs = images * size * size * channels
        return Bench(
            "\(images)×\(size)×\(size)×\(channels), 2×2 / 2", kernelName: "train: max pooling gradient", macs: 0,
            bytes: 4 * (2 * inputs + inputs / 2)
        ) { pool in
            let kernel = PoolingGradient(.max, images: images, vertical: axis, horizontal: axis, channels: channels)
            let input = Bench.numbers(inputs, 13), output = AlignedFloats(count: inputs / 4),
                gradient = Bench.numbers(inputs / 4, 11), result = AlignedFloats(count: inputs)
            let forward = PoolingKernel(.max, images: images, vertical: axis, horizontal: axis, channels: channels),
                scratch = AlignedFloats(count: forward.workspaceCount)
            forward.run(
                Operands(input: input.start, output: output.start, workspace: scratch.start), units: 0..<forward.units)
            return {
                kernel.run(
                    input: input.start, output: output.start, outputGradient: gradient.start, into: result.start,
                    on: pool)
            }
        }
    }

    private static func optimizer(_ rule: OptimizerStep.Rule, _ count: Int) -> Bench {
        Bench("\(count)", kernelName: "train: \(rule)", macs: 0, bytes: 4 * (3 + 2 * rule.slotCount) * count) { pool in
            let theta = Bench.numbers(count, 13), gradient = Bench.numbers(count, 11),
                slots = (0..<3).map { _ in AlignedFloats(count: count) }
            let addresses = slots.map(\.start)
            return {
                withExtendedLifetime(slots) {
                    OptimizerStep(rule, rate: 1e-3, l2: 1e-4).run(
                        theta.start, gradients: gradient.start, slots: addresses, count: count, on: pool)
                }
            }
        }
    }

    private static func pointwise(_ function: PointwiseFunction, _ count: Int) -> Bench {
        Bench("\(count)", kernelName: "train: gradient of \(function)", macs: 0, bytes: 16 * count) { pool in
            let x = Bench.numbers(count, 13), gradient = Bench.numbers(count, 11),
                kernel = PointwiseGradient(function, count: count)
            return {
                kernel.run(
                    input: x.start, output: x.start, outputGradient: gradient.start, into: gradient.start, on: pool)
            }
        }
    }
}
