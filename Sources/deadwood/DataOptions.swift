import ArgumentParser
import Checkpoints
import Datasets
import Graphs

/// How the pixels of a corpus become a model's input.
struct DataOptions: ParsableArguments {
    @OptionGroup var pixels: PixelOptions
    @OptionGroup var size: SizeOptions

    @Option(help: ArgumentHelp("Use the first n images only.", valueName: "n"))
    var limit: Int?

    func validate() throws { try requirePositive(["--limit": limit]) }

    /// The images that `reference` names, in the shape that one of the model's inputs asks for. What makes it doubtful
    /// that they are fed rightly goes to stderr.
    func corpus(_ reference: String, for checkpoint: Checkpoint, input: TensorID, readingLabels: Bool) throws -> Corpus
    {
        let model = try ModelPixels(
            notes: checkpoint.notes, path: checkpoint.path, graph: checkpoint.graph, input: input)
        let corpus = try Corpus.open(
            reference, size: size.size, overrides: pixels.overrides, model: model, readingLabels: readingLabels
        ).arranged(for: checkpoint.graph.shapes[input] ?? [])
        for warning in corpus.feeding.warnings { Console.warn(warning) }
        return corpus
    }
}

extension ModelCorpus {
    /// What normalizations are fitted to must be what the model will be fed; says so where neither the user nor the
    /// model does.
    func warnBeforeRecalibrating() {
        if corpora.contains(where: \.feeding.isGuessed) {
            Console.warn(
                "--recalibrate fits the model to pixels that are fed by a guess: if it was trained on others, the new model is spoiled; say by --pixels what it was trained with"
            )
        }
    }
}

extension DataReference {
    /// The files and folders that the options given lead to.
    static func paths(_ references: [String]) throws -> [String] { try references.map { try DataReference($0).path } }
}
