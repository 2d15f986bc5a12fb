import Kernels

/// What is measured.
enum Cases {
    static func convolution(
        _ backend: Backend, images: Int, _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1,
        groups: Int = 1, algorithms: ConvolutionAlgorithms = .fastest
    ) -> Bench {
        let (shape, name) = square(images, size, inputs, outputs, kernel: kernel, stride: stride, groups: groups)
        let epilogue = Epilogue(bias: AlignedFloats(count: outputs), rectifier: Rectifier())
        let pixels = images * shape.vertical.output * shape.horizontal.output
        return Bench(
            name, backend.convolution(shape, weights: weights(shape), epilogue: epilogue, algorithms: algorithms),
            inputs: images * size * size * inputs, outputs: pixels * outputs, macs: pixels * shape.weightCount,
            weightBytes: 4 * shape.weightCount)
    }

    /// A convolution of square images by square windows, and what it is called.
    static func square(
        _ images: Int, _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, groups: Int
    ) -> (shape: ConvolutionShape, name: String) {
        let output = (size + stride - 1) / stride, padding = (kernel - 1) / 2
        let axis = SlidingAxis(input: size, output: output, size: kernel, stride: stride, padding: padding)
        let shape = ConvolutionShape(
            images: images, vertical: axis, horizontal: axis, inputChannels: inputs, outputChannels: outputs,
            groups: groups)
        let name = "\(images)×\(size)×\(size)×\(inputs) → \(outputs), \(kernel)×\(kernel)"
        return (shape, name + (stride > 1 ? " / \(stride)" : ""))
    }

    private static func weights(_ shape: ConvolutionShape) -> AlignedFloats {
        AlignedFloats((0..<shape.weightCount).map { Float($0 % 17) * 0.01 - 0.08 })
    }

    /// From `size` × `size` to `stride` times that.
    static func transposed(
        _ backend: Backend, images: Int, _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int,
        algorithms: ConvolutionAlgorithms
    ) -> Bench {
        let axis = SlidingAxis(
            input: size * stride, output: size, size: kernel, stride: stride, padding: (kernel - stride) / 2)
        let shape = ConvolutionShape(
            images: images, vertical: axis, horizontal: axis, inputChannels: outputs, outputChannels: inputs)
        let epilogue = Epilogue(bias: AlignedFloats(count: outputs), rectifier: Rectifier())
        return Bench(
            "\(images)×\(size)×\(size)×\(inputs) → \(outputs), \(kernel)×\(kernel) transposed / \(stride)",
            backend.transposedConvolution(shape, weights: weights(shape), epilogue: epilogue, algorithms: algorithms),
            inputs: images * size * size * inputs, outputs: images * size * size * stride * stride * outputs,
            macs: images * size * size * shape.weightCount, weightBytes: 4 * shape.weightCount)
    }

