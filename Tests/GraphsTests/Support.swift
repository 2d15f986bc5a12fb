import Graphs
import Tensors
import TestSupport

typealias WeightShapes = KeyValuePairs<WeightRole, [Int]>

extension Graph {
    /// One layer with weights of zeros, its inputs before it.
    static func of(_ operation: Graphs.Operation, _ weights: WeightShapes, on inputs: [TensorShape?]) throws -> Graph {
        try of(operation, weights.map { Weight($0.key, Tensor(shape: $0.value)) }, on: inputs)
    }
}

/// The shape that a layer makes of inputs of these shapes; nil stands for an unknown one.
func shape(_ operation: Graphs.Operation, _ weights: WeightShapes = [:], on inputs: TensorShape?...) throws
    -> TensorShape?
{
    try Graph.of(operation, weights, on: inputs).shapes.last ?? nil
}

/// The error of a layer on inputs of these shapes; nil where there is none.
func error(_ operation: Graphs.Operation, _ weights: WeightShapes = [:], on inputs: TensorShape?...) -> GraphError? {
    do {
        _ = try Graph.of(operation, weights, on: inputs)
        return nil
    } catch { return error as? GraphError }
}

extension GraphError {
    /// The reason of `.invalid` about the layer `layer`, nil for other errors.
    var reason: String? {
        if case let .invalid("layer", reason) = self { reason } else { nil }
    }
}
