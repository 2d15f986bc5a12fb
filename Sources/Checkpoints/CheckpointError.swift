/// What went wrong while a checkpoint was read or written, and what to do about it.
///
/// Damage inside an HDF5 file is reported by `HDF5Error`, contradictory shapes by `GraphError`, what keeps a file from
/// being written by `FileError`.
package enum CheckpointError: Error, Equatable, CustomStringConvertible {
    /// Not one of the formats this project reads.
    case unknownFormat(file: String, reason: String)
    /// A file of a known format that is not read.
    case foreignFormat(file: String, name: String, advice: String)
    /// A file of weights alone, and no architecture was given.
    case noArchitecture(file: String)
    case invalidJSON(name: String, line: Int, column: Int, reason: String)
    /// A config says something impossible; `subject` is a layer or model.
    case invalidConfig(subject: String, reason: String)
    case missingWeights(file: String, layer: String, expected: String)
    case weightCount(layer: String, expected: Int, found: Int)
    case shapeMismatch(layer: String, weight: String, expected: [Int?], found: [Int])
    /// Weights fit the layers in more than one way, and nothing tells which is meant.
    case ambiguousGroups(file: String)
    case notFinite(layer: String, weight: String, value: String)
    /// A variance whose square root is no number, with the epsilon added too.
    case negativeVariance(layer: String, weight: String, channel: Int, value: Float)
    case unknownInputShape(model: String)
    case invalidArchive(file: String, reason: String)
    /// Something is wrong with the HDF5 file inside an archive; `detail` is the `HDF5Error`.
    case insideArchive(file: String, detail: String)
    case invalidDeclaration(text: String, reason: String)
    /// A declaration that a layer contradicts.
    case refusedDeclaration(text: String, layer: String, reason: String)
    /// The digest in an architecture's JSON is not that of the weights.
    case otherWeights(architecture: String, weights: String)
    case outputIsInput(file: String)
    case outputFormat(file: String, expected: String)
    /// A new model, which is written as one of two formats.
    case newFormat(file: String)
    /// The folder for temporary files does not take what has to go there.
    case cannotUnpack(file: String, reason: String)
    /// The rewrite asks for a change that this format cannot express.
    case inexpressible(layer: String, reason: String)

    package var description: String {
        switch self {
        case let .unknownFormat(file, reason):
            "\(file): not a Keras checkpoint: \(reason); expected a legacy .h5, a .keras archive, or weights with --architecture"
        case let .foreignFormat(file, name, advice):
            "\(file): this is \(name), not a Keras checkpoint: \(advice)"
        case let .noArchitecture(file):
            "\(file): holds weights but no architecture; give the model's JSON with --architecture"
        case let .invalidJSON(name, line, column, reason):
            "\(name): invalid JSON at line \(line), column \(column): \(reason); the file was edited or truncated"
        case let .invalidConfig(subject, reason):
            "'\(subject)': \(reason); the config was edited, or is not of a Keras model"
        case let .missingWeights(file, layer, expected):
            "\(file): layer '\(layer)': no \(expected) in the file; it was saved before the model was built, or belongs to another model"
        case let .weightCount(layer, expected, found):
            "layer '\(layer)': its config asks for \(expected) weights, the file holds \(found); the weights belong to another model"
        case let .shapeMismatch(layer, weight, expected, found):
            "layer '\(layer)': weight '\(weight)' has shape \(found), its config and input ask for [\(expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]; the file was edited or truncated"
        case let .ambiguousGroups(file):
            "\(file): the groups of its weights can be read in two ways, by their numbers and by the layers' names, and both fit; load it in the Keras that wrote it and save it again"
        case let .notFinite(layer, weight, value):
            "layer '\(layer)': weight '\(weight)' holds \(value); the training diverged, take an earlier checkpoint"
        case let .negativeVariance(layer, weight, channel, value):
            "layer '\(layer)': weight '\(weight)' holds the variance \(value) for channel \(channel), which makes every output NaN; the file is damaged or its weights are in another order, take an earlier checkpoint"
        case let .unknownInputShape(model):
            "'\(model)': neither the config nor the weights tell the input's shape; save the model after calling it once"
        case let .invalidArchive(file, reason):
            "\(file): damaged or unusual .keras archive: \(reason); copy or save it again"
        case let .insideArchive(file, detail):
            "\(file): \(detail)"
        case let .invalidDeclaration(text, reason):
            "--declare '\(text)': \(reason); write it like 'clipped_relu*=relu(max=20)'"
        case let .refusedDeclaration(text, layer, reason):
            "--declare '\(text)': layer '\(layer)' \(reason); leave it out, the layer is kept as it is"
        case let .otherWeights(architecture, weights):
            "\(architecture): was written together with other weights than \(weights) holds: give the two files of one model; if a command was killed while it wrote them, the next one that writes into their folder completes the pair; if the weights were changed on purpose, remove '\(WeightsDigest.key)' from the JSON"
        case let .outputIsInput(file):
            "\(file): is the input itself, which is never written to; choose another name"
        case let .outputFormat(file, expected):
            "\(file): this model is written as \(expected); choose a name with that ending"
        case let .newFormat(file):
            "\(file): a new model is written as .keras or .h5; choose a name with one of these endings"
        case let .cannotUnpack(file, reason):
            "\(file): cannot be unpacked: \(reason); set TMPDIR to a folder that exists, may be written to and has room"
        case let .inexpressible(layer, reason):
            "layer '\(layer)': \(reason)"
        }
    }
}
