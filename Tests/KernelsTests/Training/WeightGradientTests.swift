import TestSupport
import Testing
@testable import Kernels

@Suite struct WeightGradients {
    private func run(
        _ kernel: any WeightGradient, _ shape: ConvolutionShape, _ input: [Float], _ gradient: [Float], workers: Int = 1
    ) -> [Float] {
        let x = AlignedFloats(input), g = AlignedFloats(gradient),
            result = AlignedFloats([Float](repeating: .nan, count: shape.weightCount) + [42])
        let workspace = AlignedFloats([Float](repeating: .nan, count: kernel.workspaceCount(workers: workers)) + [42])
        kernel.run(x.start, g.start, into: result.start, workspace: workspace.start, on: WorkerPool(workers: workers))
        #expect(result[shape.weightCount] == 42 && workspace[workspace.count - 1] == 42, "written past the end")
        return (0..<shape.weightCount).map { result[$0] }
    }

    private func check(
        _ shape: ConvolutionShape, _ dice: inout Dice, tolerance: Float,
        _ kernels: (InstructionSet) -> [any WeightGradient]
    ) {
        let oracle = Float64Convolution(shape: shape), input = dice.floats(oracle.inputCount),
            gradient = dice.floats(oracle.outputCount)
        let wanted = oracle(input, [Float](repeating: 0, count: shape.weightCount), gradient).weights.map { Float($0) }
        for set in InstructionSet.available {
            for kernel in kernels(set) {
                let once = run(kernel, shape, input, gradient)
                #expect(deviation(once, wanted) < tolerance, "\(type(of: kernel)), \(set.name), \(shape)")
                for workers in [2, 3] {
                    #expect(
                        run(kernel, shape, input, gradient, workers: workers) == once,
                        "threads change the result of \(type(of: kernel)), \(shape)")
                }
            }
        }
    }

    @Test("Direct and depthwise gradients agree with the Float64 reference in every instruction set", arguments: 1...60)
    func direct(seed: Int) {
        var dice = Dice(seed)
        let shape = dice.convolution()
        check(shape, &dice, tolerance: 2e-6) { set in
            [DirectWeightGradient(shape, set: set)] + [DepthwiseWeightGradient(shape, set: set)].compactMap { $0 }
        }
    }

    @Test(
        "So do those of windows over few channels, whose pixels are cut into slices",
        arguments: [(3, 5, 1), (1, 7, 2), (4, 3, 2)])
    func firstLayers(channels: Int, size: Int, stride: Int) {
        var dice = Dice(size)
        let axis = SlidingAxis(input: 40, output: (39 + stride) / stride, size: size, stride: stride, padding: size / 2)
        let shape = ConvolutionShape(
            images: 3, vertical: axis, horizontal: axis, inputChannels: channels, outputChannels: 19)
        check(shape, &dice, tolerance: 5e-6) { [DirectWeightGradient(shape, set: $0)] }
    }

    @Test("So do Winograd's, whether blocks of weights share their tiles or not", arguments: 1...40)
    func winograd(seed: Int) {
        var dice = Dice(seed)
        func axis() -> SlidingAxis {
            let input = dice.int(1...13), padding = dice.int(1...2)
            return SlidingAxis(
                input: input, output: max(1, input + padding + dice.int(0...2) - 2), size: 3, padding: padding)
        }
        let shape = ConvolutionShape(
            images: dice.int(1...6), vertical: axis(), horizontal: axis(), inputChannels: dice.int(1...70),
            outputChannels: dice.int(1...70))
        check(shape, &dice, tolerance: 1e-5) { set in
            [true, false].map { WinogradWeightGradient(all: shape, set: set, sharing: $0) }
        }
    }

    @Test("Many tiles are summed in slices and groups", arguments: [(4, 5), (40, 37)])
    func manyTiles(inputs: Int, outputs: Int) {
        var dice = Dice(inputs)
        let axis = SlidingAxis(input: 40, output: 40, size: 3, padding: 1)
        let shape = ConvolutionShape(
            images: 5, vertical: axis, horizontal: axis, inputChannels: inputs, outputChannels: outputs)
        check(shape, &dice, tolerance: 1e-5) { set in
            [true, false].map { WinogradWeightGradient(all: shape, set: set, sharing: $0) }
        }
    }
}
