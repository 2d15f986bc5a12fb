/// How far a graph can be run when some of its layers cannot be evaluated: everything that does not depend on one of
/// them.
///
/// Only what the model's outputs depend on counts: an opaque layer that nobody reads ends nothing.
package struct RunnablePart: Sendable, Equatable {
    /// For each tensor whether it can be computed from the inputs.
    package let isComputable: IDArray<TensorID, Bool>
    /// The tensors that can be computed and that enter what cannot, ascending. The model's inputs are not among them.
    package let frontier: [TensorID]
    /// The first layers on their way that cannot be evaluated, by qualified name, in the graph's order; none where all
    /// of the outputs can be computed.
    package let ends: [String]
    /// The positions of the model's outputs that can be computed.
    package let outputs: [Int]

    package init(_ graph: Graph) {
        var isComputable = IDArray<TensorID, Bool>(repeating: false, count: graph.shapes.count)
        for node in graph.nodes
        where !graph.layers[node.layer].operation.isOpaque && node.inputs.allSatisfy({ isComputable[$0] }) {
            for output in node.outputs { isComputable[output] = true }
        }
        var frontier: Set<TensorID> = [], ends: [String] = []
        for id in graph.nodesNeeded(for: graph.outputs) {
            let node = graph.nodes[id], layer = graph.layers[node.layer]
            if node.outputs.allSatisfy({ isComputable[$0] }) { continue }
            let known = node.inputs.filter { isComputable[$0] }
            frontier.formUnion(known)
            if layer.operation.isOpaque, known.count == node.inputs.count, !ends.contains(layer.qualifiedName) {
                ends.append(layer.qualifiedName)
            }
        }
        self.isComputable = isComputable
        self.frontier = frontier.subtracting(graph.inputs).sorted()
        self.ends = ends
        outputs = graph.outputs.indices.filter { isComputable[graph.outputs[$0]] }
    }
}

extension Graph {
    /// The same graph with other outputs: what else it computes is left out when it is run.
    package func answering(with outputs: [TensorID]) -> Graph {
        var result = self
        result.outputs = outputs
        return result
    }
}
