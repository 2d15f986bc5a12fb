import ArgumentParser
import Checkpoints
import Reports

/// Which checkpoint, and what it does not say itself.
struct ModelOptions: ParsableArguments {
    @Argument(help: "The checkpoint: .h5, .hdf5, .keras, or weights with --architecture.", completion: .file())
    var model: String

    @OptionGroup var reading: ReadingOptions

    func validate() throws {
        if model.isEmpty { throw ValidationError("the checkpoint's path is empty.") }
    }

    /// All that is read when it is opened.
    var files: [String] { [model] + reading.files }

    func open() throws -> Checkpoint { try reading.open(model) }
}

/// What a checkpoint does not say itself.
struct ReadingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The model's JSON, for a file that holds weights alone.", valueName: "model.json"),
        completion: .file())
    var architecture: String?

    @Option(
        help: ArgumentHelp(
            "What a layer or its function computes that cannot be evaluated, by name or class: 'clipped_relu*=relu(max=20)', 'rescale=scale(1/255)'. May be repeated.",
            valueName: "pattern=function"))
    var declare: [String] = []

    /// What is read beside a checkpoint.
    var files: [String] { [architecture].compactMap { $0 } }

    /// The checkpoint at `path`; its warnings go to stderr, and errors name it.
    /// `readsWeights`: whether more than the shapes of its large weights is asked for.
    func open(_ path: String, readsWeights: Bool = true) throws -> Checkpoint {
        let declarations = try declare.map(Declaration.init(parsing:)), checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint.open(
                path, architecture: architecture, declarations: declarations, readsWeights: readsWeights)
        } catch  where !"\(error)".contains(path) {
            throw CommandError.model(path: path, error: error)
        }
        for warning in checkpoint.warnings { Console.warn(warning) }
        return checkpoint
    }
}

extension Checkpoint {
    /// What was assumed of its layers, for reports.
    var declarationLines: [DeclarationLine] {
        assumptions.map { DeclarationLine(declaration: $0.declaration.text, layers: $0.layers) }
    }
}
