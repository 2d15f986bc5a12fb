import Kernels
import Tensors

/// Parameters under a regularizer alone, as in the paper's figure 4: what the optimizer makes of a dead unit's scale.
///
/// Each starts at 1 and sees gradients of noise: N(0, early) for `earlySteps` steps, then N(0, late), read as standard
/// deviations: with these the curves are the paper's. Source: Mehta et
/// al. 2019, figure 4 and its supplement.
package struct Simulation: Sendable {
    package var optimizer: Optimizer
    package var learningRate: Double
    package var l2: Double
    package var weightDecay: Double
    /// Standard deviations of the gradients.
    package var early: Double
    package var late: Double
    package var earlySteps: Int
    /// How many parameters, each with its own noise.
    package var trials: Int
    package var seed: UInt64

    package init(
        optimizer: Optimizer, learningRate: Double? = nil, l2: Double = 1e-4, weightDecay: Double = 0,
        early: Double = 1e-3, late: Double = 1e-5,
        earlySteps: Int = 100, trials: Int = 256, seed: UInt64 = 0
    ) {
        precondition(trials > 0, "no parameters to simulate")
        self.optimizer = optimizer
        self.learningRate = learningRate ?? optimizer.defaultRate
        (self.l2, self.weightDecay, self.early, self.late, self.earlySteps) = (l2, weightDecay, early, late, earlySteps)
        (self.trials, self.seed) = (trials, seed)
    }

    /// |θ| after a number of steps.
    package struct Point: Encodable, Sendable, Equatable {
        package let step: Int
        package let median: Float
        /// The 5 % and 95 % quantiles of the trials.
        package let low: Float
        package let high: Float
    }

    /// |θ| after each of `steps`, which are ascending.
    package func run(steps: [Int]) -> [Point] {
        let parameters = AlignedFloats([Float](repeating: 1, count: trials)), gradients = AlignedFloats(count: trials)
        let slots = (0..<optimizer.slotCount).map { _ in AlignedFloats(count: trials) }, pool = WorkerPool(workers: 1)
        var random = SeededGenerator(seed: seed), points: [Point] = []
        for step in 0..<(steps.last ?? 0) {
            let deviation = step < earlySteps ? early : late
            for index in 0..<trials { unsafe gradients.start[index] = Float(deviation * random.normal()) }
            var rule = optimizer.step(step, rate: learningRate)
            rule.l2 = Float(l2)
            rule.decay = Float(weightDecay)
            rule.run(on: parameters, gradients, slots, 0..<trials, pool)
            if steps.contains(step + 1) {
                let sorted = (0..<trials).map { abs(parameters[$0]) }.sorted()
                points.append(
                    Point(
                        step: step + 1, median: sorted[trials / 2], low: sorted[trials / 20],
                        high: sorted[min(trials - 1, trials - trials / 20)]))
            }
        }
        return points
    }
}
