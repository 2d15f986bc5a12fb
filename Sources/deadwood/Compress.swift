import ArgumentParser
import Benchmarks
import Compression
import Datasets
import Graphs
import Reports

struct Compress: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The main job in one go: audit, surgery, verification, benchmark, report.",
        usage: "deadwood compress <model> -o <output> --corpus <file> [<options>]",
        discussion:
            "Fails without leaving an output when the compact model's answers over the corpus deviate beyond the tolerance."
    )

    @OptionGroup var model: ModelOptions

    @Option(
        name: .shortAndLong, help: "The compact checkpoint to write, in the format of the model.", completion: .file())
    var output: String

    @Option(
        help: ArgumentHelp(
            "Images to watch the filters and to verify on, with labels if there are any. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var corpus: [String]

    @OptionGroup var tolerance: ToleranceOptions
    @OptionGroup var criteria: CriteriaOptions
    @OptionGroup var range: RangeOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var conditions: BenchmarkOptions
    @OptionGroup var result: ResultOptions

    func validate() throws { try selection.validate(hasCorpus: true) }

    func run() throws {
        let inputs = try model.files + DataReference.paths(corpus), checkpoint = try model.open()
        try result.check(reading: inputs, writing: checkpoint.checkOutput(output, overwrite: result.force))
        let cannotRun = RunnablePart(checkpoint.graph).ends
        // Both sides of the benchmark are held in memory at once, the compact one no larger than this.
        let dense = ModelUnderTest(name: "dense", graph: checkpoint.graph, fileBytes: checkpoint.fileBytes)
        if cannotRun.isEmpty {
            try BenchmarkResult.requireMemory([dense, dense], batches: conditions.batches, threads: conditions.threads)
        }
        let images = try data.images(corpus, "--corpus", for: checkpoint)
        if selection.recalibrate { images?.warnBeforeRecalibrating() }
        var request = try selection.request(criteria, tolerance, for: checkpoint.graph)
        let boxLine = try range.bound(&request, for: checkpoint, data.pixels, images: images)
        let job = CompressionJob(
            checkpoint, request, corpus: images,
            watchesFilters: true,
            timing: Timing(batches: conditions.batches, threads: conditions.threads), observe: Console.show)
        let (outcome, prune) = try job.reported(
            writing: output, overwrite: result.force, pixels: FedPixels(images), box: boxLine)
        let compact = ModelUnderTest(
            name: "compact", graph: outcome.compact.graph, fileBytes: outcome.compact.fileBytes)
        let benchmark =
            cannotRun.isEmpty
            ? try BenchmarkResult.compared(
                [dense, compact], batches: conditions.batches, threads: conditions.threads,
                options: conditions.measurement) : nil
        for warning in benchmark?.warnings ?? [] { Console.warn(warning) }
        let report = CompressReport(
            model: checkpoint.path,
            analysis: try AnalysisReport(
                outcome.audit, images: outcome.watched, pixels: FedPixels(images), watchedUpTo: cannotRun,
                declarations: checkpoint.declarationLines, keptAlive: outcome.keptAlive, box: boxLine,
                criteria: criteria.criteria),
            prune: prune, benchmark: benchmark, cannotRun: cannotRun)
        try result.show(report)
    }
}
