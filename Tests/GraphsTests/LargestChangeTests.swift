import Foundation
import Graphs
import Tensors
import Testing

@Suite("How far activations carry a change") struct LargestChangeTests {
    private static let smooth: [Activation] = [
        .linear, .rectifier, .relu6, .relu(slope: 0.3), .relu(maximum: 2, slope: 1.5), .elu(), .elu(alpha: 2), .selu,
        .celu(alpha: 0.5), .sigmoid,
        .hardSigmoid(), .hardSigmoid(slope: 0.2), .tanh, .hardTanh, .softplus, .softsign, .swish, .hardSwish, .gelu(),
        .gelu(approximate: true), .mish,
        .logSigmoid, .tanhShrink, .softShrink(), .threshold(1, value: 1), .squareplus(), .sparsePlus, .sparseSigmoid,
    ]

    @Test("No two values are further apart than the bound, and the bound is not much more", arguments: smooth)
    func holds(activation: Activation) {
        var steepest = 0.0
        for distance in [1e-3, 0.1, 1, 7.0] {
            for step in -4000...4000 {
                let x = Double(step) / 400
                guard let a = activation.value(x), let b = activation.value(x + distance) else { continue }
                #expect(
                    abs(a - b) <= activation.largestChange(for: distance) * (1 + 1e-9),
                    "\(activation) at \(x), \(distance) apart")
                steepest = max(steepest, abs(a - b) / distance)
            }
        }
        #expect(activation.largestChange(for: 1e-3) <= 1e-3 * steepest * 1.03)
    }

    @Test(
        "Functions that jump or grow without bound carry any change to infinity",
        arguments: [
            Activation.exponential, .hardShrink(), .threshold(1, value: 0), .relu(threshold: 1),
            .softShrink(threshold: -1), .celu(alpha: -1), .sparsemax,
        ])
    func unbounded(activation: Activation) {
        #expect(activation.largestChange(for: 1e-9) == .infinity)
        #expect(activation.largestChange(for: 0) == 0)
    }

    @Test("A function between two limits moves by their distance at most, but not when nothing is known")
    func limited() {
        #expect(Activation.sigmoid.largestChange(for: 100) == 1)
        #expect(Activation.relu6.largestChange(for: 100) == 6)
        #expect(Activation.sigmoid.largestChange(for: .infinity) == .infinity)
    }

    @Test("Softmax and its logarithm stay within their constants in the largest norm")
    func vectors() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let spread = Double(random.uniform()) * 8
            let x = (0..<4).map { _ in Double(random.uniform() - 0.5) * spread },
                y = x.map { $0 + Double(random.uniform() - 0.5) }
            let distance = zip(x, y).map { abs($0 - $1) }.max() ?? 0
            let p = softmax(x), q = softmax(y)
            #expect((zip(p, q).map { abs($0 - $1) }.max() ?? 0) <= Activation.softmax().largestChange(for: distance))
            let logarithms = zip(p, q).map { abs(log($0) - log($1)) }.max() ?? 0
            #expect(logarithms <= Activation.logSoftmax.largestChange(for: distance) * (1 + 1e-9))
        }
    }

    private func softmax(_ x: [Double]) -> [Double] {
        let powers = x.map { exp($0) }, sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
