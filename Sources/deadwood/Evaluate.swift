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
    @OptionGroup var shards: ShardOptions
    @OptionGroup var result: ResultOptions

    func validate() throws { try shards.validate(result) }

    func run() throws {
        try result.check(reading: model.files + DataReference.paths(data), writing: shards.outputs)
        let checkpoint = try model.open()
        guard let images = try options.images(data, "--data", for: checkpoint) else { return }
        guard images.hasLabels else { throw CommandError.noLabels(path: data[0]) }
        let header = try shards.shard.map {
            try PartHeader(
                "evaluate", $0, model: model.files, images: images,
                settings: compute.settings + model.reading.settings)
        }
        let total = header?.range.count ?? images.count
        let (evaluation, seen) = try Evaluation.of(
            checkpoint.graph, over: images, blocks: header?.blocks, compute.execution
        ) { Console.progress("evaluate", $0, of: total) }
        if seen.notFinite > 0 {
            throw CommandError.notFinite(model: checkpoint.path, seen.text(of: checkpoint.graph.outputNames[0]))
        }
        let report = EvaluationReport(
            model: checkpoint.path, pixels: FedPixels(images), declarations: checkpoint.declarationLines, evaluation)
        guard let header, let output = shards.output else { return try result.show(report, parts: nil) }
        let part = try PartWriter(output, header, overwriting: result.force)
        try evaluation.write(to: part)
        try part.write("report", text: report.basis)
        try part.commit()
    }
}
