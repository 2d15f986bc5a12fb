import MicrokernelInterface
#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The backward pass of a kernel that makes one tensor of another.
package protocol KernelGradient: Sendable {
    /// Overwrites the gradient with respect to the input, from the kernel's input, its output and the gradient with
    /// respect to that.
    func run(
        input: UnsafePointer<Float>, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>, on pool: WorkerPool)
}

/// dx = dy · f′(x) for a function of one number.
package struct PointwiseGradient: KernelGradient {
    private let function: PointwiseFunction
    private let blocks: Blocks
    private let set: InstructionSet

    package init(_ function: PointwiseFunction, count: Int, set: InstructionSet = .current) {
        (self.function, self.set) = (function, set)
        blocks = Blocks(count, of: 1 << 14)
    }

    /// From the function's input and output; the result may lie where the output's gradient does.
    package func run(
        input: UnsafePointer<Float>, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        pool.run(parts: blocks.number) { block, _ in
            if let function = function.vectorized {
                let first = blocks[block].lowerBound
                return set.microkernels.differentiate(
                    function, input + first, output + first, outputGradient + first, inputGradient + first,
                    count: blocks[block].count)
            }
            function.forEachDerivative(input, output, blocks[block]) { index, derivative in
                inputGradient[index] = outputGradient[index] * derivative
            }
        }
    }
}

extension PointwiseFunction {
    /// Calls `body` with f′(x[i]) for i in `range`, where y[i] = f(x[i]). At a corner it is the derivative on the side
    /// where the function is flat or that of smaller x.
    @inline(__always)
    fileprivate func forEachDerivative(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ range: Range<Int>, _ body: (Int, Float) -> Void
    ) {
        @inline(__always) func each(_ derivative: (Float, Float) -> Float) {
            for i in range { body(i, derivative(x[i], y[i])) }
        }
        switch self {
        case let .rectifier(rectifier): each { x, _ in rectifier.derivative(x) }
        case let .thresholdedRectifier(threshold, slope, maximum):
            each { x, _ in x > threshold ? (x >= maximum ? 0 : 1) : slope }
        case let .elu(scale, alpha, divisor):
            each { x, _ in x > 0 ? scale : scale * alpha / divisor * expf(x / divisor) }
        case let .clippedLinear(slope, offset, lower, upper):
            each { x, _ in
                let value = slope * x + offset
                return value > lower && value < upper ? slope : 0
            }
        case let .divided(divisor): each { _, _ in 1 / divisor }
        case .sigmoid: each { _, y in y * (1 - y) }
        case .tanh: each { _, y in 1 - y * y }
        case .exponential: each { _, y in y }
        case .softplus: each { x, _ in Formula.sigmoid(x) }
        case .softsign: each { x, _ in 1 / ((1 + abs(x)) * (1 + abs(x))) }
        case .swish: each { x, y in Formula.swishDerivative(x, y) }
        case .hardSwish: each { x, _ in x <= -3 ? 0 : (x >= 3 ? 1 : x / 3 + 0.5) }
        case .gelu: each { x, _ in 0.5 * erfcf(-x * 0.707_106_77) + x * 0.398_942_28 * expf(-0.5 * x * x) }
        case .geluByTanh: each { x, _ in Formula.geluByTanhDerivative(x) }
        case .mish: each { x, _ in Formula.mishDerivative(x) }
        case .logSigmoid: each { x, _ in Formula.sigmoid(-x) }
        case .tanhShrink: each { x, y in (x - y) * (x - y) }
        case let .hardShrink(threshold): each { x, _ in abs(x) > threshold ? 1 : 0 }
        case let .softShrink(threshold): each { x, _ in abs(x) > threshold ? 1 : 0 }
        case let .threshold(threshold, _): each { x, _ in x > threshold ? 1 : 0 }
        case let .squareplus(b): each { x, _ in 0.5 * (1 + x / (x * x + b).squareRoot()) }
        case .sparsePlus: each { x, _ in x <= -1 ? 0 : (x >= 1 ? 1 : 0.5 * (x + 1)) }
        }
    }
}

extension Formula {
    static func swishDerivative(_ x: Float, _ y: Float) -> Float {
        let share = sigmoid(x)
        return share + y * (1 - share)
    }

    static func geluByTanhDerivative(_ x: Float) -> Float {
        let angle = 0.797_884_56 * (x + 0.044_715 * x * x * x), t = tanhf(angle)
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.797_884_56 * (1 + 0.134_145 * x * x)
    }

    static func mishDerivative(_ x: Float) -> Float {
        let t = tanhf(softplus(x))
        return t + x * (1 - t * t) * sigmoid(x)
    }
}
