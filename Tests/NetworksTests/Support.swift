import Graphs
import Networks
import Tensors
import TestSupport

/// What one layer makes of inputs without their batch axis; all are one image.
func result(
    _ operation: Operation, _ weights: [(WeightRole, Tensor)] = [], _ inputs: Tensor...,
    backend: NetworkOptions = NetworkOptions(threads: 1)
) throws -> Tensor {
    let graph = try Graph.of(operation, weights.map { Weight($0, $1) }, on: inputs.map { $0.shape.map { $0 } })
    let output = try Network(graph, options: backend).run(inputs.map { $0.reshaped([1] + $0.shape) })[0]
    return output.reshaped(Array(output.shape.dropFirst()))
}
