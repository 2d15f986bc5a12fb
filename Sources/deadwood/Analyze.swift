import ArgumentParser
import Checkpoints
import Compression
import Datasets
import Graphs
import Reports
import Sparsity
import Training

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

    @Flag(
        help:
            "Measure over the corpus what the answers come to as each layer alone loses 10, 30 and 50 % of its filters: the top-1 error where there are labels, else how many answers change."
    )
    var sensitivity = false

    @Option(
        help: ArgumentHelp(
            "By what --sensitivity chooses the filters, as in 'prune'. Default: li.", valueName: "method"))
    var select: FilterSelection.Method?

    @OptionGroup var criteria: CriteriaOptions
    @OptionGroup var range: RangeOptions

    @Option(
        help: ArgumentHelp(
            "Images of a step of training: tells which filters its batch statistics keep asleep whatever the images. Default: as the model notes.",
            valueName: "n"))
    var trainingBatch: Int?

    @OptionGroup var shards: ShardOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try criteria.validate(hasCorpus: !corpus.isEmpty)
        try requirePositive(["--training-batch": trainingBatch])
        if sensitivity, corpus.isEmpty { throw ValidationError("--sensitivity looks at data: add --corpus FILE.") }
        if select != nil, !sensitivity { throw ValidationError("--select belongs to --sensitivity.") }
        try shards.validate(result)
        guard shards.shard != nil else { return }
        if corpus.isEmpty { throw ValidationError("--shard is a part of the images: add --corpus FILE.") }
        for (option, isGiven) in [("--exact-universality", exactUniversality), ("--sensitivity", sensitivity)]
        where isGiven {
            throw ValidationError("\(option) reads all images again, which no shard has: leave out one of the two.")
        }
    }

    func run() throws {
        try result.check(reading: model.files + DataReference.paths(corpus), writing: shards.outputs)
        let checkpoint = try model.open(), images = try images(for: checkpoint),
            audited = try audited(checkpoint, images), compression = audited.compression
        guard let shard = shards.shard, let output = shards.output, let images else {
            let analysis = try compression.analyze()
            let table = sensitivity ? try compression.sensitivity(select ?? .li, watched: analysis.activations) : nil
            return try result.show(report(analysis, of: audited, sensitivity: table))
        }
        let header = try PartHeader(
            "analyze", shard, model: model.files, images: images,
            settings: criteria.settings + range.settings + (trainingBatch.map { ["--training-batch \($0)"] } ?? [])
                + compute.settings + model.reading.settings)
        let part = try PartWriter(output, header, overwriting: result.force)
        try compression.observation(of: header.blocks)?.write(to: part)
        try part.commit()
    }

    /// A model with what it is audited with.
    struct Audited {
        let checkpoint: Checkpoint
        let images: ModelCorpus?
        let compression: GraphCompression
        let box: BoxLine?
    }

    func images(for checkpoint: Checkpoint) throws -> ModelCorpus? {
        try data.images(corpus, "--corpus", for: checkpoint, readingLabels: sensitivity)
    }

    func audited(_ checkpoint: Checkpoint, _ images: ModelCorpus?) throws -> Audited {
        var request = criteria.request
        request.countsUniversalityExactly = exactUniversality
        let line = try range.bound(&request, for: checkpoint, data.pixels, images: images)
        request.trainingBatch = trainingBatch ?? TrainingRecipe.batch(notes: checkpoint.notes)
        let compression = GraphCompression(
            checkpoint.graph, request, corpus: images, execution: compute.exactExecution, observe: Console.show)
        return Audited(checkpoint: checkpoint, images: images, compression: compression, box: line)
    }

    func report(_ analysis: Analysis, of audited: Audited, sensitivity: Sensitivity? = nil) throws -> AnalysisReport {
        let (checkpoint, images) = (audited.checkpoint, audited.images)
        let ends = images == nil ? [] : RunnablePart(checkpoint.graph).ends
        return try AnalysisReport(
            analysis.audit, images: analysis.watched, pixels: FedPixels(images), watchedUpTo: ends,
            declarations: checkpoint.declarationLines, keptAlive: analysis.keptAlive, box: audited.box,
            trainingBatch: audited.compression.request.trainingBatch, sensitivity: sensitivity,
            criteria: criteria.criteria)
    }
}
