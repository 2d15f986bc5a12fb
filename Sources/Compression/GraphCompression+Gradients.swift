import Datasets
import Sparsity
import Training

extension GraphCompression {
    /// For each bank how much each of its filters matters to the loss over labelled images; nil where it does not
    /// depend on them.
    func effects(over images: ModelCorpus) throws -> [[Double]?] {
        let banks = FilterBank.all(in: graph)
        do {
            return try FilterEffects.measured(
                graph, at: banks.map { ($0.activation, $0.axis) }, over: images, batch: comparedBatch,
                threads: execution.network.threads
            ) { observe(.progress(.differentiate, done: $0, total: images.count)) }
        } catch let error as TrainingError {
            throw GradientError.notDifferentiable(error)
        }
    }
}

/// Why filters cannot be chosen by gradients, and what to do about it.
package enum GradientError: Error, Equatable, CustomStringConvertible {
    case noLabels
    case notDifferentiable(TrainingError)

    package var description: String {
        switch self {
        case .noLabels:
            "--select taylor: the corpus has no labels, and the loss depends on them; give one with a dataset 'y' with one class per image"
        case let .notDifferentiable(error): "--select taylor needs gradients: \(error); or take another --select"
        }
    }
}
