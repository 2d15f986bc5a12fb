import ArgumentParser
import Datasets
import Networks
import Reports

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures loss, top-1 and top-5 error over labelled images.", usage: "deadwood evaluate <model> --data <file> [<options>]")

    @OptionGroup var model: ModelOptions

    @Option(help: ArgumentHelp("Labelled images: an HDF5 file (labels in its dataset 'y'), or a folder: CIFAR, IDX, pictures by class.", valueName: "file[:dataset]"))
    var data: String

    @OptionGroup var options: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func run() throws {
        try result.check(reading: model.files + [DataReference(data).path])
        let checkpoint = try model.open()
        let corpus = try options.corpus(data, for: checkpoint)
        guard corpus.hasLabels else { throw CommandError.noLabels(path: data) }
        let network = try Network(checkpoint.graph, options: compute.execution.network)
        let count = min(corpus.count, options.limit ?? corpus.count)
        var evaluation = Evaluation(), batches = corpus.batches(of: compute.batch, limit: options.limit)
        while let batch = try batches.next() {
            try evaluation.add(try network.run([batch.images])[0], labels: batch.labels ?? [])
            Console.progress("evaluate", batch.range.upperBound, of: count)
        }
        let report = EvaluationReport(model: checkpoint.path, pixels: corpus.preprocessing.options, evaluation)
        try result.show(report, text: report.text)
    }
}
