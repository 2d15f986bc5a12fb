/// What keeps a command from doing its work before any module is asked.
enum CommandError: Error, CustomStringConvertible {
    case exists(path: String)
    case notWritable(path: String)
    case severalInputs(count: Int)
    case noLabels(path: String)
    case needsCorpus
    case inputCount(expected: Int, found: Int)
    case imageCounts([Int])

    var description: String {
        switch self {
        case let .exists(path): "\(path): exists; choose another name or add --force"
        case let .notWritable(path): "\(path): cannot be written; choose a folder that exists and may be written to"
        case let .severalInputs(count):
            "the model has \(count) inputs, a corpus feeds one; predict with one --input for each, prune without --verify"
        case let .noLabels(path): "\(path): has no labels; add a dataset 'y' with one class per image"
        case .needsCorpus: "the criterion 'activation' looks at data: add --corpus FILE, or leave it out of --criteria"
        case let .inputCount(expected, found): "the model has \(expected) inputs, --input was given \(found) times; give one for each, in the order of 'deadwood inspect'"
        case let .imageCounts(counts): "the inputs hold \(counts.map(String.init).joined(separator: ", ")) images; give the same number for each"
        }
    }
}
