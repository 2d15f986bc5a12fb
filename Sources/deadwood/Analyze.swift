import ArgumentParser
import Checkpoints
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
    @OptionGroup var shards: ShardOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try criteria.validate(hasCorpus: !corpus.isEmpty)
        try shards.validate(result)
        guard shards.shard != nil else { return }
        if corpus.isEmpty { throw ValidationError("--shard is a part of the images: add --corpus FILE.") }
        if exactUniversality {
            throw ValidationError(
                "--exact-universality reads all images twice, which no shard has: leave out one of the two.")
        }
    }

    func run() throws {
        try result.check(reading: model.files + DataReference.paths(corpus), writing: shards.outputs)
        let checkpoint = try model.open(), images = try images(for: checkpoint)
        let compression = compression(of: checkpoint, images)
        guard let shard = shards.shard, let output = shards.output, let images else {
            return try result.show(report(compression.analyze(), of: checkpoint, images), parts: nil)
        }
        let header = try PartHeader(
            "analyze", shard, model: model.files, images: images,
            settings: criteria.settings + compute.settings + model.reading.settings)
        let part = try PartWriter(output, header, overwriting: result.force)
        try compression.observation(of: header.blocks)?.write(to: part)
        try part.commit()
    }

    func images(for checkpoint: Checkpoint) throws -> ModelCorpus? {
        try data.images(corpus, "--corpus", for: checkpoint, readingLabels: false)
    }

    func compression(of checkpoint: Checkpoint, _ images: ModelCorpus?) -> GraphCompression {
        var request = criteria.request
        request.countsUniversalityExactly = exactUniversality
        return GraphCompression(
            checkpoint.graph, request, corpus: images, execution: compute.exactExecution, observe: Console.show)
    }

    func report(_ analysis: Analysis, of checkpoint: Checkpoint, _ images: ModelCorpus?) throws -> AnalysisReport {
        let ends = images == nil ? [] : RunnablePart(checkpoint.graph).ends
        return try AnalysisReport(
            analysis.audit, images: analysis.watched, pixels: FedPixels(images), watchedUpTo: ends,
            declarations: checkpoint.declarationLines, keptAlive: analysis.keptAlive, criteria: criteria.criteria)
    }
}
