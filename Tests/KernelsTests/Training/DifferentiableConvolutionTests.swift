import TestSupport
import Testing
@testable import Kernels

@Suite struct DifferentiableConvolutions {
    private struct Problem {
        let shape: ConvolutionShape, input: [Float], weights: [Float], outputGradient: [Float], bias: [Float],
            before: [Float]
        var oracle: Float64Convolution { Float64Convolution(shape: shape) }

        init(_ shape: ConvolutionShape, _ dice: inout Dice) {
            self.shape = shape
            let oracle = Float64Convolution(shape: shape)
            input = dice.floats(oracle.inputCount)
            weights = dice.floats(shape.weightCount)
            outputGradient = dice.floats(oracle.outputCount)
            bias = dice.floats(shape.outputChannels)
            before = dice.floats(oracle.inputCount)
        }
    }

    private struct Results: Equatable {
        var output: [Float], input: [Float], added: [Float], weights: [Float]
    }

    /// What the kernels compute, after weights that are of no more meaning.
    private func run(_ problem: Problem, workers: Int, algorithms: ConvolutionAlgorithms = .fastest) -> Results {
        let pool = WorkerPool(workers: workers),
            kernel = DifferentiableConvolution(problem.shape, needsInputGradient: true, algorithms: algorithms)
        let input = AlignedFloats(problem.input), others = AlignedFloats(problem.weights.map { 1 - $0 }),
            weights = AlignedFloats(problem.weights), gradient = AlignedFloats(problem.outputGradient),
            bias = AlignedFloats(problem.bias)
        let count = kernel.workspaceCount(workers: workers),
            workspace = AlignedFloats([Float](repeating: .nan, count: count) + [42])
        func floats(_ count: Int) -> AlignedFloats { AlignedFloats([Float](repeating: .nan, count: count) + [42]) }
        let output = floats(problem.outputGradient.count), inputGradient = floats(problem.input.count),
            weightGradient = floats(problem.weights.count)
        let added = AlignedFloats(problem.before + [42])
        kernel.load(others.start, on: pool)
        kernel.load(weights.start, on: pool)
        kernel.forward(input.start, bias: bias.start, into: output.start, workspace: workspace.start, on: pool)
        kernel.inputGradient(
            gradient.start, into: inputGradient.start, adds: false, workspace: workspace.start, on: pool)
        kernel.inputGradient(gradient.start, into: added.start, adds: true, workspace: workspace.start, on: pool)
        kernel.weightGradient(
            input.start, gradient.start, into: weightGradient.start, workspace: workspace.start, on: pool)
        for memory in [output, inputGradient, weightGradient, added, workspace] {
            #expect(memory[memory.count - 1] == 42, "written past the end")
        }
        func list(_ floats: AlignedFloats) -> [Float] { (0..<floats.count - 1).map { floats[$0] } }
        return Results(
            output: list(output), input: list(inputGradient), added: list(added), weights: list(weightGradient))
    }

    private func check(
        _ problem: Problem, tolerance: Float, algorithms: ConvolutionAlgorithms = .fastest, _ comment: String
    ) {
        let wanted = problem.oracle(problem.input, problem.weights, problem.outputGradient),
            width = problem.shape.outputChannels
        let output = wanted.output.enumerated().map { Float($1 + Double(problem.bias[$0 % width])) },
            input = wanted.input, weights = wanted.weights
        let once = run(problem, workers: 1, algorithms: algorithms)
        #expect(deviation(once.output, output) < tolerance, "output: \(comment)")
        #expect(deviation(once.input, input.map { Float($0) }) < tolerance, "input's gradient: \(comment)")
        #expect(
            deviation(once.added, zip(input, problem.before).map { Float($0 + Double($1)) }) < tolerance,
            "added input's gradient: \(comment)")
        #expect(deviation(once.weights, weights.map { Float($0) }) < tolerance, "weights' gradient: \(comment)")
        for workers in [2, 3] {
            #expect(
                run(problem, workers: workers, algorithms: algorithms) == once, "threads change the result: \(comment)")
        }
    }

    @Test("Convolutions and their gradients agree with the Float64 reference", arguments: 1...150)
    func random(seed: Int) {
        var dice = Dice(seed)
        let problem = Problem(dice.convolution(), &dice)
        check(
            problem, tolerance: 1e-5, algorithms: seed % 2 == 0 ? .direct : .fastest, "seed \(seed), \(problem.shape)")
    }

    @Test("So do 3 × 3 convolutions, some of them Winograd's", arguments: 1...40)
    func square(seed: Int) {
        var dice = Dice(seed)
        func axis() -> SlidingAxis {
            let input = dice.int(3...13), padding = dice.int(0...2)
            return SlidingAxis(
                input: input, output: max(1, input + padding + dice.int(0...2) - 2), size: 3, padding: padding)
        }
        let shape = ConvolutionShape(
            images: dice.int(1...5), vertical: axis(), horizontal: axis(), inputChannels: dice.int(1...40),
            outputChannels: dice.int(1...40))
        check(Problem(shape, &dice), tolerance: 2e-5, "seed \(seed), \(shape)")
    }

    @Test(
        "Dense layers are pointwise convolutions", arguments: [(1, 7, 5), (40, 128, 256), (3, 300, 10), (40, 256, 10)])
    func dense(rows: Int, inputs: Int, outputs: Int) {
        var dice = Dice(rows + inputs)
        let shape = ConvolutionShape(
            images: 1, vertical: .pointwise(rows), horizontal: .pointwise(1), inputChannels: inputs,
            outputChannels: outputs)
        check(Problem(shape, &dice), tolerance: 1e-5, "\(rows) × \(inputs) → \(outputs)")
    }

    @Test("The reference's gradients are the slopes of its sums", arguments: 1...30)
    func slopes(seed: Int) {
        var dice = Dice(seed)
        let groups = dice.int(1...2)
        let shape = ConvolutionShape(
            images: dice.int(1...2), vertical: dice.axis(5), horizontal: dice.axis(5),
            inputChannels: groups * dice.int(1...3), outputChannels: groups * dice.int(1...3), groups: groups)
        let problem = Problem(shape, &dice), oracle = problem.oracle
        /// ⟨output, outputGradient⟩ is linear in each number: its slope is exact for any step that Float32 holds.
        func value(_ input: [Float], _ weights: [Float]) -> Double {
            zip(oracle(input, weights, problem.outputGradient).output, problem.outputGradient).reduce(0) {
                $0 + $1.0 * Double($1.1)
            }
        }
        let wanted = oracle(problem.input, problem.weights, problem.outputGradient), input = wanted.input,
            weights = wanted.weights
        for _ in 0..<5 {
            let i = dice.int(0...problem.input.count - 1), w = dice.int(0...problem.weights.count - 1)
            var (above, below) = (problem.input, problem.input)
            above[i] = 1
            below[i] = -1
            #expect(
                abs((value(above, problem.weights) - value(below, problem.weights)) / 2 - input[i]) < 1e-9,
                "seed \(seed)")
            (above, below) = (problem.weights, problem.weights)
            above[w] = 1
            below[w] = -1
            #expect(
                abs((value(problem.input, above) - value(problem.input, below)) / 2 - weights[w]) < 1e-9, "seed \(seed)"
            )
        }
    }
}
