import Datasets
import Graphs
import Networks

/// A model's outputs over images, on their way into a file.
package struct Prediction {
    private let network: Network
    private let names: [String]
    private let execution: Execution

    /// Throws `NetworkError` where the model cannot be run.
    ///
    /// `count`: the images of the whole corpus, all of which are run alike.
    package init(_ graph: Graph, _ execution: Execution, count: Int) throws {
        network = try Network(graph, options: execution.network.expecting(count))
        names = graph.outputNames
        self.execution = execution
    }

    /// Writes the outputs to an HDF5 file, which takes its name when it is complete. Returns the outputs that were not
    /// numbers for some image. `progress` hears how many images are done.
    package func write(
        over images: ModelCorpus, to output: String, overwriting: Bool, progress: (Int) -> Void = { _ in }
    ) throws -> [NotFinite] {
        let file = try PredictionFile(output, names: names, count: images.count, overwriting: overwriting)
        return try write(images.blocks, of: images, to: file, progress: progress)
    }

    /// Writes the outputs for the images of a shard, as a part of the file for all.
    package func write(
        over images: ModelCorpus, part header: PartHeader, to output: String, overwriting: Bool,
        progress: (Int) -> Void = { _ in }
    ) throws -> [NotFinite] {
        let file = try PredictionFile(
            output, names: names, count: header.range.count, part: header, overwriting: overwriting)
        return try write(header.blocks, of: images, to: file, progress: progress)
    }

    private func write(
        _ blocks: Range<Int>, of images: ModelCorpus, to file: PredictionFile, progress: (Int) -> Void
    ) throws -> [NotFinite] {
        var batches = images.batches(of: execution.batch, blocks: blocks), finiteness = names.map { _ in Finiteness() }
        while let batch = try batches.next() {
            let outputs = try network.run(batch.inputs)
            for (index, output) in outputs.enumerated() { finiteness[index].add(output) }
            try file.append(outputs)
            progress(batch.done)
        }
        try file.commit()
        return NotFinite.all(names, finiteness)
    }
}

/// An output of a model that was not a number for some image.
package struct NotFinite {
    package let output: String
    package let seen: Finiteness

    static func all(_ names: [String], _ finiteness: [Finiteness]) -> [NotFinite] {
        zip(names, finiteness).filter { $0.1.notFinite > 0 }.map { NotFinite(output: $0.0, seen: $0.1) }
    }
}

extension Evaluation {
    /// Loss and errors of a model's first output, which tells classes, over labelled images, and for how many of them
    /// it was not a number; what only other outputs depend on is not run. `blocks`: those of a shard; nil for all.
    /// `progress` hears how many images are done.
    package static func of(
        _ graph: Graph, over images: ModelCorpus, blocks: Range<Int>? = nil, _ execution: Execution,
        progress: (Int) -> Void = { _ in }
    ) throws -> (evaluation: Evaluation, seen: Finiteness) {
        let blocks = blocks ?? images.blocks
        let network = try Network(
            graph.answering(with: Array(graph.outputs.prefix(1))), options: execution.network.expecting(images.count))
        var evaluation = Evaluation(from: blocks.lowerBound), finiteness = Finiteness(),
            batches = images.batches(of: execution.batch, blocks: blocks)
        while let batch = try batches.next() {
            let scores = try network.run(batch.inputs)[0]
            finiteness.add(scores)
            try evaluation.add(scores, labels: batch.labels ?? [], distributions: batch.distributions)
            progress(batch.done)
        }
        return (evaluation, finiteness)
    }
}
