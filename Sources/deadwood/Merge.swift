import ArgumentParser
import Compression
import Datasets
import Files
import Kernels
import Networks
import Reports

struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Puts the parts of a sharded analyze, evaluate or predict together.",
        usage: "deadwood merge <part> ... [<options>]",
        discussion: """
            The result is that of one run over all images, to the bit. Of 'analyze' the model and the images are read \
            again, where the shards found them, to plan the cut and to compare some answers.
            """)

    @Argument(help: "The files that the shards wrote, in any order.", completion: .file())
    var parts: [String]

    @Option(help: ArgumentHelp("Of analyze: where the model is now.", valueName: "file"), completion: .file())
    var model: String?

    @Option(
        help: ArgumentHelp("Of analyze: where the images are now, as for it.", valueName: "file[:dataset]"))
    var corpus: [String] = []

    @Option(
        name: [.short, .long], help: ArgumentHelp("Of predict: the file to write.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Take parts that were computed with different instructions, and so differ in the last bits.")
    var mixed = false

    @Option(help: ArgumentHelp("Threads to compute on. Default: all cores.", valueName: "n"))
    var threads: Int?

    @OptionGroup var result: ResultOptions

    func validate() throws { try requireThreads(threads) }

    func run() throws {
        try result.check(reading: parts, writing: [output].compactMap { $0 })
        let set = try PartSet(parts, isMixed: mixed), header = set.header
        guard header.version == Deadwood.version else {
            throw CommandError.partVersion(path: set.parts[0].path, found: header.version, own: Deadwood.version)
        }
        if header.verb == "predict" {
            guard let output else { throw CommandError.partsNeedOutput }
            if result.json != nil { throw CommandError.partOption("--json", verb: header.verb) }
            let broken = try Prediction.merge(set, to: output, overwriting: result.force) {
                Console.progress("merge", $0, of: header.images)
            }
            return Console.warn(broken, in: output)
        }
        if output != nil { throw CommandError.partOption("-o", verb: header.verb) }
        switch header.verb {
        case "analyze": try result.show(analysis(set), parts: parts)
        case "evaluate": try result.show(evaluation(set), parts: parts)
        default: throw PartError.notAPart(path: set.parts[0].path)
        }
    }

    private func evaluation(_ set: PartSet) throws -> EvaluationReport {
        let part = set.parts[0], evaluation = try Evaluation.of(set)
        guard let report = EvaluationReport(basis: try part.text("report"), evaluation) else {
            throw part.invalid("report")
        }
        return report
    }

    private func analysis(_ set: PartSet) throws -> AnalysisReport {
        let first = set.parts[0], header = set.header
        guard var analyze = try? Analyze.parse(header.arguments) else { throw first.invalid("arguments") }
        func path(_ path: String) -> String { path.hasPrefix("/") ? path : "\(header.folder)/\(path)" }
        analyze.model.model = model ?? path(analyze.model.model)
        analyze.model.reading.architecture = analyze.model.reading.architecture.map(path)
        analyze.corpus = corpus.isEmpty ? analyze.corpus.map(path) : corpus
        analyze.compute.threads = threads
        try requireModel(analyze.model.files, header, of: first.path)
        let checkpoint = try analyze.model.open()
        guard let images = try analyze.images(for: checkpoint), images.count == header.images,
            try images.digest() == header.corpus
        else { throw CommandError.partCorpus(paths: analyze.corpus, part: first.path) }
        let audited = try analyze.audited(checkpoint, images), compression = audited.compression
        if compression.approximates, !mixed, InstructionSet.current.name != header.instructions {
            throw CommandError.partInstructions(found: InstructionSet.current.name, parts: header.instructions)
        }
        let observation = try compression.observation(of: set)
        return try analyze.report(compression.analyze(observation), of: audited)
    }

    private func requireModel(_ files: [String], _ header: PartHeader, of part: String) throws {
        let digest: String
        do { digest = try PartHeader.digest(ofModel: files) } catch let FileError.cannotRead(path, reason) {
            throw CommandError.partModelGone(path: path, reason: reason)
        }
        if digest != header.model { throw CommandError.partModel(path: files[0], part: part) }
    }
}
