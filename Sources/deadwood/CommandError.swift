/// What keeps a command from doing its work before any module is asked.
enum CommandError: Error, CustomStringConvertible {
    /// A training run's output, and how far the run came: complete epochs, those it was to have where that is known.
    case begunRun(path: String, epochs: Int, total: Int?, isInsideEpoch: Bool)
    /// What is wrong with a model, by an error that does not say in which file.
    case model(path: String, error: any Error)
    case stdout(reason: String)
    /// Outputs that are no numbers, in words.
    case notFinite(model: String, String)
    case noLabels(path: String)
    /// Another number of `option` than the model has inputs.
    case inputCount(option: String, expected: Int, found: Int)
    /// More or fewer ranges than an input has channels; 0 where these are not known.
    case rangeChannels(input: String, channels: Int, found: Int)
    /// A range that has nothing in common with that of an earlier cut.
    case disjointRange(path: String)
    /// A file of which no page can be made.
    case noResult(path: String, reason: String)
    /// What `--require-verified` asks for cannot be said.
    case notVerified(path: String, reason: String)
    /// Parts of a sharded run that do not go with what is there now.
    case partVersion(path: String, found: String, own: String)
    case partModel(path: String, part: String)
    case partModelGone(path: String, reason: String)
    case partCorpus(paths: [String], part: String)
    case partInstructions(found: String, parts: String)
    case partsNeedOutput
    case partOption(String, verb: String)

    var description: String {
        switch self {
        case let .begunRun(path, epochs, total, isInsideEpoch):
            if let total, epochs >= total, !isInsideEpoch {
                "\(path): exists; a run of \(epochs) epoch\(epochs == 1 ? "" : "s") was finished there: add --resume and more --epochs to go on from its end, choose another name, or add --force to start over"
            } else {
                "\(path): a run was interrupted there in epoch \(epochs + 1)\(total.map { " of \($0)" } ?? ""); add --resume to go on, or --force to start over"
            }
        case let .model(path, error): "\(path): \(error)"
        case let .stdout(reason): "the result could not be written to stdout: \(reason)"
        case let .notFinite(model, what):
            "\(model): \(what); there is no error rate to tell: check how pixels are fed (--pixels), or take an earlier checkpoint"
        case let .noLabels(path): "\(path): has no labels; add a dataset 'y' with one class per image"
        case let .noResult(path, reason): "\(path): \(reason)"
        case let .notVerified(path, reason):
            "\(path): not written, as the compact model would not be verified: \(reason)"
        case let .partVersion(path, found, own):
            "\(path): was made by deadwood \(found), this is \(own); make all shards again, or merge them with that version"
        case let .partModel(path, part):
            "\(path): is not the model that \(part) was made with; say by --model where that is"
        case let .partModelGone(path, reason):
            "\(path): the model that the shards read cannot be read: \(reason); say by --model where it is now"
        case let .partCorpus(paths, part):
            "\(paths.joined(separator: ", ")): is not the corpus that \(part) was made with; say by --corpus where that is"
        case let .partInstructions(found, parts):
            "the parts were computed with \(parts) instructions, this run uses \(found), which differ in the last bits; set DEADWOOD_INSTRUCTIONS=\(parts), or add --mixed"
        case .partsNeedOutput: "these are parts of predict: say by -o where their answers go"
        case let .partOption(option, verb): "these are parts of \(verb), for which there is no \(option); leave it out"
        case let .rangeChannels(input, channels, found):
            "--input-range gives \(found) ranges, the input '\(input)' has \(channels == 0 ? "channels that are not known" : channels == 1 ? "1 channel" : "\(channels) channels"); give one range for all, or one for each"
        case let .disjointRange(path):
            "\(path): an earlier cut holds for inputs that --input-range leaves out; give a range that meets the one 'deadwood analyze' names"
        case let .inputCount(option, expected, found):
            "the model has \(expected) input\(expected == 1 ? "" : "s"), \(option) was given \(found == 1 ? "1 time" : "\(found) times"); give one for each, in the order of 'deadwood inspect'"
        }
    }
}
