import ArgumentParser
import Compression
import Datasets
import Networks
import Reports

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures loss, top-1 and top-5 error over labelled images.",
        usage: "deadwood evaluate <models> ... --data <file> [<options>]",
        discussion: "Several models see the same images; each is held against the first.")

    @Argument(help: "The checkpoints; the first is the reference.", completion: .file())
    var models: [String]

    @OptionGroup var reading: ReadingOptions

    @Option(
        help: ArgumentHelp(
            "Labelled images: an HDF5 file (labels in its dataset 'y'), or a folder: CIFAR, IDX, pictures by class. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var data: [String]

    @OptionGroup var options: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var shards: ShardOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try shards.validate(result)
        if shards.shard != nil, models.count > 1 {
            throw ValidationError("--shard is a part of one model's images: name one model.")
        }
    }

    func run() throws {
        try result.check(
            reading: models + reading.files + DataReference.paths(data), writing: shards.outputs)
        guard models.count == 1 else {
            return try result.show(EvaluationsReport(models.map { try evaluate($0, nil).report }))
        }
        let (report, evaluation, header) = try evaluate(models[0], shards.shard)
        guard let header, let output = shards.output else { return try result.show(report) }
        let part = try PartWriter(output, header, overwriting: result.force)
        try evaluation.write(to: part)
        try part.write("report", text: report.basis)
        try part.commit()
    }

    /// What the model at `path` comes to over all images, or those of `shard`.
    private func evaluate(_ path: String, _ shard: Shard?) throws -> (
        report: EvaluationReport, evaluation: Evaluation, header: PartHeader?
    ) {
        let checkpoint = try reading.open(path)
        guard let images = try options.images(data, "--data", for: checkpoint), images.hasLabels else {
            throw CommandError.noLabels(path: data[0])
        }
        let header = try shard.map {
            try PartHeader(
                "evaluate", $0, model: [path] + reading.files, images: images,
                settings: compute.settings + reading.settings)
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
        return (report, evaluation, header)
    }
}
