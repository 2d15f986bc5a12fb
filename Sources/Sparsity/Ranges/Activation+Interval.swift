import Graphs

extension Activation {
    /// All that a kernel may make of the numbers of an interval; unbounded for functions of a vector.
    func image(of x: Interval) -> Interval {
        if case .linear = self { return x }
        guard isElementwise, hasUsualOptions, x.isBounded else { return .unbounded }
        if isZero(on: x) { return .zero }
        guard let exact = hull(of: x) else { return .unbounded }
        let found = exact.widened(by: error(on: x, of: exact))
        return isNeverNegative ? Interval(max(0, found.lower), found.upper) : found
    }

    /// Whether the function is 0 for every number of an interval, in floats, too.
    func isZero(on x: Interval) -> Bool {
        /// Whether slope · x + offset stays below 0 when it is rounded.
        func staysNegative(_ slope: Double, _ offset: Double) -> Bool {
            let ends = [slope * x.lower, slope * x.upper].map { $0 + offset },
                size = abs(slope) * x.magnitude + abs(offset)
            return ends.allSatisfy { $0 <= -Rounding.error(operations: 4, of: size) }
        }
        return switch self {
        case let .relu(_, 0, threshold): x.upper <= Double(threshold)
        case let .hardSigmoid(slope, offset): staysNegative(Double(slope), Double(offset))
        case .hardSwish: staysNegative(1 / 6, 0.5) || x == .zero
        case .sparseSigmoid: staysNegative(0.5, 0.5)
        case .sparsePlus: x.upper <= -1
        case let .hardShrink(threshold), let .softShrink(threshold): x.magnitude <= Double(threshold)
        case let .threshold(threshold, 0): x.upper <= Double(threshold)
        case let .relu(_, _, threshold): threshold == 0 && x == .zero
        case .linear, .elu, .selu, .celu, .softsign, .swish, .gelu, .mish, .tanh, .hardTanh, .tanhShrink:
            x == .zero
        case .sigmoid, .exponential, .softplus, .logSigmoid, .threshold, .squareplus, .softmax, .logSoftmax, .sparsemax:
            false
        }
    }

    /// Whether the function hands on every number of an interval as it is.
    func isIdentity(on x: Interval) -> Bool {
        guard x.isBounded, hasUsualOptions else { return false }
        return switch self {
        case .linear: true
        case let .relu(maximum, _, threshold):
            (x.lower > Double(threshold) || (threshold == 0 && x.lower >= 0))
                && x.upper <= maximum.map(Double.init) ?? .infinity
        case .elu, .celu: x.lower >= 0
        case let .threshold(threshold, _), let .hardShrink(threshold): x.lower > Double(threshold)
        case .sparsePlus: x.lower >= 1
        case .selu, .sigmoid, .hardSigmoid, .tanh, .hardTanh, .exponential, .softplus, .softsign, .swish, .hardSwish,
            .gelu,
            .mish, .logSigmoid, .tanhShrink, .softShrink, .squareplus, .sparseSigmoid, .softmax, .logSoftmax,
            .sparsemax:
            false
        }
    }

    /// Whether its options are such as networks have: for others kernels may differ, or nothing is defined.
    private var hasUsualOptions: Bool {
        switch self {
        case let .relu(maximum, slope, threshold): maximum ?? 0 >= 0 && slope.isFinite && threshold.isFinite
        case let .elu(alpha): alpha.isFinite
        case let .celu(alpha): alpha > 0 && alpha.isFinite
        case let .hardSigmoid(slope, offset): slope.isFinite && offset.isFinite
        case let .hardShrink(threshold), let .softShrink(threshold): threshold >= 0
        case let .threshold(threshold, value): threshold.isFinite && value.isFinite
        case let .squareplus(b): b >= 0
        case .linear, .selu, .sigmoid, .tanh, .hardTanh, .exponential, .softplus, .softsign, .swish, .hardSwish, .gelu,
            .mish,
            .logSigmoid, .tanhShrink, .sparsePlus, .sparseSigmoid, .softmax, .logSoftmax, .sparsemax:
            true
        }
    }

    private var isNeverNegative: Bool {
        switch self {
        case let .relu(_, slope, threshold): slope == 0 && threshold >= 0
        case .sigmoid, .hardSigmoid, .exponential, .softplus, .sparsePlus, .sparseSigmoid: true
        case .linear, .elu, .selu, .celu, .tanh, .hardTanh, .softsign, .swish, .hardSwish, .gelu, .mish, .logSigmoid,
            .tanhShrink, .hardShrink, .softShrink, .threshold, .squareplus, .softmax, .logSoftmax, .sparsemax:
            false
        }
    }

    /// Where the function turns or jumps; it is monotone between two such places. Minima: the roots of the derivatives.
    private var turningPoints: [Double] {
        switch self {
        case let .relu(maximum, _, threshold): [Double(threshold)] + (maximum.map { [Double($0)] } ?? [])
        case .elu, .selu, .celu: [0]
        case .swish: [-1.278464542761074]
        case .hardSwish: [-3, -1.5, 3]
        case .gelu(false): [-0.7517915246935646]
        case .gelu(true): [-0.7524614220710163]
        case .mish: [-1.1924312145154954]
        case let .hardShrink(threshold), let .softShrink(threshold): [-Double(threshold), Double(threshold)]
        case let .threshold(threshold, _): [Double(threshold)]
        case .linear, .sigmoid, .hardSigmoid, .tanh, .hardTanh, .exponential, .softplus, .softsign, .logSigmoid,
            .tanhShrink,
            .squareplus, .sparsePlus, .sparseSigmoid, .softmax, .logSoftmax, .sparsemax:
            []
        }
    }

    /// The values over an interval in real numbers; nil where some are not known.
    private func hull(of x: Interval) -> Interval? {
        let inner = turningPoints.filter { x.contains($0) }.flatMap { [$0.nextDown, $0, $0.nextUp] }
        let values = ([x.lower, x.upper] + inner.filter { x.contains($0) }).map { value($0) ?? .nan }
        guard let first = values.first, values.allSatisfy({ !$0.isNaN }) else { return nil }
        return Interval(values.reduce(first, min), values.reduce(first, max))
    }

    /// How far a kernel's result may be from the function's. Approximations of exponentials and what is made of them are
    /// right to a few places of the largest number on the way, here taken for 32.
    private func error(on x: Interval, of values: Interval) -> Double {
        switch self {
        case .linear, .hardTanh, .hardShrink, .threshold: return 0
        case let .relu(_, slope, threshold):
            let below = max(0, -x.lower) + abs(Double(threshold))
            return slope == 0 ? 0 : Rounding.error(operations: 4, of: abs(Double(slope)) * below)
        case .exponential: return Rounding.error(operations: 32 + x.magnitude, of: values.magnitude)
        case let .elu(alpha), let .celu(alpha):
            return Rounding.error(operations: 32, of: x.magnitude + values.magnitude + abs(Double(alpha)))
        case let .hardSigmoid(slope, offset):
            return Rounding.error(operations: 8, of: abs(Double(slope)) * x.magnitude + abs(Double(offset)))
        case let .squareplus(b): return Rounding.error(operations: 32, of: x.magnitude + Double(b).squareRoot())
        case .selu, .sigmoid, .tanh, .softplus, .softsign, .swish, .hardSwish, .gelu, .mish, .logSigmoid, .tanhShrink,
            .softShrink, .sparsePlus, .sparseSigmoid, .softmax, .logSoftmax, .sparsemax:
            return Rounding.error(operations: 32, of: x.magnitude + values.magnitude + 1)
        }
    }
}
