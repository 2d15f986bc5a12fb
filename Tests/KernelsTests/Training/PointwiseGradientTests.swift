import Testing
@testable import Kernels

@Suite struct PointwiseGradients {
    private static let functions: [PointwiseFunction] = [
        .rectifier(Rectifier()), .rectifier(Rectifier(slope: 0.1, maximum: 2)),
        .thresholdedRectifier(threshold: 0.3, slope: 0.2, maximum: 2),
        .elu(scale: 1.1, alpha: 0.8, divisor: 0.7), .clippedLinear(slope: 0.2, offset: 0.5, lower: 0, upper: 1),
        .divided(by: 3), .sigmoid, .tanh, .exponential, .softplus,
        .softsign, .swish, .hardSwish, .gelu, .geluByTanh, .mish, .logSigmoid, .tanhShrink, .hardShrink(0.5),
        .softShrink(0.5), .threshold(0.5, value: 7),
        .squareplus(4), .sparsePlus,
    ]

    private func run(
        _ function: PointwiseFunction, _ input: [Float], _ gradient: [Float], _ set: InstructionSet = .current,
        workers: Int = 1
    ) -> [Float] {
        let x = AlignedFloats(input),
            y = AlignedFloats(execute(PointwiseKernel(function, count: input.count), input, count: input.count))
        let result = AlignedFloats(gradient + [42])
        PointwiseGradient(function, count: input.count, set: set)
            .run(
                input: x.start, output: y.start, outputGradient: result.start, into: result.start,
                on: WorkerPool(workers: workers))
        #expect(result[input.count] == 42, "written past the end")
        return (0..<input.count).map { result[$0] }
    }

    @Test("Derivatives are the slopes of the functions", arguments: functions)
    func slopes(function: PointwiseFunction) {
        // No multiple of ⅛ is a point where a slope jumps, but these.
        let corners: [Float] = [0, 0.3, 0.5, -0.5, 2, -2.5, 2.5, 1, -1, 3, -3, 2.3], step: Float = 1.0 / 64
        let input = (-40..<40).map { Float($0) / 8 + 1.0 / 16 }.filter { x in
            !corners.contains { abs($0 - x) < 3 * step }
        }
        func values(_ shift: Float) -> [Double] {
            execute(PointwiseKernel(function, count: input.count), input.map { $0 + shift }, count: input.count).map {
                Double($0)
            }
        }
        // Five points: the error is of the fourth order.
        let (near, far) = ((values(step), values(-step)), (values(2 * step), values(-2 * step)))
        for set in InstructionSet.available {
            let found = run(function, input, input.map { _ in 2 }, set)
            for i in input.indices {
                let slope = (8 * (near.0[i] - near.1[i]) - (far.0[i] - far.1[i])) / (12 * Double(step))
                #expect(
                    abs(Double(found[i]) / 2 - slope) < 5e-5 * max(1, abs(slope)),
                    "\(function) at \(input[i]), \(set.name)")
            }
        }
    }

    @Test("The corner of a rectifier is flat; a slope of zero makes zero")
    func corners() {
        for set in InstructionSet.available {
            #expect(
                run(.rectifier(Rectifier(maximum: 6)), [0, -1, 1, 6, 7], [1, 1, 1, 1, 1], set) == [0, 0, 1, 0, 0])
            #expect(run(.rectifier(Rectifier(slope: 0.25)), [0, -1, 1], [1, 1, 1], set) == [0.25, 0.25, 1])
        }
    }

    @Test("Threads and lengths change nothing", arguments: [1, 3, 17, 40_000])
    func threads(count: Int) {
        var dice = Dice(count)
        let input = dice.floats(count), gradient = dice.floats(count)
        for function in Self.functions {
            #expect(run(function, input, gradient, workers: 3) == run(function, input, gradient))
        }
    }
}
