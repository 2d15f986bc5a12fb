import Foundation

/// How long to train, and at what fraction of the base learning rate.
///
/// Epochs come in segments: `250, 75` is 250 epochs at the base rate and 75 at a tenth of it.
package struct LearningRateSchedule: Sendable, Equatable {
    /// How the rate goes inside a segment.
    package enum Shape: String, Sendable, Equatable, CaseIterable {
        /// The same rate until the segment ends.
        case steps
        /// One half cosine from the base rate to 0 over all segments together (Loshchilov & Hutter 2017, no restarts).
        case cosine
    }

    /// Epochs of each segment.
    package var epochs: [Int]
    /// What the rate is multiplied with from segment to segment.
    package var drop: Double
    package var shape: Shape
    /// Steps over which the rate rises linearly from 0 at the beginning.
    package var warmUpSteps: Int

    package init(epochs: [Int], drop: Double = 0.1, shape: Shape = .steps, warmUpSteps: Int = 0) {
        precondition(!epochs.isEmpty && epochs.allSatisfy { $0 >= 0 }, "a schedule has segments of epochs")
        (self.epochs, self.drop, self.shape, self.warmUpSteps) = (epochs, drop, shape, warmUpSteps)
    }

    package var totalEpochs: Int { epochs.reduce(0, +) }

    /// The fraction η / η₀ of the base rate in `step`, counted from 0, when an epoch has `stepsPerEpoch` steps.
    package func factor(step: Int, stepsPerEpoch: Int) -> Double {
        let warmUp = step < warmUpSteps ? Double(step + 1) / Double(warmUpSteps) : 1
        switch shape {
        case .cosine:
            let total = max(1, totalEpochs * stepsPerEpoch)
            return warmUp * 0.5 * (1 + cos(.pi * Double(min(step, total)) / Double(total)))
        case .steps:
            let epoch = step / max(1, stepsPerEpoch)
            var end = 0, factor = 1.0
            for (segment, length) in epochs.enumerated() {
                end += length
                if epoch < end || segment == epochs.count - 1 { break }
                factor *= drop
            }
            return warmUp * factor
        }
    }
}
