import ArgumentParser
import Compression
import Datasets
import Graphs
import Reports

struct Analyze: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Audits every filter: dead by which signs, removable or pinned and why.",
        usage: "deadwood analyze <model> [--corpus <file>] [<options>]",
        discussion: "Without a corpus the signs that need data (activation, universality) are left out.")

    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Images to watch the filters on: an HDF5 file, a CIFAR or an IDX folder. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var corpus: [String] = []

    @Flag(
        name: .customLong("exact-universality"),
        help:
            "Read the corpus twice where the peaks of all its images take more than 64 MiB; without, universality is told with its uncertainty."
    )
    var exactUniversality = false

    @OptionGroup var criteria: CriteriaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func validate() throws { try criteria.validate(hasCorpus: !corpus.isEmpty) }

    func run() throws {
        try result.check(reading: model.files + DataReference.paths(corpus))
        let checkpoint = try model.open()
        let images = try data.images(corpus, "--corpus", for: checkpoint, readingLabels: false)
        var request = criteria.request
        request.countsUniversalityExactly = exactUniversality
        let analysis = try GraphCompression(
            checkpoint.graph, request, corpus: images, execution: compute.exactExecution, observe: Console.show
        ).analyze()
        let ends = images == nil ? [] : RunnablePart(checkpoint.graph).ends
        let report = try AnalysisReport(
            analysis.audit, images: analysis.watched, pixels: FedPixels(images), watchedUpTo: ends,
            declarations: checkpoint.declarationLines, keptAlive: analysis.keptAlive, criteria: criteria.criteria)
        try result.show(report)
    }
}
