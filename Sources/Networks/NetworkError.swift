import Graphs

/// Why a graph cannot be run, or not with these inputs.
package enum NetworkError: Error, Equatable, CustomStringConvertible {
    /// A layer outside the closed set lies between the inputs and what was asked for.
    case opaque(layer: String, className: String, keepsShape: Bool = true, obstacle: Obstacle = .undeclared)
    /// Another number of input tensors than the model has inputs.
    case inputCount(expected: Int, found: Int)
    /// An input of another shape (N first) than the model's.
    case inputShape(input: String, expected: TensorShape, found: [Int])
    /// Inputs of one run with different numbers of images, or none.
    case batch([Int])
    /// A shape that does not follow from the inputs'.
    case unknownShape(layer: String, shape: TensorShape?)
    /// A tensor, or all that must be in memory at once, beyond the machine's memory. `bytes` is nil beyond counting.
    case tooLarge(layer: String?, bytes: Int?, memory: Int)
    /// The same, beyond what images and weights account for.
    case outOfProportion(layer: String?, bytes: Int?, limit: Int)
    /// Threads that a run was to have and that the system refuses, where fewer are no answer.
    case threads(expected: Int, found: Int)
    /// A config that names axes or amounts which make no sense.
    case invalid(layer: String, reason: String)

    package var description: String {
        switch self {
        case let .opaque(layer, className, keepsShape, obstacle):
            "layer '\(layer)' is a \(className), \(obstacle.text(layer: layer, keepsShape: keepsShape))"
        case let .inputCount(expected, found):
            "the model takes \(expected) input\(expected == 1 ? "" : "s"), \(found) given; give one tensor for each"
        case let .inputShape(input, expected, found):
            "input '\(input)' takes shape \(expected.text), found (\(found.map(String.init).joined(separator: ", "))); give data of the model's shape, images first"
        case let .batch(counts):
            counts == [0]
                ? "there are no images in the input; give at least one"
                : "the inputs hold \(counts.map(String.init).joined(separator: ", ")) images; give as many for each input, at least one"
        case let .unknownShape(layer, shape):
            "the output of layer '\(layer)' has shape \(shape?.text ?? "unknown"), which the inputs do not settle; give the model's input a definite shape"
        case let .tooLarge(layer, bytes, memory):
            "\(Self.need(layer, bytes)), there are \(memory >> 20) MiB; use a smaller batch or input"
        case let .outOfProportion(layer, bytes, limit):
            "\(Self.need(layer, bytes)), its images and weights account for \(limit >> 20) MiB at most: its config is damaged, or say how much memory it may take, as in DEADWOOD_MEMORY=8G"
        case let .threads(expected, found):
            "the system grants \(found) of \(expected) threads, which would measure something else; give --threads \(found), or raise its limit (ulimit -u, or the container's)"
        case let .invalid(layer, reason):
            "layer '\(layer)': \(reason); its config is damaged"
        }
    }

    private static func need(_ layer: String?, _ bytes: Int?) -> String {
        "\(layer.map { "the output of layer '\($0)'" } ?? "the network") needs \(bytes.map { "\($0 >> 20) MiB" } ?? "more memory than can be addressed")"
    }
}
