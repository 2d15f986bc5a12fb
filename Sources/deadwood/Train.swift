import ArgumentParser
import Checkpoints
import Datasets
import Files
import Foundation
import Graphs
import Reports
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a network of the papers, or goes on training a checkpoint.",
        usage: """
            deadwood train --network <name> --dataset <kind> --data <path> -o <model>
            deadwood train --from <model> --dataset <kind> --data <path> -o <model>
            """,
        discussion: """
            After each epoch the model is written to the output, and beside it, under the same name with .training, all that \
            is needed to go on: Ctrl-C saves and stops, and the same command with --resume ends with the very bytes of a run \
            that was never interrupted.
            """)

    @Option(help: ArgumentHelp("A network of the papers, with fresh weights.", valueName: "name"))
    var network: NamedNetwork?

    @Option(
        help: ArgumentHelp("A checkpoint to start from, instead of a network by name.", valueName: "model"),
        completion: .file())
    var from: String?

    @OptionGroup var reading: ReadingOptions
    @OptionGroup(title: "Network") var design: DesignOptions
    @OptionGroup(title: "Images") var data: TrainingDataOptionGroup
    @OptionGroup(title: "Recipe") var recipe: RecipeOptions

    @Option(
        name: .shortAndLong, help: "The model to write: .h5 or .keras; for --from in the model's own format.",
        completion: .file())
    var output: String

    @Option(
        help: ArgumentHelp(
            "Write what each epoch was like to a file, as JSON or CSV by its ending.", valueName: "path"),
        completion: .file())
    var history: String?

    @Option(help: ArgumentHelp("Stop after so many steps in all.", valueName: "n"))
    var maxSteps: Int?

    @Flag(
        help:
            "Go on where a run of the same settings stopped, or from its end with more --epochs; begin where there is none."
    )
    var resume = false

    @Option(help: ArgumentHelp("Threads to compute on. Default: all cores.", valueName: "n"))
    var threads: Int?

    @OptionGroup var result: ResultOptions

    func validate() throws {
        if (network == nil) == (from == nil) { throw ValidationError("Give either --network or --from.") }
        if from != nil, !design.isUsual {
            throw ValidationError(
                "--width, --leaky, --poolings, --head, --gamma, --beta, --dropout and --hidden belong to --network.")
        }
        if let history, !["json", "csv"].contains(URL(fileURLWithPath: history).pathExtension.lowercased()) {
            throw ValidationError("--history takes a file that ends in .json or .csv, not '\(history)'.")
        }
        try requirePositive(["--max-steps": maxSteps])
        try requireThreads(threads)
    }

    func run() throws {
        let statePath = "\(output).training"
        if from == nil { try Checkpoint.checkNewOutput(output) }
        let source = try from.map { try reading.open($0) }
        try source?.checkEnding(of: output)
        let isResumed = resume && FileManager.default.fileExists(atPath: statePath)
        try checkOutputs(statePath, isResumed: isResumed)
        if let source { _ = try source.checkOutput(output, overwrite: result.force || isResumed) }
        let model = try source.flatMap { source in
            try source.graph.inputs.first.map {
                try ModelPixels(notes: source.notes, path: source.path, graph: source.graph, input: $0)
            }
        }
        let images = try data.open(for: model), recipe = recipe.recipe
        let graph = try source?.graph ?? design.design(network ?? .basicnet, images).graph(seed: recipe.seed)
        let run = try TrainingRun(
            graph, data: images, recipe: recipe,
            options: .init(statePath: statePath, maxSteps: maxSteps, threads: threads, settings: settings),
            observe: { [epochs = self.recipe.epochs.reduce(0, +)] in Console.show($0, epochs: epochs) })
        if isResumed { note(try run.resume(.read(statePath), from: statePath)) }
        describe(graph, images)
        for warning in images.feeding.warnings { Console.warn(warning) }
        Console.note(images.feeding.line)
        Interruption.isNoted()
        // What came to be there while the first epoch ran is not this run's.
        var isOwn = result.force || isResumed
        let outcome = try run.run(shouldStop: { Interruption.isRequested }) { network, history in
            let notes = try history.notes.merging(images.notes) { $1 }.merging(recipe.notes) { $1 }
            if let source {
                let draft = try source.draft(weights: network, notes: notes, for: output, overwrite: isOwn)
                _ = try draft.readBack()
                try draft.commit()
                if history.count <= 1 { for warning in draft.warnings { Console.warn(warning) } }
            } else {
                _ = try Checkpoint.create(
                    network, name: self.network?.rawValue ?? "model", at: output, overwrite: isOwn, notes: notes)
            }
            isOwn = true
            if let path = self.history { try write(history, to: path) }
        }
        Console.wipe()
        if outcome.ending == .interrupted {
            Console.note("stopped after \(outcome.steps) steps; the same command with --resume goes on")
            throw ExitCode(128 + Interruption.requested.load(ordering: .relaxed))
        }
        let report = TrainingReport(
            output: output, dataset: images.name, pixels: PixelsLine(images.feeding), recipe: recipe, outcome: outcome,
            model: graph, hasSoftLabels: images.hasSoftLabels)
        try result.show(report)
    }

    /// What a run is told, but for how it is run; the text is that of earlier versions.
    private var settings: TrainingSettings {
        let start = network.map { "\($0.rawValue) \(design.settings)" } ?? "from \(from ?? "")"
        let beginning = from.map {
            [
                TrainingSettings.Setting("--from", $0),
                .init("--declare", reading.declare.isEmpty ? nil : reading.declare),
            ]
        }
        return TrainingSettings(
            (beginning ?? [.init("--network", network?.rawValue)] + design.namedSettings) + data.namedSettings
                + recipe.namedSettings, text: "\(start); \(data.settings); \(recipe.recipe)")
    }

    /// Refuses, before any work is done, files that cannot or must not be written; where a run was begun, it offers to
    /// go on.
    private func checkOutputs(_ statePath: String, isResumed: Bool) throws {
        let inputs = try DataReference.paths([data.data]) + [from].compactMap { $0 } + reading.files
        let own = isResumed ? [] : [output, statePath]
        let outputs = own + [history, result.json].compactMap { $0 }.filter { $0 != "-" }
        try Outputs.check(outputs, inputs: inputs, overwriting: true)
        if !isResumed, !result.force, let progress = TrainingState.progress(statePath) {
            throw CommandError.begunRun(
                path: output, epochs: progress.epochs, total: progress.total, isInsideEpoch: progress.isInsideEpoch)
        }
        try Outputs.check(outputs, inputs: inputs, overwriting: result.force || isResumed)
        // A run that goes on owns what it wrote, but not yet a result.
        if isResumed { try result.check(reading: inputs) }
    }

    private func note(_ continuation: TrainingContinuation) {
        let epochs = recipe.epochs.map(String.init).joined(separator: ",")
        switch continuation {
        case .asBefore: break
        case let .otherEnd(before):
            Console.note(
                "goes on after epoch \(before) to the end of --epochs \(epochs): the result is that of a run that was given them from the beginning"
            )
        case let .otherCurve(before, factor):
            Console.note(
                "goes on after epoch \(before) along the half cosine of \(epochs) epochs, from \(Float(factor)) of the learning rate on; the epochs before followed a shorter one, so the result is not that of a run of \(epochs) epochs"
            )
        }
    }

    /// What is not plain from the command line: which parts of the model's own training are followed, and which are
    /// not.
    private func describe(_ graph: Graph, _ images: TrainingData) {
        let frozen = graph.layers.count { $0.isFrozen && !$0.weights.isEmpty }
        if frozen > 0 { Console.note("frozen layers (trainable: false), which stay as they are: \(frozen)") }
        let regularizers = graph.appliedRegularizers
        if !regularizers.isEmpty {
            Console.note(
                "the model's own regularizers are applied in every step, beside --l2, and left out of the losses that are shown: \(regularizers.joined(separator: "; "))"
            )
        }
        if images.hasSoftLabels {
            Console.note(
                "labels are class probabilities: the loss is the cross-entropy with them as they are, errors count the likeliest class"
            )
        }
        let noises = Set(
            graph.layers.filter { $0.operation == .identity && $0.className != "Identity" }.map(\.className)
        ).sorted()
        if !noises.isEmpty {
            Console.warn("what these layers do in training is left out: \(noises.joined(separator: ", "))")
        }
        let others = graph.unappliedRegularization
        if !others.isEmpty {
            Console.warn(
                "what the model asks for in training is left out where it is not L1 or L2 of a weight: \(others.joined(separator: "; "))"
            )
        }
    }

    private func write(_ history: [EpochRecord], to path: String) throws {
        let isCSV = path.lowercased().hasSuffix(".csv")
        let text = try isCSV ? CSVRenderer().render(history.table) : history.json.printableJSON
        try NewFile.write(text.utf8, to: path, overwriting: true)
    }
}

extension Console {
    /// Where a training run of so many epochs is.
    static func show(_ event: TrainingRun.Event, epochs: Int) {
        switch event {
        case let .epoch(record): note(record.line(of: epochs))
        case let .step(epoch, step, steps, loss, error, speed, left):
            status(
                TrainingReport.progress(
                    epoch: epoch + 1, of: epochs, step: step, of: steps, loss: loss, error: error, speed: speed,
                    left: left))
        }
    }
}

extension NamedNetwork: ExpressibleByArgument {}
