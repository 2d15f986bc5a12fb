import MicrokernelInterface
#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A function of one number. NaN gives NaN.
package enum PointwiseFunction: Sendable, Equatable {
    case rectifier(Rectifier)
    /// min(x, maximum) for x > threshold, slope · (x − threshold) below.
    case thresholdedRectifier(threshold: Float, slope: Float, maximum: Float)
    /// scale · x for x > 0, scale · alpha · (exp(x / alpha′) − 1) below, with alpha′ the `divisor`: ELU, SELU, CELU.
    case elu(scale: Float, alpha: Float, divisor: Float)
    /// clip(slope · x + offset, lower, upper).
    case clippedLinear(slope: Float, offset: Float, lower: Float, upper: Float)
    /// x / divisor.
    case divided(by: Float)
    case sigmoid, tanh, exponential, softplus, softsign, swish, hardSwish, gelu, geluByTanh, mish, logSigmoid,
        tanhShrink
    case hardShrink(Float)
    case softShrink(Float)
    /// x for x > threshold, else value.
    case threshold(Float, value: Float)
    /// (x + √(x² + b)) / 2.
    case squareplus(Float)
    case sparsePlus
}

/// The formulas that need a name. `expm1`, `log1p` and `erfc` keep small results exact.
enum Formula {
    @inline(__always) static func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }
    @inline(__always) static func softplus(_ x: Float) -> Float { (x > 0 ? x : 0) + log1pf(expf(-abs(x))) }
    @inline(__always) static func clip(_ x: Float, _ lower: Float, _ upper: Float) -> Float {
        x < lower ? lower : (x > upper ? upper : x)
    }
}

extension PointwiseFunction {
    /// The same among those that the native kernels have.
    var vectorized: VectorFunction? {
        switch self {
        case let .rectifier(rectifier): .rectifier(slope: rectifier.slope, maximum: rectifier.maximum)
        case let .clippedLinear(slope, offset, lower, upper):
            .clippedLinear(slope: slope, offset: offset, lower: lower, upper: upper)
        case let .elu(scale, alpha, divisor) where divisor > 0: .elu(scale: scale, alpha: alpha, divisor: divisor)
        case .hardSwish: .hardSwish
        case .exponential: .exponential(shift: 0)
        case .sigmoid: .sigmoid
        case .swish: .swish
        case .tanh: .tanh
        case .geluByTanh: .geluByTanh
        default: nil
        }
    }

    /// Writes f(from[i]) to to[i] for i in `range`; `from` and `to` may be the same.
    func apply(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ range: Range<Int>) {
        switch self {
        case let .rectifier(rectifier): map(from, to, range) { rectifier($0) }
        case let .thresholdedRectifier(threshold, slope, maximum):
            map(from, to, range) { x in
                x <= threshold ? (slope == 0 ? 0 : slope * (x - threshold)) : (x > maximum ? maximum : x)
            }
        case let .elu(scale, alpha, divisor):
            map(from, to, range) { x in scale * (x > 0 ? x : alpha * expm1f(x / divisor)) }
        case let .clippedLinear(slope, offset, lower, upper):
            map(from, to, range) { Formula.clip(slope * $0 + offset, lower, upper) }
        case let .divided(divisor): map(from, to, range) { $0 / divisor }
        case .sigmoid: map(from, to, range) { Formula.sigmoid($0) }
        case .tanh: map(from, to, range) { tanhf($0) }
        case .exponential: map(from, to, range) { expf($0) }
        case .softplus: map(from, to, range) { Formula.softplus($0) }
        case .softsign: map(from, to, range) { $0 / (1 + abs($0)) }
        case .swish: map(from, to, range) { $0 * Formula.sigmoid($0) }
        case .hardSwish: map(from, to, range) { $0 * Formula.clip($0 / 6 + 0.5, 0, 1) }
        case .gelu: map(from, to, range) { 0.5 * $0 * erfcf(-$0 * 0.707_106_77) }
        case .geluByTanh:
            map(from, to, range) { x in 0.5 * x * (1 + tanhf(0.797_884_56 * (x + 0.044_715 * x * x * x))) }
        case .mish: map(from, to, range) { $0 * tanhf(Formula.softplus($0)) }
        case .logSigmoid: map(from, to, range) { -Formula.softplus(-$0) }
        case .tanhShrink: map(from, to, range) { $0 - tanhf($0) }
        case let .hardShrink(threshold): map(from, to, range) { abs($0) <= threshold ? 0 : $0 }
        case let .softShrink(threshold):
            map(from, to, range) { x in x > threshold ? x - threshold : (x < -threshold ? x + threshold : x - x) }
        case let .threshold(threshold, value): map(from, to, range) { $0 <= threshold ? value : $0 }
        case let .squareplus(b): map(from, to, range) { ($0 + ($0 * $0 + b).squareRoot()) / 2 }
        case .sparsePlus: map(from, to, range) { x in x <= -1 ? 0 : (x >= 1 ? x : (x + 1) * (x + 1) / 4) }
        }
    }

    /// In place is a loop of its own: two addresses that may meet would keep the compiler from vectorizing.
    @inline(__always)
    private func map(
        _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ f: (Float) -> Float
    ) {
        var i = range.lowerBound
        if from == UnsafePointer(to) {
            while i < range.upperBound { to[i] = f(to[i]); i &+= 1 }
        } else {
            while i < range.upperBound { to[i] = f(from[i]); i &+= 1 }
        }
    }
}

/// A function of one number applied to every element: by the native kernels if they have it. May run in place.
package struct PointwiseKernel: Kernel {
    package let name: String
    private let function: PointwiseFunction
    private let vectorized: VectorFunction?
    private let set: InstructionSet
    private let blocks: Blocks

    package init(_ function: PointwiseFunction, count: Int, set: InstructionSet = .current) {
        (self.function, self.set) = (function, set)
        vectorized = function.vectorized
        name = "\(function)"
        blocks = Blocks(count, of: 1 << 14)
    }

    package var units: Int { blocks.number }

    package func run(_ operands: Operands, units: Range<Int>) {
        for unit in units {
            let range = blocks[unit]
            if let vectorized {
                set.microkernels.apply(
                    vectorized, operands.input + range.lowerBound, operands.output + range.lowerBound,
                    count: range.count)
            } else {
                function.apply(operands.input, operands.output, range)
            }
        }
    }
}
