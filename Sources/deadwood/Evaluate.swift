import ArgumentParser
import Compression
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
        let (evaluation, seen) = try Evaluation.of(checkpoint.graph, over: images, compute.execution) {
            Console.progress("evaluate", $0, of: images.count)
        }
        if seen.notFinite > 0 {
            throw CommandError.notFinite(model: checkpoint.path, seen.text(of: checkpoint.graph.outputNames[0]))
        }
        let report = EvaluationReport(
            model: checkpoint.path, pixels: FedPixels(images), declarations: checkpoint.declarationLines, evaluation)
        try result.show(report)
    }
}
