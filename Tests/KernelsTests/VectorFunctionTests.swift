import TestSupport
import Testing
@testable import Kernels

@Suite struct VectorFunctions {
    /// Numbers of all sizes, both signs, and the ends of what exp can do.
    private static let numbers: [Float] = {
        var dice = Dice(7)
        let tiny = 100 * Float.leastNonzeroMagnitude
        let edges: [Float] = [
            0, -0.0, 1, -1, 88.722, 88.723, 89, -87.3, -87.4, -103.9, -104, tiny, -tiny, 1e-20, 0.3465, 0.3467, -0.3465,
            -0.3467,
        ]
        return edges + (0..<4000).map { _ in dice.float() * 110 } + (0..<4000).map { _ in dice.float() * 3 }
            + (0..<999).map { _ in dice.float() * 1e-3 }
    }()

    /// How far a result is from the Float64 one, in units of the last place of that, or of `least` where it is smaller.
    private func error(_ found: Float, _ exact: Double, _ least: Float) -> Double {
        if Float(exact) == found { return 0 }
        return abs(Double(found) - exact) / Double(max(Float(abs(exact)), least).ulp)
    }

    struct Formula: Sendable {
        let function: PointwiseFunction
        /// In units of the last place.
        let bound: Double
        /// From here on it holds.
        var least = Float.leastNormalMagnitude
        let exact: @Sendable (Double) -> Double
    }

    static let formulas = [
        Formula(function: .exponential, bound: 1) { exponential($0) },
        Formula(function: .sigmoid, bound: 2.5) { 1 / (1 + exponential(-$0)) },
        // A product with a denormal number of e⁻ˣ.
        Formula(function: .swish, bound: 3, least: 0x1p-118) { $0 / (1 + exponential(-$0)) },
        Formula(function: .tanh, bound: 3) { hyperbolicTangent($0) },
        Formula(function: .elu(scale: 1, alpha: 1, divisor: 1), bound: 1.5) { $0 > 0 ? $0 : exponentialMinusOne($0) },
    ]

    @Test("Exponential functions are right to a few units in the last place", arguments: formulas)
    func accuracy(formula: Formula) {
        let (function, exact) = (formula.function, formula.exact)
        for set in InstructionSet.available {
            let found = execute(
                PointwiseKernel(function, count: Self.numbers.count, set: set), Self.numbers, count: Self.numbers.count)
            let errors = Self.numbers.indices.map { error(found[$0], exact(Double(Self.numbers[$0])), formula.least) }
            let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
            #expect(
                errors[worst] <= formula.bound, "\(function), \(set.name): \(found[worst]) at \(Self.numbers[worst])")
        }
    }

    @Test(
        "Functions with clips and slopes do what their plain loops do, in place and at any length",
        arguments: [
            .rectifier(Rectifier()), .rectifier(Rectifier(maximum: 6)), .rectifier(Rectifier(slope: 0.25, maximum: 2)),
            .rectifier(Rectifier(maximum: -1)), .hardSwish,
            .clippedLinear(slope: 0.2, offset: 0.5, lower: 0, upper: 1), .geluByTanh,
            .elu(scale: 1.05, alpha: 1.67, divisor: 2),
        ] as [PointwiseFunction])
    func plain(function: PointwiseFunction) {
        for count in [1, 2, 3, 7, 8, 15, 16, 17, 31, 100] {
            let numbers = AlignedFloats(Self.numbers.suffix(900).prefix(count).map { $0 * 8e3 }),
                expected = AlignedFloats(count: count)
            function.apply(numbers.start, expected.start, 0..<count)
            let wanted = (0..<count).map { expected[$0] }
            for set in InstructionSet.available {
                let kernel = PointwiseKernel(function, count: count, set: set),
                    memory = AlignedFloats((0..<count).map { numbers[$0] } + [42])
                kernel.run(
                    Operands(input: memory.start, output: memory.start, workspace: memory.start),
                    units: 0..<kernel.units)
                #expect(
                    deviation((0..<count).map { memory[$0] }, wanted) < 5e-7 && memory[count] == 42,
                    "\(function), \(set.name), \(count)")
            }
        }
    }

    @Test("NaN stays, infinities go to the limits")
    func limits() {
        let input: [Float] = [.nan, .infinity, -.infinity]
        let limits: [(PointwiseFunction, Float, Float)] = [
            (.exponential, .infinity, 0), (.sigmoid, 1, 0), (.tanh, 1, -1),
            (.elu(scale: 2, alpha: 3, divisor: 1), .infinity, -6),
            (.rectifier(Rectifier(maximum: 6)), 6, 0), (.rectifier(Rectifier(slope: 0.5)), .infinity, -.infinity),
            (.clippedLinear(slope: 1, offset: 0, lower: -2, upper: 2), 2, -2),
        ]
        for set in InstructionSet.available {
            for (function, above, below) in limits {
                let found = execute(PointwiseKernel(function, count: 3, set: set), input, count: 3)
                #expect(found[0].isNaN && found[1] == above && found[2] == below, "\(function), \(set.name): \(found)")
            }
            for function in [PointwiseFunction.swish, .hardSwish, .geluByTanh] {
                let found = execute(PointwiseKernel(function, count: 3, set: set), input, count: 3)
                #expect(found[0].isNaN && found[1] == .infinity, "\(function), \(set.name): \(found)")
            }
        }
    }
}
