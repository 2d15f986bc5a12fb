import Graphs
import Tensors

typealias WeightShapes = KeyValuePairs<WeightRole, [Int]>

extension Graph {
    /// Adds a layer named after its position.
    mutating func add(
        _ operation: Graphs.Operation, _ inputs: [TensorID] = [], weights: KeyValuePairs<WeightRole, Tensor> = [:]
    ) throws -> TensorID {
        try add(
            Layer(
                name: "layer\(layers.count)", operation: operation, weights: weights.map { Weight($0.key, $0.value) }),
            inputs)
    }

    /// Adds an input; a nil shape stands for a tensor of which nothing is known.
    mutating func input(_ shape: TensorShape?) throws -> TensorID {
        let tensor = try add(.input(Input(shape: shape ?? [1])))
        return shape == nil ? try add(.opaque(Opaque(className: "Lambda")), [tensor]) : tensor
    }

    /// One layer with weights of zeros, its inputs before it.
    static func of(_ operation: Graphs.Operation, _ weights: WeightShapes = [:], on inputs: [TensorShape?]) throws
        -> Graph
    {
        var graph = Graph()
        let tensors = try inputs.map { try graph.input($0) }
        let layer = Layer(
            name: "layer", operation: operation, weights: weights.map { Weight($0.key, Tensor(shape: $0.value)) })
        graph.outputs = [try graph.add(layer, tensors)]
        return graph
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

extension Tensor {
    static func random(_ shape: [Int], _ generator: inout SeededGenerator) -> Tensor {
        Tensor(shape: shape, (0..<count(of: shape)).map { _ in generator.uniform() * 2 - 1 })
    }
}
