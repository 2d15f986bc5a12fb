import TestSupport
import Testing
@testable import Kernels

@Suite struct PoolingGradients {
    private func run(
        _ kernel: PoolingGradient, _ input: [Float], _ output: [Float], _ gradient: [Float], workers: Int = 1
    ) -> [Float] {
        let result = AlignedFloats([Float](repeating: .nan, count: input.count) + [42]),
            operands = [input, output, gradient].map { AlignedFloats($0) }
        withExtendedLifetime(operands) {
            kernel.run(
                input: operands[0].start, output: operands[1].start, outputGradient: operands[2].start,
                into: result.start, on: WorkerPool(workers: workers))
        }
        #expect(result[input.count] == 42, "written past the end")
        return (0..<input.count).map { result[$0] }
    }

    @Test("The first of equal maxima gets the gradient, an average's is shared by those inside")
    func definition() {
        let axis = SlidingAxis(input: 4, output: 3, size: 2, padding: 0)
        for set in InstructionSet.available {
            let largest = PoolingGradient(
                .max, images: 1, vertical: .pointwise(1), horizontal: axis, channels: 1, set: set)
            #expect(run(largest, [2, 2, 1, 5], [2, 2, 5], [1, 10, 100]) == [1, 10, 0, 100])
            let border = SlidingAxis(input: 3, output: 2, size: 2, stride: 2)
            let average = PoolingGradient(
                .average, images: 1, vertical: .pointwise(1), horizontal: border, channels: 1, set: set)
            #expect(run(average, [0, 0, 0], [0, 0], [6, 8]) == [3, 3, 8])
        }
    }

    @Test("Gradients of poolings agree with a naive loop, whatever the threads", arguments: 1...80)
    func random(seed: Int) {
        var dice = Dice(seed)
        let vertical = dice.axis(12), horizontal = dice.axis(12), channels = dice.int(1...40), images = dice.int(1...3)
        // Few different numbers: ties.
        let input = (0..<images * vertical.input * horizontal.input * channels).map { _ in Float(dice.int(-3...3)) }
        for reduction in [PoolingKernel.Reduction.max, .average] {
            let forward = PoolingKernel(
                reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels)
            let output = execute(forward, input, count: images * vertical.output * horizontal.output * channels),
                gradient = dice.floats(output.count)
            var wanted = [Double](repeating: 0, count: input.count)
            for index in output.indices {
                let (pixel, c) = index.quotientAndRemainder(dividingBy: channels),
                    (row, x) = pixel.quotientAndRemainder(dividingBy: horizontal.output)
                let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
                var places: [Int] = []
                for v in 0..<vertical.size {
                    for h in 0..<horizontal.size {
                        let line = y * vertical.stride - vertical.padding + v * vertical.dilation,
                            column = x * horizontal.stride - horizontal.padding + h * horizontal.dilation
                        guard (0..<vertical.input).contains(line), (0..<horizontal.input).contains(column) else {
                            continue
                        }
                        places.append(((image * vertical.input + line) * horizontal.input + column) * channels + c)
                    }
                }
                if reduction == .average {
                    for place in places { wanted[place] += Double(gradient[index]) / Double(places.count) }
                } else if let first = places.first(where: { input[$0] == output[index] }) {
                    wanted[first] += Double(gradient[index])
                }
            }
            for set in InstructionSet.available {
                let kernel = PoolingGradient(
                    reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels, set: set)
                let once = run(kernel, input, output, gradient)
                #expect(deviation(once, wanted.map { Float($0) }) < 1e-5, "seed \(seed): \(reduction), \(set.name)")
                for workers in [2, 3] {
                    #expect(
                        run(kernel, input, output, gradient, workers: workers) == once,
                        "seed \(seed): threads change the result")
                }
            }
        }
    }
}
