import TestSupport
import Testing
@testable import Kernels

/// Batch normalization in Float64.
private struct Float64Normalization {
    let rows: Int, channels: Int, epsilon: Double, rectifier: Rectifier?
    let gamma: [Double], beta: [Double]

    func statistics(_ x: [Double]) -> (mean: [Double], variance: [Double]) {
        let mean = (0..<channels).map { c in (0..<rows).reduce(0) { $0 + x[$1 * channels + c] } / Double(rows) }
        let variance = (0..<channels).map { c in
            (0..<rows).reduce(0) { sum, row in
                let deviation = x[row * channels + c] - mean[c]
                return sum + deviation * deviation
            } / Double(rows)
        }
        return (mean, variance)
    }

    /// The numbers in front of the rectifier, and those behind it.
    func forward(_ x: [Double]) -> (inner: [Double], output: [Double]) {
        let (mean, variance) = statistics(x)
        let inner = x.indices.map { i in
            let c = i % channels
            return gamma[c] * (x[i] - mean[c]) / (variance[c] + epsilon).squareRoot() + beta[c]
        }
        guard let rectifier else { return (inner, inner) }
        return (inner, inner.map { $0 < 0 ? Double(rectifier.slope) * $0 : min($0, Double(rectifier.maximum)) })
    }

    func slope(_ inner: Double) -> Double {
        guard let rectifier else { return 1 }
        return inner <= 0 ? Double(rectifier.slope) : inner >= Double(rectifier.maximum) ? 0 : 1
    }

    func backward(_ x: [Double], _ gradient: [Double]) -> (input: [Double], gamma: [Double], beta: [Double]) {
        let (mean, variance) = statistics(x), inner = forward(x).inner
        let g = zip(gradient, inner).map { $0 * slope($1) }, deviations = variance.map { ($0 + epsilon).squareRoot() }
        let unit = x.indices.map { (x[$0] - mean[$0 % channels]) / deviations[$0 % channels] }
        func sum(_ values: [Double]) -> [Double] {
            (0..<channels).map { c in (0..<rows).reduce(0) { $0 + values[$1 * channels + c] } }
        }
        let betas = sum(g), gammas = sum(zip(g, unit).map { $0 * $1 })
        let input = x.indices.map { i in
            let c = i % channels
            return gamma[c] / deviations[c] * (g[i] - betas[c] / Double(rows) - unit[i] * gammas[c] / Double(rows))
        }
        return (input, gammas, betas)
    }
}

@Suite struct BatchNormalizations {
    private struct Problem {
        let reference: Float64Normalization, input: [Float], gradient: [Float], gamma: [Float]?, beta: [Float]?
        let kernel: BatchNormalizationKernel

        init(_ dice: inout Dice, rows: Int, channels: Int, set: InstructionSet = .current) {
            let rectifiers: [Rectifier?] = [
                nil, Rectifier(), Rectifier(maximum: 0.5), Rectifier(slope: 0.2), Rectifier(slope: 0.1, maximum: 0.3),
            ]
            let rectifier = rectifiers[dice.int(0...4)]
            gamma = dice.int(0...3) == 0 ? nil : dice.floats(channels)
            beta = dice.int(0...3) == 0 ? nil : dice.floats(channels)
            input = dice.floats(rows * channels)
            gradient = dice.floats(rows * channels)
            reference = Float64Normalization(
                rows: rows, channels: channels, epsilon: Double(Float(1e-3)), rectifier: rectifier,
                gamma: gamma?.map { Double($0) } ?? [Double](repeating: 1, count: channels),
                beta: beta?.map { Double($0) } ?? [Double](repeating: 0, count: channels))
            kernel = BatchNormalizationKernel(
                rows: rows, channels: channels, epsilon: 1e-3, rectifier: rectifier, set: set)
        }
    }

    private struct Results: Equatable {
        var output: [Float], mean: [Float], variance: [Float], input: [Float], gamma: [Float], beta: [Float]
    }

    private func run(_ problem: Problem, workers: Int) -> Results {
        let pool = WorkerPool(workers: workers), kernel = problem.kernel, channels = problem.reference.channels
        func floats(_ count: Int) -> AlignedFloats { AlignedFloats([Float](repeating: .nan, count: count) + [42]) }
        func list(_ floats: AlignedFloats) -> [Float] {
            #expect(floats[floats.count - 1] == 42, "written past the end")
            return (0..<floats.count - 1).map { floats[$0] }
        }
        let input = AlignedFloats(problem.input), gradient = AlignedFloats(problem.gradient + [42]),
            gamma = problem.gamma.map { AlignedFloats($0) }, beta = problem.beta.map { AlignedFloats($0) }
        let output = floats(problem.input.count), mean = floats(channels), variance = floats(channels),
            gammas = floats(channels), betas = floats(channels)
        let workspace = floats(kernel.workspaceCount(workers: workers))
        let factor = gamma.map { UnsafePointer($0.start) }, shift = beta.map { UnsafePointer($0.start) }
        kernel.forward(
            input.start, gamma: factor, beta: shift, into: output.start, mean: mean.start, variance: variance.start,
            workspace: workspace.start, on: pool)
        // In place.
        kernel.backward(
            input.start, outputGradient: gradient.start, gamma: factor, beta: shift, mean: mean.start,
            variance: variance.start, into: gradient.start,
            gammaGradient: gammas.start, betaGradient: betas.start, workspace: workspace.start, on: pool)
        _ = list(workspace)
        return Results(
            output: list(output), mean: list(mean), variance: list(variance), input: list(gradient),
            gamma: list(gammas), beta: list(betas))
    }

