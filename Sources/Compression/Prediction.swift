import Datasets
import Graphs
import Networks

/// A model's outputs over images, on their way into a file.
package struct Prediction {
    private let network: Network
    private let names: [String]
    private let execution: Execution

    /// Throws `NetworkError` where the model cannot be run.
    package init(_ graph: Graph, _ execution: Execution) throws {
        network = try Network(graph, options: execution.network)
        names = graph.outputNames
        self.execution = execution
    }

    /// Writes the outputs to an HDF5 file, which takes its name when it is complete. Returns the outputs that were not
    /// numbers for some image. `progress` hears how many images are done.
    package func write(
        over images: ModelCorpus, to output: String, overwriting: Bool, progress: (Int) -> Void = { _ in }
    ) throws -> [(output: String, seen: Finiteness)] {
        let file = try PredictionFile(output, names: names, count: images.count, overwriting: overwriting)
        var batches = images.batches(of: execution.batch), finiteness = names.map { _ in Finiteness() }
        while let batch = try batches.next() {
            let outputs = try network.run(batch.inputs)
            for (index, output) in outputs.enumerated() { finiteness[index].add(output) }
            try file.append(outputs)
            progress(batch.done)
        }
        try file.commit()
        return zip(names, finiteness).filter { $0.1.notFinite > 0 }.map { (output: $0.0, seen: $0.1) }
    }
}

extension Evaluation {
    /// Loss and errors of a model's first output, which tells classes, over labelled images, and for how many of them
    /// it was not a number; what only other outputs depend on is not run. `progress` hears how many images are done.
    package static func of(
        _ graph: Graph, over images: ModelCorpus, _ execution: Execution, progress: (Int) -> Void = { _ in }
    ) throws -> (evaluation: Evaluation, seen: Finiteness) {
        let network = try Network(graph.answering(with: Array(graph.outputs.prefix(1))), options: execution.network)
        var evaluation = Evaluation(), finiteness = Finiteness(), batches = images.batches(of: execution.batch)
        while let batch = try batches.next() {
            let scores = try network.run(batch.inputs)[0]
            finiteness.add(scores)
            try evaluation.add(scores, labels: batch.labels ?? [], distributions: batch.distributions)
            progress(batch.done)
        }
        return (evaluation, finiteness)
    }
}
