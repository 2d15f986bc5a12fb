import TestSupport
import Testing
@testable import Kernels

@Suite struct DepthwiseConvolutions {
    @Test("Depthwise convolutions agree with the Float64 reference in every instruction set", arguments: 1...200)
    func random(seed: Int) {
        var dice = Dice(seed)
        let channels = [dice.int(2...9), dice.int(2...70), 8, 16, 13, 37][dice.int(0...5)]
        // Windows of three and five taps have kernels of their own.
        func axis() -> SlidingAxis {
            guard dice.int(0...1) == 0 else { return dice.axis(24) }
            let size = dice.int(0...1) * 2 + 3, stride = dice.int(1...2), input = dice.int(1...40)
            return SlidingAxis(
                input: input, output: (input + stride - 1) / stride, size: size, stride: stride,
                padding: dice.int(0...size / 2))
        }
        let shape = ConvolutionShape(
            images: dice.int(1...3), vertical: axis(), horizontal: axis(), inputChannels: channels,
            outputChannels: channels, groups: channels)
        let weights = AlignedFloats(dice.floats(shape.weightCount)), epilogue = dice.epilogue(channels)
        let input = dice.floats(shape.images * shape.inputImage),
            count = shape.outputRows * shape.horizontal.output * channels
        let expected = execute(ReferenceConvolution(shape, weights: weights, epilogue: epilogue), input, count: count)
        for set in InstructionSet.available {
            guard let kernel = VectorDepthwise(shape, weights: weights, epilogue: epilogue, set: set) else {
                Issue.record("declined"); continue
            }
            let once = execute(kernel, input, count: count)
            #expect(deviation(once, expected) < 5e-6, "seed \(seed): \(kernel.name), \(shape)")
            #expect(
                execute(kernel, input, count: count, workers: 3) == once,
                "seed \(seed): threads change the result of \(kernel.name)")
        }
    }

    @Test("A second tensor is added before the rectifier", arguments: [3, 8, 37])
    func residual(channels: Int) {
        var dice = Dice(channels)
        let axis = SlidingAxis(input: 11, output: 11, size: 3, padding: 1)
        let shape = ConvolutionShape(
            images: 2, vertical: axis, horizontal: axis, inputChannels: channels, outputChannels: channels,
            groups: channels)
        let weights = AlignedFloats(dice.floats(shape.weightCount)), bias = AlignedFloats(dice.floats(channels)),
            count = 2 * 121 * channels
        let input = dice.floats(count), other = dice.floats(count), rectifier = Rectifier(slope: 0.1, maximum: 0.8)
        let sums = execute(
            ReferenceConvolution(shape, weights: weights, epilogue: Epilogue(bias: bias)), input, count: count)
        let expected = zip(sums, other).map { rectifier($0 + $1) }
        for set in InstructionSet.available {
            guard
                let kernel = VectorDepthwise(
                    shape, weights: weights, epilogue: Epilogue(bias: bias, rectifier: rectifier), set: set)
            else { Issue.record("declined"); continue }
            #expect(deviation(execute(kernel, input, other, count: count), expected) < 1e-6, "\(kernel.name)")
        }
    }

    @Test("NaN, infinity and denormals reach the windows that hold them, and no other channel")
    func specialValues() {
        let axis = SlidingAxis(input: 5, output: 5, size: 3, padding: 1), channels = 3
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(1), horizontal: axis, inputChannels: channels, outputChannels: channels,
            groups: channels)
        var input = [Float](repeating: 1, count: 15)
        let tiny = 100 * Float.leastNonzeroMagnitude
        (input[0], input[1], input[14]) = (.nan, -.infinity, tiny)
        let weights = AlignedFloats([1, 1, 0, 1, 1, 0, 1, 1, 1])
        for set in InstructionSet.available {
            guard let kernel = VectorDepthwise(shape, weights: weights, epilogue: Epilogue(), set: set) else {
                Issue.record("declined"); continue
            }
            let result = execute(kernel, input, count: 15)
            #expect(
                result.indices.filter { result[$0].isNaN } == [0, 3]
                    && result.indices.filter { result[$0] == -.infinity } == [1, 4])
            #expect(result[14] == 0 && result[11] == tiny && result[7] == 3)
        }
    }
}
