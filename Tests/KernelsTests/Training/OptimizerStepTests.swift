import TestSupport
import Testing
import MicrokernelInterface
@testable import Kernels

@Suite struct OptimizerSteps {
    /// One parameter under a rule, in Float64, as the papers write it.
    private struct Scalar {
        var theta: Double, first = 0.0, second = 0.0, third = 0.0

        mutating func step(_ step: OptimizerStep, gradient: Double) {
            let g = gradient + Double(step.l2) * theta + Double(step.l1) * (theta == 0 ? 0 : theta < 0 ? -1 : 1)
            theta =
                (theta - Double(step.rate) * change(step.rule, g, Double(step.momentScale))) * (1 - Double(step.decay))
        }

        private mutating func change(_ rule: OptimizerRule, _ g: Double, _ scale: Double) -> Double {
            func average(_ old: Double, _ new: Double, _ keep: Float, _ take: Float) -> Double {
                Double(keep) * old + Double(take) * new
            }
            switch rule {
            case .plain: return g
            case let .momentum(momentum, nesterov):
                first = Double(momentum) * first + g
                return nesterov ? g + Double(momentum) * first : first
            case let .adam(keep1, take1, keep2, take2, epsilon, amsgrad):
                first = average(first, g, keep1, take1)
                second = average(second, g * g, keep2, take2)
                third = max(third, second)
                return first / (((amsgrad ? third : second) * scale).squareRoot() + Double(epsilon))
            case let .adamax(keep1, take1, keep2, epsilon):
                first = average(first, g, keep1, take1)
                second = max(Double(keep2) * second, abs(g) + Double(epsilon))
                return first / second
            case let .rootMeanSquare(keep, take, epsilon):
                first = average(first, g * g, keep, take)
                return g / (first.squareRoot() + Double(epsilon))
            case let .adadelta(keep, take, epsilon):
                first = average(first, g * g, keep, take)
                let change = ((second + Double(epsilon)) / (first + Double(epsilon))).squareRoot() * g
                second = average(second, change * change, keep, take)
                return change
            }
        }
    }

    private static let rules: [OptimizerRule] = [
        .plain, .momentum(0.9, nesterov: false), .momentum(0.9, nesterov: true),
        .adam(keep1: 0.9, take1: 0.1, keep2: 0.999, take2: 0.001, epsilon: 1e-7, amsgrad: false),
        .adam(keep1: 0.9, take1: 0.1, keep2: 0.9, take2: 0.1, epsilon: 1e-3, amsgrad: true),
        .adamax(keep1: 0.9, take1: 0.1, keep2: 0.999, epsilon: 1e-7),
        .rootMeanSquare(keep: 0.9, take: 0.1, epsilon: 1e-7), .rootMeanSquare(keep: 1, take: 1, epsilon: 1e-10),
        .adadelta(keep: 0.95, take: 0.05, epsilon: 1e-7),
    ]

    @Test("Ten steps agree with the rules in Float64, whatever the threads", arguments: rules, [1, 37, 40_000])
    func random(rule: OptimizerRule, count: Int) {
        var dice = Dice(count)
        let start = (0..<count).map { $0 % 5 == 0 ? 0 : dice.float() },
            gradients = (0..<10).map { _ in dice.floats(count) }
        let steps = (1...10).map { step in
            OptimizerStep(
                rule, rate: 0.01 / Float(step), momentScale: 1 + 1 / Float(step), l2: 0.1, l1: step % 2 == 0 ? 0.01 : 0,
                decay: 0.001)
        }
        func run(_ set: InstructionSet, workers: Int) -> [Float] {
            let theta = AlignedFloats(start + [42]),
                slots = (0..<3).map { _ in AlignedFloats([Float](repeating: 0, count: count) + [42]) },
                pool = WorkerPool(workers: workers)
            for (step, gradient) in zip(steps, gradients) {
                let memory = AlignedFloats(gradient)
                step.run(
                    theta.start, gradients: memory.start, slots: slots.map(\.start), count: count, set: set, on: pool)
            }
            for memory in slots + [theta] { #expect(memory[count] == 42, "written past the end") }
            return (0..<count).map { theta[$0] }
        }
        let picked = stride(from: 0, to: count, by: max(1, count / 50)),
            wanted = picked.map { i in
                var scalar = Scalar(theta: Double(start[i]))
                for (step, gradient) in zip(steps, gradients) { scalar.step(step, gradient: Double(gradient[i])) }
                return Float(scalar.theta)
            }
        for set in InstructionSet.available {
            let once = run(set, workers: 1)
            #expect(deviation(picked.map { once[$0] }, wanted) < 3e-6, "\(set.name)")
            for workers in [2, 3] { #expect(run(set, workers: workers) == once, "threads change the result") }
        }
    }

    @Test("Slots are counted")
    func slots() { #expect(Self.rules.map(\.slotCount) == [0, 1, 1, 2, 3, 2, 1, 1, 2]) }
}
