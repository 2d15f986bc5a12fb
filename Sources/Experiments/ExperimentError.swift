/// Why an experiment cannot be reproduced so, and what to do about it.
package enum ExperimentError: Error, Equatable, CustomStringConvertible {
    case unknown(String, known: [String])
    case unknownRow(String, experiment: String, known: [String])
    /// The data set is another task.
    case classes(experiment: String, expected: Int, data: String, found: Int)
    /// A regularizer so strong that it leaves nothing to train: decay by λ of 1 is all of a weight at each step.
    case lambda(row: String, lambda: Double)
    /// A file that another run left where this one would write.
    case otherRun(path: String, reason: String)
    case tooFewImages(row: String, batch: Int, count: Int)

    package var description: String {
        switch self {
        case let .unknown(name, known): "there is no experiment '\(name)'; known are \(known.joined(separator: ", "))"
        case let .unknownRow(label, experiment, known):
            "\(experiment) has no row '\(label)'; its rows are \(known.joined(separator: ", "))"
        case let .classes(experiment, expected, data, found):
            "\(data): has \(found) classes, \(experiment) is about \(expected); choose its data set, or another of as many classes"
        case let .lambda(row, lambda):
            "\(row): λ would be \(lambda), which leaves nothing to train; train for more epochs, choose other rows with --rows, or a smaller --scale-lambda"
        case let .otherRun(path, reason): "\(path): \(reason); choose another folder, or replace it with --force"
        case let .tooFewImages(row, batch, count):
            "\(row): \(count) training images do not fill one batch of \(batch); take more, or choose other rows with --rows"
        }
    }
}
