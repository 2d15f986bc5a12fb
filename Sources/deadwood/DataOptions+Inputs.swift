import Checkpoints
import Datasets
import Graphs

extension DataOptions {
    /// The images that `references` name, one for each of the model's inputs in its order, at most `limit` of them; nil where
    /// there is no reference. `option`: where they were given, for messages.
    ///
    /// How pixels are fed is a matter of images: beside inputs of three axes or more, others (vectors, sequences, numbers of
    /// words) are fed as they are.
    func images(_ references: [String], _ option: String, for checkpoint: Checkpoint, readingLabels: Bool = true) throws -> ModelCorpus? {
        if references.isEmpty { return nil }
        let shapes = checkpoint.graph.inputs.map { checkpoint.graph.shapes[$0] ?? [] }
        guard references.count == shapes.count else { throw CommandError.inputCount(option: option, expected: shapes.count, found: references.count) }
        let hasImages = shapes.contains(where: \.isOfImages)
        return try ModelCorpus(
            zip(references, shapes).map { reference, shape in
                if hasImages, !shape.isOfImages { return try .open(reference, overrides: .asStored, readingLabels: readingLabels).arranged(for: shape) }
                return try corpus(reference, for: checkpoint, shape: shape, readingLabels: readingLabels)
            }, limit: limit)
    }
}

extension PreprocessingOverrides {
    /// Whatever the file says.
    fileprivate static var asStored: PreprocessingOverrides { PreprocessingOverrides(scale: 1, mean: [0], std: [1]) }
}

extension TensorShape {
    /// Height, width, channels, or more.
    fileprivate var isOfImages: Bool { count >= 3 }
}

extension ModelCorpus {
    /// Those whose pixels reports tell of: of the first input that takes images, else of the first.
    var images: Corpus? { corpora.first { $0.inputShape.count >= 3 } ?? corpora.first }
}
