/// What makes a graph impossible: always a checkpoint whose config contradicts itself or its weights.
package enum GraphError: Error, Equatable, CustomStringConvertible {
    /// A layer was called with a number of tensors it does not take.
    case inputCount(layer: String, expected: String, found: Int)
    /// A layer was called with a tensor of a rank (batch axis not counted) it does not take.
    case rank(layer: String, expected: String, found: TensorShape)
    /// A weight has another shape than the layer's input and config ask for.
    case weightShape(layer: String, weight: String, expected: [Int], found: [Int])
    /// The layer's config or the shapes of its inputs cannot work together.
    case invalid(layer: String, reason: String)

    package var description: String {
        switch self {
        case let .inputCount(layer, expected, found):
            "layer '\(layer)' takes \(expected), its config connects \(found); the model's wiring is damaged"
        case let .rank(layer, expected, found):
            "layer '\(layer)' takes \(expected), it receives shape \(found.text); the model's wiring is damaged"
        case let .weightShape(layer, weight, expected, found):
            "layer '\(layer)': weight '\(weight)' has shape \(found), its config and input ask for \(expected); the file was edited or truncated"
        case let .invalid(layer, reason):
            "layer '\(layer)': \(reason)"
        }
    }
}

extension TensorShape {
    /// With the batch axis first: `(None, 32, 32, 3)`.
    package var text: String {
        "(" + (["None"] + map { $0.map(String.init) ?? "None" }).joined(separator: ", ") + ")"
    }
}
