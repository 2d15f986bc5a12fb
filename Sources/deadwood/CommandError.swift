/// What keeps a command from doing its work before any module is asked.
enum CommandError: Error, CustomStringConvertible {
    case exists(path: String)
    /// What is wrong with a model, by an error that does not say in which file.
    case model(path: String, error: any Error)
    case notWritable(path: String)
    case outputIsInput(path: String)
    /// Two outputs under one name.
    case sameOutput(path: String)
    case stdout(reason: String)
    case severalInputs(count: Int)
    case noLabels(path: String)
    case inputCount(expected: Int, found: Int)
    case imageCounts([Int])

    var description: String {
        switch self {
        case let .exists(path): "\(path): exists; choose another name or add --force"
        case let .model(path, error): "\(path): \(error)"
        case let .notWritable(path): "\(path): cannot be written; choose the name of a file, in a folder that exists and may be written to"
        case let .outputIsInput(path): "\(path): is an input, which is never written to; choose another name"
        case let .sameOutput(path): "\(path): is written by another option as well; choose another name"
        case let .stdout(reason): "the result could not be written to stdout: \(reason)"
        case let .severalInputs(count):
            "the model has \(count) inputs, a corpus feeds one; predict with one --input for each, prune without --verify"
        case let .noLabels(path): "\(path): has no labels; add a dataset 'y' with one class per image"
        case let .inputCount(expected, found): "the model has \(expected) input\(expected == 1 ? "" : "s"), --input was given \(found == 1 ? "1 time" : "\(found) times"); give one for each, in the order of 'deadwood inspect'"
        case let .imageCounts(counts): "the inputs hold \(counts.map(String.init).joined(separator: ", ")) images; give the same number for each"
        }
    }
}
