import Graphs
import Kernels

/// Neighbouring parameters that learn with the same rate and regularizers.
struct ParameterRun: Sendable, Equatable {
    let range: Range<Int>
    /// What the learning rate is multiplied with.
    let rate: Double
    /// λ of Σ|θ|, and of ½ Σ θ², which add λ sign(θ) and λθ to the gradient.
    let l1: Double
    let l2: Double

    /// All trainable parameters in order, as few runs as hold them. Regularizers are those of the recipe
    /// and, on top of them, those of each weight's own layer in `graph`.
    static func all(in bank: ParameterBank, of graph: Graph, _ recipe: TrainingRecipe) -> [ParameterRun] {
        var runs: [ParameterRun] = [], isBroken = true
        for place in bank.trained {
            defer { isBroken = !place.isTrainable }
            guard place.isTrainable else { continue }
            let rate =
                switch place.role {
                case .gamma: recipe.gammaRate
                case .beta: recipe.betaRate
                default: 1.0
                }
            let own = graph.layers[place.layer].regularization.regularizers[place.role] ?? .init()
            // Keras's L2 is λ Σ w², of which the gradient is 2λw.
            let l1 = (place.role == .gamma ? recipe.slimming : 0) + own.l1, l2 = recipe.l2 + 2 * own.l2
            if !isBroken, let last = runs.last, last.rate == rate, last.l1 == l1, last.l2 == l2 {
                // The padding between two weights is 0 and stays 0.
                runs[runs.count - 1] = ParameterRun(
                    range: last.range.lowerBound..<place.range.upperBound, rate: rate, l1: l1, l2: l2)
            } else {
                runs.append(ParameterRun(range: place.range, rate: rate, l1: l1, l2: l2))
            }
        }
        return runs
    }

    /// The optimizer's step, and the decay behind it, which follows the schedule but not the rate.
    func step(
        _ recipe: TrainingRecipe, _ step: Int, _ factor: Double, _ parameters: AlignedFloats,
        _ gradients: AlignedFloats, _ slots: [AlignedFloats], _ pool: WorkerPool
    ) {
        var rule = recipe.optimizer.step(step, rate: recipe.learningRate * factor * rate)
        rule.l2 = Float(l2)
        rule.l1 = Float(l1)
        rule.decay = Float(recipe.weightDecay * factor)
        rule.run(on: parameters, gradients, slots, range, pool)
    }
}
