import Graphs

extension Operation {
    /// The shape that the weight of `role` has for a layer called on `input` (canonical axis order); nil where nothing
    /// is known of it, nil axes where they depend on what is unknown of the input.
    func expectedShape(of role: WeightRole, input: TensorShape?) -> [Int?]? {
        func channels(_ window: Window) -> Int? {
            guard let input, input.count == window.rank + 1 else { return nil }
            return window.dataFormat == .channelsLast ? input[window.rank] : input[0]
        }
        func product(_ a: Int?, _ b: Int) -> Int? {
            a.flatMap { $0.multipliedReportingOverflow(by: b).overflow ? nil : $0 * b }
        }
        func lengths(_ axes: [Int]) -> [Int?] {
            axes.map { axis in input.flatMap { $0.indices.contains(axis) ? $0[axis] : nil } }
        }
        switch (self, role) {
        case let (.convolution(c), .kernel):
            return c.window.size + [channels(c.window).map { $0 / c.groups }, c.filters]
        case let (.convolution(c), .bias): return [c.filters]
        case let (.depthwise(d), .depthwiseKernel): return d.window.size + [channels(d.window), d.multiplier]
        case let (.depthwise(d), .bias): return [product(channels(d.window), d.multiplier)]
        case let (.separable(s), .depthwiseKernel): return s.window.size + [channels(s.window), s.multiplier]
        case let (.separable(s), .pointwiseKernel):
            return s.window.size.map { _ in 1 } + [product(channels(s.window), s.multiplier), s.filters]
        case let (.separable(s), .bias): return [s.filters]
        case let (.transposed(t), .kernel): return t.window.size + [t.filters, channels(t.window)]
        case let (.transposed(t), .bias): return [t.filters]
        case let (.dense(d), .kernel): return [input.flatMap { $0.last ?? nil }, d.units]
        case let (.dense(d), .bias): return [d.units]
        case let (.batchNormalization(b), _): return lengths([b.axis])
        case let (.layerNormalization(l), _): return lengths(l.axes)
        case let (.normalization(n), .mean), let (.normalization(n), .variance): return lengths(n.axes)
        case let (.parametricReLU(p), .alpha):
            return input.map { shape in shape.enumerated().map { p.sharedAxes.contains($0) ? 1 : $1 } }
        default: return nil
        }
    }
}

extension WeightRole {
    /// Whether training changes it by gradient; the others are statistics.
    var isTrainable: Bool {
        switch self {
        case .kernel, .bias, .depthwiseKernel, .pointwiseKernel, .gamma, .beta, .alpha: true
        case .movingMean, .movingVariance, .mean, .variance, .unknown: false
        }
    }

    /// What Keras calls it, today's name first.
    var names: [String] {
        switch self {
        case .kernel: ["kernel", "W"]
        case .bias: ["bias", "b"]
        case .depthwiseKernel: ["depthwise_kernel", "kernel"]
        case .pointwiseKernel: ["pointwise_kernel"]
        case .gamma: ["gamma"]
        case .beta: ["beta"]
        case .movingMean: ["moving_mean", "running_mean"]
        case .movingVariance: ["moving_variance", "running_std"]
        case .alpha: ["alpha", "alphas"]
        case .mean: ["mean"]
        case .variance: ["variance"]
        case let .unknown(number): ["weight \(number)"]
        }
    }

    /// Every name with a meaning, to tell a weight that is certainly another one from one of an unfamiliar name.
    static let familiarNames: Set<String> = Set(
        [
            kernel, bias, depthwiseKernel, pointwiseKernel, gamma, beta, movingMean, movingVariance, alpha, mean,
            variance,
        ].flatMap(\.names))
}
