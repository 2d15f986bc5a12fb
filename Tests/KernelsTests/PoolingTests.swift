import Testing
@testable import Kernels

@Suite struct Poolings {
    @Test("Positions outside the image count neither for the maximum nor for the average")
    func border() {
        let axis = SlidingAxis(input: 3, output: 2, size: 2, stride: 2, padding: 0)
        let max = PoolingKernel(.max, images: 1, vertical: .pointwise(1), horizontal: axis, channels: 1)
        #expect(execute(max, [-5, -3, -7], count: 2) == [-3, -7])
        let average = PoolingKernel(.average, images: 1, vertical: .pointwise(1), horizontal: axis, channels: 1)
        #expect(execute(average, [1, 3, 8], count: 2) == [2, 8])
    }

    @Test("Pooling agrees with a naive loop", arguments: 1...60)
    func random(seed: Int) {
        var dice = Dice(seed)
        let vertical = dice.axis(15), horizontal = dice.axis(15), channels = dice.int(1...40), images = dice.int(1...3)
        let input = dice.floats(images * vertical.input * horizontal.input * channels)
        for reduction in [PoolingKernel.Reduction.max, .average] {
            var expected: [Float] = []
            for image in 0..<images {
                for y in 0..<vertical.output {
                    for x in 0..<horizontal.output {
                        for c in 0..<channels {
                            var values: [Double] = []
                            for v in 0..<vertical.size {
                                for h in 0..<horizontal.size {
                                    let row = y * vertical.stride - vertical.padding + v * vertical.dilation
                                    let column = x * horizontal.stride - horizontal.padding + h * horizontal.dilation
                                    guard (0..<vertical.input).contains(row), (0..<horizontal.input).contains(column)
                                    else { continue }
                                    values.append(
                                        Double(
                                            input[
                                                ((image * vertical.input + row) * horizontal.input + column) * channels
                                                    + c]))
                                }
                            }
                            expected.append(
                                Float(
                                    reduction == .max
                                        ? values.max() ?? -.infinity : values.reduce(0, +) / Double(values.count)))
                        }
                    }
                }
            }
            for set in InstructionSet.available {
                let kernel = PoolingKernel(
                    reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels, set: set)
                // A window that meets no pixel at all has no average.
                let found = execute(kernel, input, count: expected.count, workers: 2)
                #expect(
                    zip(found, expected).allSatisfy { $0.isNaN && $1.isNaN || abs($0 - $1) < 1e-6 || $0 == $1 },
                    "seed \(seed), \(kernel.name)")
            }
        }
    }

    @Test("A window may be far larger than its image")
    func farTooLarge() {
        let axis = SlidingAxis(input: 3, output: 2, size: 1 << 31, padding: 1 << 30), channels = 1 << 12
        let input = (0..<9 * channels).map { Float($0 / channels) }
        for (reduction, expected) in [(PoolingKernel.Reduction.max, Float(8)), (.average, 4)] {
            let kernel = PoolingKernel(reduction, images: 1, vertical: axis, horizontal: axis, channels: channels)
            #expect(execute(kernel, input, count: 4 * channels) == [Float](repeating: expected, count: 4 * channels))
        }
    }

    @Test("Global pooling agrees with a naive loop, long sums too", arguments: 1...20)
    func global(seed: Int) {
        var dice = Dice(seed)
        let images = dice.int(1...3), positions = dice.int(1...3000), channels = dice.int(1...19)
        let input = dice.floats(images * positions * channels)
        func column(_ image: Int, _ c: Int) -> [Double] {
            (0..<positions).map { Double(input[(image * positions + $0) * channels + c]) }
        }
        let averages = (0..<images).flatMap { image in
            (0..<channels).map { Float(column(image, $0).reduce(0, +) / Double(positions)) }
        }
        let maxima = (0..<images).flatMap { image in (0..<channels).map { Float(column(image, $0).max() ?? 0) } }
        for set in InstructionSet.available {
            let largest = GlobalPoolingKernel(.max, images: images, positions: positions, channels: channels, set: set)
            #expect(execute(largest, input, count: images * channels) == maxima)
            let average = GlobalPoolingKernel(
                .average, images: images, positions: positions, channels: channels, set: set)
            let found = execute(average, input, count: images * channels, workers: 2)
            #expect(zip(found, averages).allSatisfy { abs($0 - $1) < 1e-6 }, "seed \(seed), \(average.name)")
        }
    }

    @Test("The maximum of a window passes over NaN, that of an image and averages do not; infinities count")
    func specialValues() {
        let input: [Float] = [.nan, 1, 2, -.infinity, -.infinity, .nan, .infinity, 3],
            axis = SlidingAxis(input: 8, output: 4, size: 2, stride: 2)
        for set in InstructionSet.available {
            let largest = PoolingKernel(
                .max, images: 1, vertical: .pointwise(1), horizontal: axis, channels: 1, set: set)
            #expect(execute(largest, input, count: 4) == [1, 2, -.infinity, .infinity])
            let average = execute(
                PoolingKernel(.average, images: 1, vertical: .pointwise(1), horizontal: axis, channels: 1, set: set),
                input, count: 4)
            #expect(average[0].isNaN && average[1] == -.infinity && average[2].isNaN && average[3] == .infinity)
            #expect(
                execute(GlobalPoolingKernel(.max, images: 2, positions: 4, channels: 1, set: set), input, count: 2)
                    .allSatisfy { $0.isNaN })
            for place in 0..<7 {
                var image = [Float](repeating: .infinity, count: 14)
                image[2 * place] = .nan
                let largest = execute(
                    GlobalPoolingKernel(.max, images: 1, positions: 7, channels: 2, set: set), image, count: 2)
                #expect(largest[0].isNaN && largest[1] == .infinity)
            }
            #expect(
                execute(GlobalPoolingKernel(.average, images: 2, positions: 4, channels: 1, set: set), input, count: 2)
                    .allSatisfy { $0.isNaN })
        }
    }
}
