import Kernels

/// What is measured.
enum Cases {
    static func convolution(_ backend: Backend, images: Int, _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, groups: Int = 1) -> Bench {
        let output = (size + stride - 1) / stride, padding = (kernel - 1) / 2
        let axis = SlidingAxis(input: size, output: output, size: kernel, stride: stride, padding: padding)
        let shape = ConvolutionShape(images: images, vertical: axis, horizontal: axis, inputChannels: inputs, outputChannels: outputs, groups: groups)
        let weights = AlignedFloats((0..<shape.weightCount).map { Float($0 % 17) * 0.01 - 0.08 })
        let epilogue = Epilogue(bias: AlignedFloats(count: outputs), rectifier: Rectifier())
        return Bench("\(images)×\(size)×\(size)×\(inputs) → \(outputs), \(kernel)×\(kernel)" + (stride > 1 ? " / \(stride)" : ""),
                     backend.convolution(shape, weights: weights, epilogue: epilogue), inputs: images * size * size * inputs,
                     outputs: images * output * output * outputs, macs: images * output * output * outputs * shape.weightCount / outputs,
                     weightBytes: 4 * shape.weightCount)
    }

    static func dense(_ backend: Backend, images: Int, _ inputs: Int, _ outputs: Int) -> Bench {
        let shape = ConvolutionShape(images: 1, vertical: .pointwise(images), horizontal: .pointwise(1), inputChannels: inputs, outputChannels: outputs)
        let weights = AlignedFloats((0..<shape.weightCount).map { Float($0 % 17) * 0.01 - 0.08 })
        return Bench("dense \(images) × \(inputs) → \(outputs)", backend.convolution(shape, weights: weights), inputs: images * inputs,
                     outputs: images * outputs, macs: images * inputs * outputs, weightBytes: 4 * shape.weightCount)
    }

    static func all(_ backend: Backend) -> [() -> Bench] {
        var cases: [() -> Bench] = []
        for images in [32, 1] {
            for (size, channels) in [(32, 64), (16, 128), (8, 256), (8, 512), (4, 512), (2, 512)] {
                cases.append { convolution(backend, images: images, size, channels, channels) }
            }
        }
        for (size, inputs, outputs) in [(56, 64, 256), (56, 256, 64), (28, 512, 128), (28, 128, 512), (14, 1024, 256), (14, 256, 1024), (7, 2048, 512)] {
            cases.append { convolution(backend, images: 8, size, inputs, outputs, kernel: 1) }
        }
        for depth in [16, 32, 64, 128, 256] { cases.append { convolution(backend, images: 1, 16, depth, 48, kernel: 1) } }
        cases.append { convolution(backend, images: 8, 56, 64, 64) }
        cases.append { convolution(backend, images: 8, 28, 128, 128) }
        cases.append { convolution(backend, images: 8, 14, 256, 256) }
        cases.append { convolution(backend, images: 8, 7, 512, 512) }
        cases.append { convolution(backend, images: 32, 32, 3, 64) }
        cases.append { convolution(backend, images: 8, 224, 3, 64, kernel: 7, stride: 2) }
        cases.append { convolution(backend, images: 32, 16, 37, 91) }
        cases.append { convolution(backend, images: 32, 96, 16, 16, groups: 16) }
        cases.append { convolution(backend, images: 32, 14, 256, 256, groups: 256) }
        cases.append { convolution(backend, images: 32, 28, 128, 128, stride: 2, groups: 128) }
        cases.append { dense(backend, images: 1, 4096, 4096) }
        cases.append { dense(backend, images: 32, 4096, 4096) }
        return cases
    }
}
