import Graphs
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
@testable import Sparsity

@Suite("Intervals of activation functions") struct RangeActivations {
    static let all: [Activation] = [
        .linear, .rectifier, .relu6, .relu(slope: 0.25), .relu(slope: -0.5), .relu(threshold: 1),
        .relu(maximum: 3, slope: 0.5, threshold: -1), .relu(slope: 0.5, threshold: 2), .elu(), .elu(alpha: 3),
        .elu(alpha: -2),
        .selu, .celu(alpha: 0.5), .sigmoid, .hardSigmoid(), .hardSigmoid(slope: -0.5, offset: 1), .tanh, .hardTanh,
        .exponential,
        .softplus, .softsign, .swish, .hardSwish, .gelu(), .gelu(approximate: true), .mish, .logSigmoid, .tanhShrink,
        .hardShrink(), .softShrink(), .threshold(1, value: 0), .threshold(-1, value: 2), .squareplus(), .sparsePlus,
        .sparseSigmoid,
    ]

    /// What kernels make of numbers, fused or not.
    private static func values(_ activation: Activation, _ numbers: [Float], _ backend: Backend) throws -> [Float] {
        var graph = Graph()
        let x = try graph.input([numbers.count])
        graph.outputs = [try graph.add(.activation(activation), [x])]
        let network = try Network(graph, options: NetworkOptions(threads: 1, backend: backend))
        return try network.run([Tensor(shape: [1, numbers.count], numbers)])[0].elements
    }

    private static var numbers: [Float] {
        var random = SeededGenerator(seed: 5)
        let special: [Float] = [
            -3, -2, -1.5, -1.2784646, -1.1924312, -1, -0.75179154, -0.7524614, -0.5, 0, 0.5, 1, 2, 3, 6,
        ]
        let around = special.flatMap { [$0.nextDown, $0, $0.nextUp] }
        return
            (around + (0..<600).map { _ in Float(random.normal()) * 3 }
            + (0..<100).map { _ in Float(random.normal()) * 40 })
            .sorted()
    }

    @Test("What kernels make of a number lies in its interval, and that is narrow", arguments: all)
    func points(activation: Activation) throws {
        for backend in [Backend.native, .reference] {
            let numbers = Self.numbers
            for (x, y) in zip(numbers, try Self.values(activation, numbers, backend)) {
                let found = activation.image(of: Interval(Double(x), Double(x)))
                #expect(found.contains(Double(y)), "\(backend) f(\(x)) = \(y) outside \(found)")
                // Only what comes near the largest float is given up.
                if !found.isBounded {
                    #expect(abs(y) > 1e29)
                    continue
                }
                #expect(found.upper - found.lower < 1e-4 * (1 + abs(Double(x)) + abs(Double(y))), "f(\(x)): \(found)")
            }
        }
    }

    @Test("Of an interval the image holds all values between, and touches the extremes", arguments: all)
    func images(activation: Activation) throws {
        let numbers = Self.numbers, values = try Self.values(activation, numbers, .native)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<400 {
            let ends = [random.below(numbers.count), random.below(numbers.count)].sorted()
            let found = activation.image(of: Interval(Double(numbers[ends[0]]), Double(numbers[ends[1]])))
            let inside = values[ends[0]...ends[1]].map(Double.init), size = inside.map(abs).max() ?? 0
            guard let lowest = inside.min(), let highest = inside.max(), found.isBounded else { continue }
            #expect(
                found.lower <= lowest && highest <= found.upper, "\(numbers[ends[0]])…\(numbers[ends[1]]): \(found)")
            // The numbers lie no further apart than this at the turning points.
            let slack = 1e-3 * (1 + size + Double(abs(numbers[ends[0]])) + Double(abs(numbers[ends[1]])))
            #expect(
                found.lower > lowest - slack && found.upper < highest + slack, "\(found), values \(lowest)…\(highest)")
            if activation.isIdentity(on: Interval(Double(numbers[ends[0]]), Double(numbers[ends[1]]))) {
                #expect(values[ends[0]...ends[1]].elementsEqual(numbers[ends[0]...ends[1]]))
            }
            if found == .zero { #expect(inside.allSatisfy { $0 == 0 }) }
        }
    }

    @Test("A swish of nothing but negative numbers reaches its minimum between them")
    func minimum() {
        let found = Activation.swish.image(of: Interval(-5, -0.5))
        #expect(hugs(found, -0.278465, -0.033464))
    }

    @Test("A ReLU is 0 up to its threshold, and no further")
    func silence() {
        #expect(Activation.rectifier.image(of: Interval(-3, 0)) == .zero)
        #expect(Activation.rectifier.image(of: Interval(-3, 1e-30)) == Interval(0, 1e-30))
        #expect(Activation.relu(threshold: 2).image(of: Interval(-3, 2)) == .zero)
        #expect(Activation.relu(slope: 0.1).image(of: Interval(-3, -1)) != .zero)
        #expect(Activation.hardSwish.image(of: Interval(-9, -4)) == .zero)
        #expect(Activation.hardSwish.image(of: Interval(-9, -2.9)) != .zero)
    }

    @Test("Odd options, for which kernels may differ, leave nothing known")
    func oddOptions() {
        let odd: [Activation] = [
            .relu(maximum: -1), .celu(alpha: 0), .squareplus(b: -1), .softShrink(threshold: -1), .sparsemax,
        ]
        for activation in odd { #expect(activation.image(of: Interval(0, 1)) == .unbounded) }
    }
}