    @Test("Normalization and its gradients agree with Float64, whatever the threads", arguments: 1...40)
    func random(seed: Int) {
        var dice = Dice(seed)
        let rows = [1, 2, dice.int(3...40), dice.int(100...5000)][dice.int(0...3)], channels = dice.int(1...70)
        for set in InstructionSet.available {
            let problem = Problem(&dice, rows: rows, channels: channels, set: set), reference = problem.reference
            let x = problem.input.map { Double($0) }, (mean, variance) = reference.statistics(x),
                inner = reference.forward(x).inner
            let wanted = reference.backward(x, problem.gradient.map { Double($0) })
            let once = run(problem, workers: 1), comment = "seed \(seed): \(rows) × \(channels), \(set.name)"
            #expect(deviation(once.output, reference.forward(x).output.map { Float($0) }) < 2e-6, "\(comment)")
            #expect(
                deviation(once.mean, mean.map { Float($0) }) < 1e-6
                    && deviation(once.variance, variance.map { Float($0) }) < 1e-6, "\(comment)")
            // Right next to a corner rounding decides on which side a number lies.
            let isClear = inner.allSatisfy {
                abs($0) > 1e-6 && abs($0 - Double(reference.rectifier?.maximum ?? 9)) > 1e-6
            }
            if isClear {
                #expect(deviation(once.input, wanted.input.map { Float($0) }) < 1e-5, "\(comment)")
                #expect(
                    deviation(once.gamma, wanted.gamma.map { Float($0) }) < 1e-5
                        && deviation(once.beta, wanted.beta.map { Float($0) }) < 1e-5, "\(comment)")
            }
            for workers in [2, 3] {
                #expect(run(problem, workers: workers) == once, "threads change the result: \(comment)")
            }
        }
    }

    @Test("The reference's gradients are the slopes of its sums", arguments: 1...20)
    func slopes(seed: Int) {
        var dice = Dice(seed)
        let rows = dice.int(2...9), channels = dice.int(1...4),
            problem = Problem(&dice, rows: rows, channels: channels), reference = problem.reference
        let gradient = problem.gradient.map { Double($0) }, x = problem.input.map { Double($0) },
            found = reference.backward(x, gradient), step = 1e-6
        func value(_ x: [Double]) -> Double {
            zip(reference.forward(x).output, gradient).reduce(0) { $0 + $1.0 * $1.1 }
        }
        guard
            reference.forward(x).inner.allSatisfy({
                abs($0) > 1e-4 && abs($0 - Double(reference.rectifier?.maximum ?? 9)) > 1e-4
            })
        else { return }
        for i in x.indices {
            var (above, below) = (x, x)
            above[i] += step
            below[i] -= step
            #expect(abs((value(above) - value(below)) / (2 * step) - found.input[i]) < 1e-5, "seed \(seed), \(i)")
        }
    }

    @Test("A large mean does not drown a small variance")
    func stability() {
        let rows = 20_000, half: Float = 0x1p-7,
            input = AlignedFloats((0..<rows).map { 4096 + ($0 % 2 == 0 ? half : -half) })
        let kernel = BatchNormalizationKernel(rows: rows, channels: 1, epsilon: 0, rectifier: nil),
            pool = WorkerPool(workers: 1)
        let output = AlignedFloats(count: rows), statistics = AlignedFloats(count: 2),
            workspace = AlignedFloats(count: kernel.workspaceCount(workers: 1))
        kernel.forward(
            input.start, gamma: nil, beta: nil, into: output.start, mean: statistics.start,
            variance: statistics.start + 1, workspace: workspace.start, on: pool)
        #expect(statistics[0] == 4096 && abs(statistics[1] / (half * half) - 1) < 1e-5)
        #expect(abs(output[0] - 1) < 1e-5 && abs(output[1] + 1) < 1e-5)
    }

    @Test(
        "Sums over rows agree with Float64", arguments: [(1, 1), (7, 10), (40, 256), (5000, 37), (1, 100), (40960, 3)])
    func sums(rows: Int, channels: Int) {
        var dice = Dice(rows)
        let x = dice.floats(rows * channels),
            wanted = (0..<channels).map { c in Float((0..<rows).reduce(0.0) { $0 + Double(x[$1 * channels + c]) }) }
        func sum(_ workers: Int) -> [Float] {
            let memory = AlignedFloats(x), sums = AlignedFloats([Float](repeating: .nan, count: channels)),
                workspace = AlignedFloats(count: ChannelSums.workspaceCount(rows: rows, channels: channels))
            ChannelSums.sum(
                memory.start, rows: rows, channels: channels, into: sums.start, workspace: workspace.start,
                on: WorkerPool(workers: workers))
            return (0..<channels).map { sums[$0] }
        }
        #expect(deviation(sum(1), wanted) < 1e-6 && sum(3) == sum(1))
    }
}
