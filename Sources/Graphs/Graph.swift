import Tensors

/// A network as layers, the calls of those layers, and the tensors that flow between the calls.
///
/// Nested models are flattened: every call of an inner layer is a node of its own. A layer that is called several times
/// (a shared layer, or any layer of a shared model) has several nodes and one set of weights.
package struct Graph: Sendable {
    /// The owners of weights, in the order of the checkpoint.
    package var layers: IDArray<LayerID, Layer>
    /// Calls of layers, in topological order: a node's inputs are made by earlier nodes.
    package var nodes: IDArray<NodeID, Node>
    /// The shape of each tensor without its batch axis, indexed by `TensorID`; nil behind a layer that cannot be
    /// evaluated.
    package var shapes: IDArray<TensorID, TensorShape?>
    /// The tensors fed by the caller, in the model's order. Each is the output of a node whose layer is an `.input`.
    package var inputs: [TensorID]
    /// The tensors returned to the caller, in the model's order. One tensor may appear twice.
    package var outputs: [TensorID]

    package init(
        layers: IDArray<LayerID, Layer> = [], nodes: IDArray<NodeID, Node> = [],
        shapes: IDArray<TensorID, TensorShape?> = [],
        inputs: [TensorID] = [], outputs: [TensorID] = []
    ) {
        (self.layers, self.nodes, self.shapes, self.inputs, self.outputs) = (layers, nodes, shapes, inputs, outputs)
    }
}

/// One call of a layer.
package struct Node: Sendable, Equatable {
    package var layer: LayerID
    package var inputs: [TensorID]
    /// One tensor for every kind of layer but the opaque ones, which may return several.
    package var outputs: [TensorID]

    package init(layer: LayerID, inputs: [TensorID], outputs: [TensorID]) {
        (self.layer, self.inputs, self.outputs) = (layer, inputs, outputs)
    }
}

/// The axes of a tensor without the batch axis; nil where the length depends on the input.
package typealias TensorShape = [Int?]

extension Graph {
    /// Appends a call of `layer` and returns the tensor it makes, its shape still unknown.
    @discardableResult
    package mutating func call(_ layer: LayerID, _ inputs: [TensorID], outputs count: Int = 1) -> [TensorID] {
        let outputs = (0..<count).map { _ in shapes.add(nil) }
        nodes.append(Node(layer: layer, inputs: inputs, outputs: outputs))
        return outputs
    }

    /// Appends a layer called once and returns the tensor it makes: the way tests and generators build graphs.
    package mutating func add(_ layer: Layer, _ inputs: [TensorID] = []) throws -> TensorID {
        let tensor = call(layers.add(layer), inputs)[0]
        if case .input = layer.operation { self.inputs.append(tensor) }
        try inferShape(of: nodes.index(before: nodes.endIndex))
        return tensor
    }

    /// The layer that node `id` calls.
    package func layer(of id: NodeID) -> Layer { layers[nodes[id].layer] }

    /// For each tensor the node that makes it.
    package var producers: IDArray<TensorID, NodeID?> {
        var result = IDArray<TensorID, NodeID?>(repeating: nil, count: shapes.count)
        for (id, node) in nodes.enumerated() { for tensor in node.outputs { result[tensor] = id } }
        return result
    }

    /// For each tensor the nodes that read it, in order; a node that reads it twice is named twice. Model outputs are
    /// not readers.
    package var readers: IDArray<TensorID, [NodeID]> {
        var result = IDArray<TensorID, [NodeID]>(repeating: [], count: shapes.count)
        for (id, node) in nodes.enumerated() { for tensor in node.inputs { result[tensor].append(id) } }
        return result
    }

    /// The nodes that any of `tensors` depends on, in order.
    package func nodesNeeded(for tensors: some Sequence<TensorID>) -> [NodeID] {
        var wanted = Set(tensors), needed: [NodeID] = []
        for id in nodes.indices.reversed() where !wanted.isDisjoint(with: nodes[id].outputs) {
            needed.append(id)
            wanted.formUnion(nodes[id].inputs)
        }
        return needed.reversed()
    }

    /// The number of weights, trained and not.
    package var parameters: Int { layers.reduce(0) { $0 + $1.parameters } }

    /// Whether some layer's computation is not known, so that the graph cannot be run.
    package var hasOpaqueLayers: Bool { nodes.contains { layers[$0.layer].operation.isOpaque } }
}
