import TestSupport
import Testing
@testable import Kernels

/// Kernels that read some channels of wider images and write some channels of others: what lies beside them stays.
@Suite struct Slices {
    /// The same pixels, `step` floats apart instead of `channels`; NaN in between.
    private func spread(_ pixels: [Float], _ channels: Int, _ step: Int) -> [Float] {
        stride(from: 0, to: pixels.count, by: channels).flatMap {
            pixels[$0..<$0 + channels] + [Float](repeating: .nan, count: step - channels)
        }
    }

    /// Runs `kernel`, which was made for `shape`, and expects `expected` in its slice and nothing beside it.
    private func check(
        _ kernel: any Kernel, _ shape: ConvolutionShape, _ input: [Float], _ expected: [Float], _ what: String
    ) {
        let found = execute(
            kernel, spread(input, shape.inputChannels, shape.inputStep), count: shape.images * shape.outputImage,
            workers: 2)
        let pixels = stride(from: 0, to: found.count, by: shape.outputStep).map { found[$0..<$0 + shape.outputStep] }
        #expect(
            deviation(pixels.flatMap { $0.prefix(shape.outputChannels) }, expected) < 1e-5,
            "\(what): \(kernel.name), \(shape)")
        #expect(
            pixels.allSatisfy { $0.dropFirst(shape.outputChannels).allSatisfy(\.isNaN) },
            "\(what): \(kernel.name) writes beside its slice")
    }

    @Test("Convolutions of slices agree with the Float64 reference of whole images", arguments: 1...150)
    func convolutions(seed: Int) {
        var dice = Dice(seed)
        let whole = dice.convolution(), weights = AlignedFloats(dice.floats(whole.weightCount)),
            epilogue = dice.epilogue(whole.outputChannels)
        let input = dice.floats(whole.images * whole.inputImage)
        let expected = execute(
            ReferenceConvolution(whole, weights: weights, epilogue: epilogue), input,
            count: whole.images * whole.outputImage)
        var shape = whole
        shape.inputStep += dice.int(0...20)
        shape.outputStep += dice.int(0...20)
        check(ReferenceConvolution(shape, weights: weights, epilogue: epilogue), shape, input, expected, "seed \(seed)")
        if let kernel = DepthwiseKernel(shape, weights: weights, epilogue: epilogue) {
            check(kernel, shape, input, expected, "seed \(seed)")
        }
        if let kernel = GemmConvolution(shape, weights: weights, epilogue: epilogue) {
            check(kernel, shape, input, expected, "seed \(seed)")
        }
        for set in InstructionSet.available {
            if let kernel = PanelConvolution(shape, weights: weights, epilogue: epilogue, set: set) {
                check(kernel, shape, input, expected, "seed \(seed)")
            }
            if let kernel = VectorDepthwise(shape, weights: weights, epilogue: epilogue, set: set) {
                check(kernel, shape, input, expected, "seed \(seed)")
            }
        }
    }

    @Test("Winograd's and depthwise convolutions of slices agree with the Float64 reference", arguments: 1...60)
    func special(seed: Int) {
        var dice = Dice(seed)
        func axis() -> SlidingAxis { SlidingAxis(input: 9, output: 9, size: 3, padding: 1) }
        let channels = dice.int(2...40), filters = dice.int(1...70)
        for groups in [1, channels] {
            let whole = ConvolutionShape(
                images: 2, vertical: axis(), horizontal: axis(), inputChannels: channels,
                outputChannels: groups == 1 ? filters : channels, groups: groups)
            let weights = AlignedFloats(dice.floats(whole.weightCount)),
                epilogue = Epilogue(
                    bias: AlignedFloats(dice.floats(whole.outputChannels)), rectifier: Rectifier(slope: 0.2))
            let input = dice.floats(whole.images * whole.inputImage)
            let expected = execute(
                ReferenceConvolution(whole, weights: weights, epilogue: epilogue), input,
                count: whole.images * whole.outputImage)
            var shape = whole
            shape.inputStep += dice.int(0...9)
            shape.outputStep += dice.int(0...9)
            for set in InstructionSet.available {
                for size in [2, 4] {
                    if let kernel = WinogradConvolution(
                        shape, weights: weights, epilogue: epilogue, size: size, set: set)
                    {
                        check(kernel, shape, input, expected, "seed \(seed)")
                    }
                }
                if let kernel = VectorDepthwise(shape, weights: weights, epilogue: epilogue, set: set) {
                    check(kernel, shape, input, expected, "seed \(seed)")
                }
            }
        }
    }

    @Test("Pooling of a slice into a slice is that of whole images", arguments: 1...40)
    func pooling(seed: Int) {
        var dice = Dice(seed)
        let vertical = dice.axis(12), horizontal = dice.axis(12), channels = dice.int(1...40), images = dice.int(1...3)
        let input = dice.floats(images * vertical.input * horizontal.input * channels),
            pixels = images * vertical.output * horizontal.output
        let inputStep = channels + dice.int(0...9), outputStep = channels + dice.int(0...9)
        for set in InstructionSet.available {
            for reduction in [PoolingKernel.Reduction.max, .average] {
                let whole = PoolingKernel(
                    reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels, set: set)
                let slice = PoolingKernel(
                    reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels,
                    inputStep: inputStep, outputStep: outputStep, set: set)
                let expected = spread(execute(whole, input, count: pixels * channels), channels, outputStep)
                let found = execute(slice, spread(input, channels, inputStep), count: pixels * outputStep, workers: 2)
                #expect(
                    zip(found, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "seed \(seed): \(whole.name)")
            }
        }
    }
}
