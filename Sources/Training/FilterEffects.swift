import Datasets
import Graphs
import Networks
import Tensors

/// What filters do to the loss, by its gradient.
package enum FilterEffects {
    /// For each of the tensors and each of its channels the mean over images of |Σ value · ∂loss/∂value|, summed over
    /// all positions: by how much an image's cross-entropy would change, to first order, if the channel were 0
    /// (Molchanov et al. 2017, Pruning Convolutional Neural Networks for Resource Efficient Inference, equation 8, but
    /// for the number of positions, which is the same for all channels of a tensor). Nil for tensors that the loss does
    /// not depend on, or only through what makes them the network's scores.
    ///
    /// The network is as in inference: normalizations use their moving statistics, nothing is dropped out.
    ///
    /// - Parameters:
    ///   - tensors: each with its channel axis, the batch axis not counted.
    ///   - images: labelled; arranged for the network.
    ///   - progress: hears how many images are done.
    ///
    /// Throws `TrainingError` where the network cannot be differentiated, `EvaluationError` where labels do not fit.
    package static func measured(
        _ network: Graph, at tensors: [(tensor: TensorID, axis: Int)], over images: ModelCorpus, batch size: Int,
        threads: Int? = nil, progress: (Int) -> Void = { _ in }
    ) throws -> [[Double]?] {
        let probes = tensors.map { Probe(tensor: $0.tensor, axis: $0.axis) }
        var sums = [[Double]?](repeating: nil, count: probes.count), trainers: [Int: Trainer] = [:]
        var batches = images.batches(of: size)
        while let batch = try batches.next() {
            guard let input = batch.inputs.first, let labels = batch.labels else { continue }
            if let rows = batch.distributions, let trainer = trainers[labels.count],
                rows.count != labels.count * trainer.classes
            {
                throw EvaluationError.distributions(rows.count / labels.count, classes: trainer.classes)
            }
            let trainer: Trainer
            if let known = trainers[labels.count] {
                trainer = known
            } else {
                let graph = try network.asInferred(imagesOf: Array(input.shape.dropFirst()))
                trainer = try Trainer(
                    graph, recipe: recipe(labels.count), threads: threads, probes: Set(probes))
                // The last batch may be smaller; no other size comes again.
                trainers = [labels.count: trainer]
            }
            if let label = labels.first(where: { $0 < 0 || $0 >= trainer.classes }) {
                throw EvaluationError.label(label, classes: trainer.classes)
            }
            for (index, effects) in trainer.effects(
                input, labels: labels.map(Int32.init), targets: batch.distributions, probes
            )
            .enumerated() {
                guard let effects else { continue }
                sums[index] = zip(sums[index] ?? effects.map { _ in 0 }, effects).map { $0 + $1 }
            }
            progress(batch.done)
        }
        return sums.map { $0.map { $0.map { $0 / Double(max(1, images.count)) } } }
    }

    /// Nothing is trained: only the number of images counts.
    private static func recipe(_ batch: Int) -> TrainingRecipe {
        TrainingRecipe(
            optimizer: .sgd(momentum: 0), schedule: LearningRateSchedule(epochs: [1]), batch: batch)
    }
}

extension Graph {
    /// The network with its input's lengths known, normalizations that use their moving statistics, and no dropout.
    fileprivate func asInferred(imagesOf shape: [Int]) throws -> Graph {
        var graph = self
        for index in graph.layers.indices {
            var isNormalization = false
            if case .batchNormalization = graph.layers[index].operation { isNormalization = true }
            graph.layers[index].isFrozen = isNormalization
            if case .dropout = graph.layers[index].operation { graph.layers[index].operation = .identity }
            if case .input = graph.layers[index].operation, graph.inputs.count == 1 {
                graph.layers[index].operation = .input(Input(shape: shape))
            }
        }
        try graph.inferShapes()
        return graph
    }
}
