import ArgumentParser
import Datasets
import Networks
import Reports

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures loss, top-1 and top-5 error over labelled images.",
        usage: "deadwood evaluate <model> --data <file> [<options>]")

    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Labelled images: an HDF5 file (labels in its dataset 'y'), or a folder: CIFAR, IDX, pictures by class. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var data: [String]

    @OptionGroup var options: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func run() throws {
        try result.check(reading: model.files + DataReference.paths(data))
        let checkpoint = try model.open()
        guard let images = try options.images(data, "--data", for: checkpoint) else { return }
        guard images.hasLabels else { throw CommandError.noLabels(path: data[0]) }
        // Classes are told by the first output; what only others depend on need not be run.
        let graph = checkpoint.graph.answering(with: Array(checkpoint.graph.outputs.prefix(1)))
        let network = try Network(graph, options: compute.execution.network)
        var evaluation = Evaluation(), finiteness = Finiteness(), batches = images.batches(of: compute.batch)
        while let batch = try batches.next() {
            let scores = try network.run(batch.inputs)[0]
            finiteness.add(scores)
            try evaluation.add(scores, labels: batch.labels ?? [], distributions: batch.distributions)
            Console.progress("evaluate", batch.done, of: images.count)
        }
        if finiteness.notFinite > 0 {
            throw CommandError.notFinite(model: checkpoint.path, finiteness.text(of: graph.outputName(0)))
        }
        let report = EvaluationReport(
            model: checkpoint.path, pixels: FedPixels(images), declarations: checkpoint.declarationLines, evaluation)
        try result.show(report)
    }
}
