import Training

/// Figure 4 of Mehta et al. 2019: a dead filter's scale under the regularizer alone, by optimizer.
package struct ScaleDecay: Sendable, Encodable, Equatable {
    package static let name = "figure4"
    package static let title = "A scale under regularizer and optimizer alone, λ = 1e-4 (figure 4, S3)"
    package static let steps = [2_000, 5_000, 10_000]

    package let optimizer: String
    package let usesWeightDecay: Bool
    /// The median |θ| after each of `steps` of an independent simulation; the paper prints curves, no numbers.
    package let expected: [Double]
    package let measured: [Double]

    package var label: String { usesWeightDecay ? "\(optimizer), weight decay" : "\(optimizer), L2" }

    package static func run(seed: UInt64 = 0, trials: Int = 256) -> [ScaleDecay] {
        let curves: [(String, Bool, [Double])] = [
            ("sgd", false, [0.82, 0.60, 0.37]), ("adadelta", false, [0.82, 0.60, 0.37]),
            ("adam", true, [0.82, 0.60, 0.37]), ("adagrad", false, [0.81, 0.62, 0.40]),
            ("amsgrad", false, [0.79, 0.54, 0.29]), ("adamax", false, [0.63, 0.004, 0.004]),
            ("adam", false, [0.005, 0.004, 0.005]), ("rmsprop", false, [0.004, 0.004, 0.005]),
        ]
        return curves.compactMap { name, decays, expected in
            Optimizer.named[name].map { optimizer in
                let simulation = Simulation(
                    optimizer: optimizer, l2: decays ? 0 : 1e-4, weightDecay: decays ? 1e-4 : 0, trials: trials,
                    seed: seed)
                return ScaleDecay(
                    optimizer: name, usesWeightDecay: decays, expected: expected,
                    measured: simulation.run(steps: steps).map { Double($0.median) })
            }
        }
    }
}
