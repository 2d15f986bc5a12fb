import Graphs
import Tensors

extension Graph {
    /// A graph of one layer called "layer", its inputs before it; a nil shape stands for a tensor of which nothing is
    /// known.
    package static func of(_ operation: Operation, _ weights: [Weight] = [], on inputs: [TensorShape?]) throws -> Graph
    {
        var graph = Graph()
        let tensors = try inputs.map { try graph.input($0) }
        graph.outputs = [try graph.add(Layer(name: "layer", operation: operation, weights: weights), tensors)]
        return graph
    }

    /// Adds an input; a nil shape stands for a tensor of which nothing is known.
    package mutating func input(_ shape: TensorShape?) throws -> TensorID {
        let input = Layer(name: "in\(layers.count)", operation: .input(Input(shape: shape ?? [1])))
        let tensor = try add(input)
        return shape == nil ? try add(.opaque(Opaque(className: "Lambda")), [tensor]) : tensor
    }

    /// Adds a layer named after its position.
    package mutating func add(
        _ operation: Operation, _ inputs: [TensorID] = [], weights: KeyValuePairs<WeightRole, Tensor> = [:]
    ) throws -> TensorID {
        let weights = weights.map { Weight($0.key, $0.value) }
        return try add(Layer(name: "layer\(layers.count)", operation: operation, weights: weights), inputs)
    }

    /// Adds a layer called `name` with random weights of the shapes that it asks for.
    package mutating func add(_ name: String, _ operation: Operation, _ inputs: [TensorID]) throws -> TensorID {
        let shape = (inputs.first.flatMap { shapes[$0] } ?? []).map { $0 ?? 1 }
        let weights = operation.randomWeights(input: shape, seed: UInt64(layers.count))
        return try add(Layer(name: name, operation: operation, weights: weights), inputs)
    }
}
