import ArgumentParser
import Datasets
import Experiments
import Files
import Foundation
import Reports
import Training

struct Reproduce: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Runs an experiment of the papers at a chosen scale, and sets the papers' numbers beside the measured ones.",
        usage: """
            deadwood reproduce --list [<name>]
            deadwood reproduce <name> --data <path> -o <folder> [<options>]
            """,
        discussion: """
            Each row of the experiment is trained, watched over the test images, cut at |γ| < 1e-3 and tested again. The \
            folder gets, for each row and seed, the trained model and its result, and <name>-summary.md and .json. What is \
            done there is not done again: after Ctrl-C the same command goes on.

            Training as the papers did takes days for a table. A short run shows what a long one does only where steps · λ \
            is about the same; below 7 no filter dies of decay alone. See --scale-lambda.
            """)

    @Argument(help: "The experiment: see --list.")
    var name: String?

    @Flag(help: "Show what there is, or the rows of the one named, and do nothing.")
    var list = false

    @Option(
        help: ArgumentHelp("These rows only.", valueName: "row,…"),
        transform: { $0.split(separator: ",").map(String.init) })
    var rows: [String] = []

    @Option(help: ArgumentHelp("What the width of every network is multiplied with.", valueName: "x"))
    var width = 1.0

    @Option(
        help: ArgumentHelp("Epochs of each segment at the usual batch. Default: the papers'.", valueName: "n,…"),
        transform: { try epochList($0, like: "25,5", least: 1) })
    var epochs: [Int]?

    @Option(
        help: ArgumentHelp(
            "Multiply every λ with this, or, with 'steps', with what the steps are fewer by than the papers'.",
            valueName: "x"), transform: lambdaScale)
    var scaleLambda = LambdaScale.factor(1)

    @Option(
        help: ArgumentHelp(
            "What γ of every batch normalization starts with: a number, or uniform: each drawn from 0 to 1.",
            valueName: "x"))
    var gamma = InitialScale.constant(1)

    @Option(
        help: ArgumentHelp(
            "Of initial weights, order and augmentation: each row runs once with each. Default: 0.", valueName: "n,…"),
        transform: seedList)
    var seeds: [UInt64] = [0]

    @Option(help: ArgumentHelp("What the images are. Default: the papers'.", valueName: "kind"))
    var dataset: DatasetKind?

    @Option(help: ArgumentHelp("The folder or file that holds it.", valueName: "path"), completion: .file())
    var data: String?

    @Option(help: ArgumentHelp("Learn from the first n images only.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Test on the first n images only.", valueName: "n"))
    var testLimit: Int?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The folder for models and results; made where there is none.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Option(help: ArgumentHelp("Threads to compute on. Default: all cores.", valueName: "n"))
    var threads: Int?

    @OptionGroup var result: ResultOptions

    func validate() throws {
        if !(width > 0) || width > 16 {
            throw ValidationError("--width takes a number above 0, at most 16, not \(width).")
        }
        try requirePositive(["--limit": limit, "--test-limit": testLimit])
        try requireThreads(threads)
        guard let name else {
            if list { return } else { throw ValidationError("Give the name of an experiment; --list shows them.") }
        }
        if name == ScaleDecay.name {
            guard rows.isEmpty, width == 1, epochs == nil, gamma == .constant(1), seeds.count == 1, data == nil,
                dataset == nil, limit == nil, testLimit == nil
            else {
                throw ValidationError(
                    "\(name) trains no network: of the options of experiments it takes one of --seeds and -o alone.")
            }
            return
        }
        do { _ = try Experiment.named(name).rows(rows) } catch { throw ValidationError("\(error).") }
        if !list, data == nil || output == nil {
            throw ValidationError(
                "\(name) needs --data, the images to learn from, and -o, a folder for models and results.")
        }
    }

    func run() throws {
        if list {
            let experiments = try name.map { $0 == ScaleDecay.name ? [] : [try Experiment.named($0)] }
            return try result.show(ExperimentList(experiments.flatMap { $0.isEmpty ? nil : $0 }))
        }
        try result.check(reading: DataReference.paths([data].compactMap { $0 }))
        if name == ScaleDecay.name {
            let report = ScaleDecayReport(ScaleDecay.run(seed: seeds[0]))
            if let output { try write(report, to: summaries(of: ScaleDecay.name, in: output)) }
            return try result.show(report)
        }
        guard let name, let data, let output else { throw CleanExit.helpRequest(self) }
        try reproduce(Experiment.named(name), data: data, output: output)
    }

    private func reproduce(_ experiment: Experiment, data: String, output: String) throws {
        let kind = dataset ?? experiment.dataset
        let images = try TrainingData.open(
            kind, path: data, options: TrainingDataOptions(limit: limit, testLimit: testLimit))
        Console.note(images.feeding.line)
        let scaling = Scaling(width: width, epochs: epochs, lambda: scaleLambda, gamma: gamma)
        let reproduction = try Reproduction(
            experiment, rows: rows, data: images,
            options: .init(
                folder: output, scaling: scaling, seeds: seeds, threads: threads,
                dataSettings: "\(kind.rawValue) \(data) limit \(limit ?? 0) \(testLimit ?? 0)", overwrite: result.force)
        )
        let summaries = try summaries(of: experiment.name, in: output)
        Interruption.isNoted()
        let results = try reproduction.run(shouldStop: { Interruption.isRequested }, observe: show)
        Console.wipe()
        guard let results else {
            Console.note("stopped; the same command goes on")
            throw ExitCode(128 + Interruption.requested.load(ordering: .relaxed))
        }
        let report = ReproductionReport(
            experiment, rows: reproduction.rows, results: results, scaling: scaling, data: images.name,
            pixels: PixelsLine(images.feeding))
        try write(report, to: summaries)
        try result.show(report)
    }

    /// Where the summary goes, in a folder that is made where there is none; refuses one that it cannot go to.
    private func summaries(of name: String, in folder: String) throws -> (json: String, markdown: String) {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw FileError.notWritable(path: folder)
        }
        let paths = (json: "\(folder)/\(name)-summary.json", markdown: "\(folder)/\(name)-summary.md")
        try Outputs.check(
            [paths.json, paths.markdown], inputs: DataReference.paths([data].compactMap { $0 }), overwriting: true)
        return paths
    }

    private func write(_ report: some Report, to paths: (json: String, markdown: String)) throws {
        try NewFile.write(ResultOptions.json(report).utf8, to: paths.json, overwriting: true)
        try NewFile.write(MarkdownRenderer().render(report).utf8, to: paths.markdown, overwriting: true)
    }

    private func show(_ event: Reproduction.Event) {
        switch event {
        case let .begin(row, seed, number, count): Console.note("\(row), seed \(seed) (\(number) of \(count))")
        case let .training(event, epochs): Console.show(event, epochs: epochs)
        case let .done(result): Console.note(result.failure.map { "stopped: \($0)" } ?? "done: \(result.steps) steps")
        }
    }
}

/// `10` or `steps`.
@Sendable private func lambdaScale(_ text: String) throws -> LambdaScale {
    if text == "steps" { return .steps }
    guard let factor = Double(text), factor > 0, factor.isFinite else {
        throw ValidationError("--scale-lambda takes 'steps' or a number above 0 like 10, not '\(text)'.")
    }
    return .factor(factor)
}

/// `0,1`, none twice.
@Sendable private func seedList(_ text: String) throws -> [UInt64] {
    try list(text, "a list of seeds like 0,1", where: { Set($0).count == $0.count }) { UInt64($0) }
}
