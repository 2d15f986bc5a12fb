/// How a network learns: everything that a step depends on beside the network and the images.
package struct TrainingRecipe: Sendable, Equatable {
    package var optimizer: Optimizer
    /// η₀, the learning rate that the schedule starts from.
    package var learningRate: Double
    /// λ of L2: λθ is added to the gradient of every parameter, γ and β included.
    package var l2: Double
    /// λ of decoupled weight decay: after the optimizer's step θ ← θ (1 − λ η / η₀). Not multiplied by η.
    package var weightDecay: Double
    /// λ of Network Slimming's λ Σ|γ|: λ sign(γ) is added to the gradient of every γ (Liu et al. 2017).
    package var slimming: Double
    /// What the learning rate of γ, and of β, is multiplied with.
    package var gammaRate: Double
    package var betaRate: Double
    /// The share of the target distribution that is spread over all classes.
    package var labelSmoothing: Float
    package var schedule: LearningRateSchedule
    /// Images of a step.
    package var batch: Int
    /// Of the initial weights, the order of images, their augmentation, and dropout.
    package var seed: UInt64

    package init(
        optimizer: Optimizer, learningRate: Double? = nil, l2: Double = 0, weightDecay: Double = 0,
        slimming: Double = 0,
        gammaRate: Double = 1, betaRate: Double = 1, labelSmoothing: Float = 0, schedule: LearningRateSchedule,
        batch: Int = 40, seed: UInt64 = 0
    ) {
        self.optimizer = optimizer
        self.learningRate = learningRate ?? optimizer.defaultRate
        (self.l2, self.weightDecay, self.slimming, self.gammaRate) = (l2, weightDecay, slimming, gammaRate)
        (self.betaRate, self.labelSmoothing, self.schedule, self.batch) = (betaRate, labelSmoothing, schedule, batch)
        self.seed = seed
    }
}

/// What a checkpoint keeps of how it was trained.
extension TrainingRecipe {
    private static let batchNote = "training_batch"

    /// By the name of the note.
    package var notes: [String: String] { [Self.batchNote: "\(batch)"] }

    /// The images of a step, as the notes of a checkpoint have it; nil where they say nothing, or what is no number.
    package static func batch(notes: [String: String]) -> Int? {
        notes[batchNote].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
