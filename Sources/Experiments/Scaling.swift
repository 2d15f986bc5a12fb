import Datasets
import Training

/// How a run differs from the paper's: mostly by being smaller.
package struct Scaling: Sendable, Equatable {
    /// What the width of every network is multiplied with.
    package var width = 1.0
    /// Epochs of each segment at the experiment's usual batch; nil: the paper's.
    package var epochs: [Int]?
    package var lambda = LambdaScale.factor(1)
    package var gamma = InitialScale.constant(1)

    package init(
        width: Double = 1, epochs: [Int]? = nil, lambda: LambdaScale = .factor(1), gamma: InitialScale = .constant(1)
    ) {
        precondition(width > 0 && (epochs ?? [1]).reduce(0, +) > 0, "there is something to train")
        (self.width, self.epochs, self.lambda, self.gamma) = (width, epochs, lambda, gamma)
    }
}

/// What every λ is multiplied with. A dead filter's γ falls as exp(−steps · λ) under SGD and under weight decay: a
/// short run with the paper's λ shows no sparsity, however true the law.
package enum LambdaScale: Sendable, Equatable {
    case factor(Double)
    /// The ratio of the paper's steps to this run's, so that steps · λ stays the same.
    case steps
}

/// A row as it will be trained.
package struct ScaledRow: Sendable, Equatable {
    package let row: ExperimentRow
    package let design: NetworkDesign
    package let recipe: TrainingRecipe
    package let steps: Int
    package var lambda: Double { max(recipe.l2, recipe.weightDecay) }
    package var stepsTimesLambda: Double { Double(steps) * lambda }
}

extension Experiment {
    /// How `row` is trained on `images` images of `inputShape`.
    ///
    /// Another batch than the usual gets as many epochs as make the same number of steps, as in the paper, but at least
    /// one for each segment that has any. Throws `ExperimentError.lambda`, `tooFewImages`.
    package func scaled(_ row: ExperimentRow, by scaling: Scaling, inputShape: [Int], images: Int, seed: UInt64) throws
        -> ScaledRow
    {
        guard images >= row.batch else {
            throw ExperimentError.tooFewImages(row: row.label, batch: row.batch, count: images)
        }
        let epochs = (scaling.epochs ?? epochs).map { length in
            length == 0 ? 0 : max(1, Int((Double(length) * Double(row.batch) / Double(referenceBatch)).rounded()))
        }
        let steps = epochs.reduce(0, +) * (images / row.batch)
        let regularizer =
            switch scaling.lambda {
            case let .factor(factor): row.regularizer.scaled(by: factor)
            case .steps: row.regularizer.scaled(by: paperSteps / Double(steps))
            }
        guard let optimizer = Optimizer.named[row.optimizer] else {
            preconditionFailure("there is no optimizer \(row.optimizer)")
        }
        var recipe = TrainingRecipe(
            optimizer: optimizer, gammaRate: row.gammaRate, betaRate: row.betaRate,
            schedule: LearningRateSchedule(epochs: epochs, drop: drop), batch: row.batch, seed: seed)
        guard regularizer.lambda < 1 else { throw ExperimentError.lambda(row: row.label, lambda: regularizer.lambda) }
        switch regularizer.kind {
        case .none: break
        case .l2: recipe.l2 = regularizer.lambda
        case .weightDecay: recipe.weightDecay = regularizer.lambda
        }
        var design = NetworkDesign(row.network, inputShape: inputShape, classes: classes)
        design.width = row.width * scaling.width
        design.leakySlope = row.leakySlope
        design.beta = row.beta
        design.gamma = scaling.gamma
        design.head = row.head
        return ScaledRow(row: row, design: design, recipe: recipe, steps: steps)
    }
}