    static func dense(_ backend: Backend, images: Int, _ inputs: Int, _ outputs: Int) -> Bench {
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(images), horizontal: .pointwise(1), inputChannels: inputs,
            outputChannels: outputs)
        return Bench(
            "dense \(images) × \(inputs) → \(outputs)", backend.convolution(shape, weights: weights(shape)),
            inputs: images * inputs, outputs: images * outputs, macs: images * inputs * outputs,
            weightBytes: 4 * shape.weightCount)
    }

    static func pooling(
        _ reduction: PoolingKernel.Reduction, images: Int, _ size: Int, _ channels: Int, kernel: Int, stride: Int
    ) -> Bench {
        let output = (size + stride - 1) / stride, padding = max(0, (output - 1) * stride + kernel - size) / 2
        let axis = SlidingAxis(input: size, output: output, size: kernel, stride: stride, padding: padding)
        return Bench(
            "\(images)×\(size)×\(size)×\(channels), \(kernel)×\(kernel) / \(stride)",
            PoolingKernel(reduction, images: images, vertical: axis, horizontal: axis, channels: channels),
            inputs: images * size * size * channels, outputs: images * output * output * channels, macs: 0)
    }

    static func globalPooling(images: Int, _ size: Int, _ channels: Int) -> Bench {
        Bench(
            "\(images)×\(size)×\(size)×\(channels)",
            GlobalPoolingKernel(.average, images: images, positions: size * size, channels: channels),
            inputs: images * size * size * channels, outputs: images * channels, macs: 0)
    }

    /// An array of `count` numbers: 2¹⁸ of them, in and out, stay in the second-level cache.
    static func elementwise(_ count: Int) -> [() -> Bench] {
        let loop = NestedLoop(lengths: [count], strides: [.init(output: 1, first: 1, second: 1)])
        let functions: [PointwiseFunction] = [
            .rectifier(Rectifier()), .rectifier(Rectifier(slope: 0.1, maximum: 6)),
            .clippedLinear(slope: 1 / 6, offset: 0.5, lower: 0, upper: 1), .hardSwish,
            .exponential, .sigmoid, .swish, .tanh, .elu(scale: 1, alpha: 1, divisor: 1), .geluByTanh, .gelu, .softplus,
        ]
        return [
            { Bench("\(count)", CopyKernel("copy", loop), inputs: count, outputs: count, macs: 0) },
            { Bench("\(count)", BinaryKernel(.add, loop), inputs: count, others: count, outputs: count, macs: 0) },
            { Bench("\(count)", BinaryKernel(.maximum, loop), inputs: count, others: count, outputs: count, macs: 0) },
        ]
            + functions.map { function in
                { Bench("\(count)", PointwiseKernel(function, count: count), inputs: count, outputs: count, macs: 0) }
            }
    }

    /// One factor per image and channel, and one per channel.
    static func broadcast(images: Int, _ size: Int, _ channels: Int) -> [() -> Bench] {
        let count = images * size * size * channels, lengths = [images, size * size, channels]
        func loop(_ images: Int) -> NestedLoop {
            NestedLoop(
                lengths: lengths,
                strides: [
                    .init(output: size * size * channels, first: size * size * channels, second: images),
                    .init(output: channels, first: channels, second: 0),
                    .init(output: 1, first: 1, second: 1),
                ])
        }
        return [
            {
                Bench(
                    "\(lengths)", BinaryKernel(.multiply, loop(channels)), inputs: count, others: images * channels,
                    outputs: count, macs: 0)
            },
            {
                Bench(
                    "\(lengths)",
                    AffineKernel(
                        "affine", loop(0), scale: AlignedFloats(count: channels), shift: AlignedFloats(count: channels)),
                    inputs: count, outputs: count, macs: 0)
            },
        ]
    }

    static func softmax(rows: Int, length: Int) -> Bench {
        Bench(
            "\(rows) × \(length)", SoftmaxKernel(.softmax, rows: rows, length: length), inputs: rows * length,
            outputs: rows * length, macs: 0)
    }

    static func all(_ backend: Backend, algorithms: ConvolutionAlgorithms) -> [() -> Bench] {
        var cases: [() -> Bench] = []
        for images in [32, 1] {
            for (size, channels) in [(32, 64), (16, 128), (8, 256), (8, 512), (4, 512), (2, 512)] {
                cases.append { convolution(backend, images: images, size, channels, channels, algorithms: algorithms) }
            }
        }
        for (size, inputs, outputs) in [
            (56, 64, 256), (56, 256, 64), (28, 512, 128), (28, 128, 512), (14, 1024, 256), (14, 256, 1024),
            (7, 2048, 512),
        ] {
            cases.append { convolution(backend, images: 8, size, inputs, outputs, kernel: 1, algorithms: algorithms) }
        }
        cases.append { convolution(backend, images: 32, 96, 3, 8, stride: 2, algorithms: algorithms) }
        for (size, inputs, outputs) in [(48, 8, 16), (24, 16, 32), (24, 32, 32), (12, 64, 64)] {
            cases.append { convolution(backend, images: 32, size, inputs, outputs, kernel: 1, algorithms: algorithms) }
        }
        for (size, inputs, outputs) in [
            (112, 32, 16), (56, 144, 24), (28, 192, 32), (14, 64, 384), (14, 384, 64), (7, 160, 960), (7, 960, 160),
            (7, 320, 1280),
        ] {
            cases.append { convolution(backend, images: 1, size, inputs, outputs, kernel: 1, algorithms: algorithms) }
        }
        for depth in [16, 32, 64, 128, 256] {
            cases.append { convolution(backend, images: 1, 16, depth, 48, kernel: 1, algorithms: algorithms) }
        }
        for (images, size, inputs, outputs) in [
            (8, 56, 64, 64), (8, 28, 128, 128), (8, 14, 256, 256), (8, 7, 512, 512), (32, 32, 3, 64),
        ] {
            cases.append { convolution(backend, images: images, size, inputs, outputs, algorithms: algorithms) }
        }
        cases.append { convolution(backend, images: 8, 224, 3, 64, kernel: 7, stride: 2, algorithms: algorithms) }
        cases.append { convolution(backend, images: 32, 16, 37, 91, algorithms: algorithms) }
        for (size, inputs, outputs, kernel, stride) in [
            (8, 256, 128, 5, 2), (16, 128, 64, 4, 2), (28, 128, 64, 2, 2), (28, 64, 64, 3, 1),
        ] {
            cases.append {
                transposed(
                    backend, images: 8, size, inputs, outputs, kernel: kernel, stride: stride, algorithms: algorithms)
            }
        }
        for (images, size, channels, kernel, stride) in [
            (32, 96, 16, 3, 1), (32, 48, 8, 3, 1), (1, 48, 8, 3, 1), (32, 48, 13, 3, 1), (32, 48, 16, 3, 2),
            (32, 28, 37, 3, 1), (32, 14, 256, 3, 1), (1, 14, 256, 3, 1), (1, 6, 128, 3, 1), (1, 12, 64, 3, 2),
            (32, 28, 128, 3, 2), (32, 14, 240, 5, 1), (32, 28, 120, 5, 2), (32, 7, 960, 3, 1), (32, 7, 960, 5, 1),
        ] {
            cases.append {
                convolution(
                    backend, images: images, size, channels, channels, kernel: kernel, stride: stride, groups: channels,
                    algorithms: algorithms)
            }
        }
        cases.append { dense(backend, images: 1, 4096, 4096) }
        cases.append { dense(backend, images: 32, 4096, 4096) }
        for (reduction, images, size, channels, kernel, stride) in [
            (PoolingKernel.Reduction.max, 8, 112, 64, 3, 2), (.max, 32, 32, 64, 2, 2), (.max, 32, 32, 13, 2, 2),
            (.average, 32, 32, 64, 2, 2), (.average, 8, 14, 256, 3, 1),
        ] {
            cases.append { pooling(reduction, images: images, size, channels, kernel: kernel, stride: stride) }
        }
        for (images, size, channels) in [(32, 7, 1280), (1, 7, 1280), (32, 28, 37), (32, 56, 8)] {
            cases.append { globalPooling(images: images, size, channels) }
        }
        cases += elementwise(1 << 15) + elementwise(1 << 23)
        cases += broadcast(images: 8, 28, 240) + broadcast(images: 8, 56, 16) + broadcast(images: 32, 28, 37)
        cases.append { softmax(rows: 32, length: 1000) }
        cases.append { softmax(rows: 9216, length: 21) }
        cases.append { softmax(rows: 32, length: 10) }
        return cases
    }
}
