/// Why a network cannot be trained, or training cannot go on, and what to do about it.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A layer without a backward pass lies between the inputs and the output.
    case unsupported(layer: String, kind: String)
    /// A layer's computation or sizes are impossible.
    case invalid(layer: String, reason: String)
    /// Training needs one input of images and one output of scores.
    case notAClassifier(reason: String)
    case classes(network: Int, data: Int)
    case images(network: [Int?], data: [Int])
    case tooLarge(bytes: Int, memory: Int)
    /// The loss, or a weight, is no number any more.
    case diverged(step: Int, epoch: Int, what: String, saved: String?)
    case noTestData(name: String)
    case tooFewImages(count: Int, batch: Int)
    /// A file of training state that does not fit what it is to continue.
    case state(path: String, reason: String)

    package var description: String {
        switch self {
        case let .unsupported(layer, kind):
            "layer '\(layer)': a \(kind) cannot be trained through; cut the model before it, or replace the layer"
        case let .invalid(layer, reason):
            "layer '\(layer)': \(reason); the checkpoint was edited, or holds another model"
        case let .notAClassifier(reason):
            "the network \(reason); training takes classifiers with one input of images and one output of N × classes"
        case let .classes(network, data):
            "the network knows \(network) classes, the data has \(data): use the data it was made for, or another network"
        case let .images(network, data):
            "the network takes images of \(network.map { $0.map(String.init) ?? "any" }.joined(separator: "×")), the data has \(data.map(String.init).joined(separator: "×")): use --resize or --crop, or other data"
        case let .tooLarge(bytes, memory):
            "a step needs \(bytes >> 20) MiB, there are \(memory >> 20): take a smaller --batch"
        case let .diverged(step, epoch, what, saved):
            "\(what) is no number any more at step \(step) of epoch \(epoch + 1): lower --lr or --l2"
                + (saved.map { "; \($0) holds what was before" } ?? "; no epoch was complete, nothing was written")
        case let .noTestData(name):
            "\(name): has no test images to measure an error on"
        case let .tooFewImages(count, batch):
            "\(count) training images do not fill one batch of \(batch): take a smaller --batch"
        case let .state(path, reason):
            "\(path): \(reason)"
        }
    }
}
