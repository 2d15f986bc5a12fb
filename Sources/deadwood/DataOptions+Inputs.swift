import Checkpoints
import Datasets
import Graphs

extension DataOptions {
    /// The images that `references` name, one for each of the model's inputs in its order, at most `limit` of them; nil
    /// where there is no reference. `option`: where they were given, for messages.
    ///
    /// How pixels are fed is a matter of images: beside inputs of three axes or more, others (vectors, sequences,
    /// numbers of words) are fed as they are.
    func images(_ references: [String], _ option: String, for checkpoint: Checkpoint, readingLabels: Bool = true) throws
        -> ModelCorpus?
    {
        if references.isEmpty { return nil }
        let inputs = checkpoint.graph.inputs, shapes = inputs.map { checkpoint.graph.shapes[$0] ?? [] }
        guard references.count == shapes.count else {
            throw CommandError.inputCount(option: option, expected: shapes.count, found: references.count)
        }
        let hasImages = shapes.contains(where: \.isOfImages)
        return try ModelCorpus(
            zip(references, zip(inputs, shapes)).map { reference, place in
                let (input, shape) = place
                if hasImages, !shape.isOfImages {
                    return try .open(reference, isOfPixels: false, readingLabels: readingLabels).arranged(for: shape)
                }
                return try corpus(reference, for: checkpoint, input: input, readingLabels: readingLabels)
            }, limit: limit)
    }
}

extension TensorShape {
    /// Height, width, channels, or more.
    var isOfImages: Bool { count >= 3 }
}
