import Graphs

extension WeightRole {
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
