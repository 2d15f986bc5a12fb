import Graphs

/// The filters of one layer, and where their life shows: its batch normalization and its activation.
package struct FilterBank: Sendable {
    package let layer: LayerID
    package let name: String
    /// Keras's class name of the layer.
    package let kind: String
    /// The number of output channels.
    package let filters: Int
    /// What the layer makes.
    package let output: TensorID
    /// The batch normalization that alone reads the output, directly or behind the activation; nil where there is none.
    package let normalization: NodeID?
    /// Whether the normalization comes behind the activation, so that nothing rectifies what it makes.
    package let normalizesActivation: Bool
    /// The tensor behind normalization and activation: a filter lives when this is not 0.
    package let activation: TensorID
    /// The function that makes `activation`; `.linear` where nothing follows.
    package let function: Activation
    /// The channel axis of `output` and `activation`, the batch axis not counted.
    package let axis: Int

    /// The banks of a graph in its order: convolutions of every kind and dense layers. A shared layer counts once, by
    /// its first call; layers behind one that cannot be evaluated are left out where their width is not known.
    package static func all(in graph: Graph) -> [FilterBank] {
        let wiring = ChannelWiring(graph), readers = graph.readers
        var seen: Set<LayerID> = []
        return graph.nodes.indices.compactMap { id in
            let node = graph.nodes[id], layer = graph.layers[node.layer]
            guard let own = layer.operation.activation, let output = node.outputs.first, let axis = wiring.axes[output],
                seen.insert(node.layer).inserted
            else { return nil }
            var current = output, normalization: NodeID?, normalizesActivation = false, measured = output,
                function = own
            walk: while readers[current].count == 1, !graph.outputs.contains(current),
                let reader = readers[current].first
            {
                let isSilent = function == .linear
                switch graph.layer(of: reader).operation.kind.effect {
                case let .normalization(norm) where normalization == nil && norm.axis == axis:
                    (normalization, normalizesActivation) = (reader, !isSilent)
                case let .function(a) where a.isElementwise && isSilent: function = a
                case .slopes where isSilent: function = .relu(slope: 1)
                case .copy: break
                case .source, .unknown, .move, .plane, .function, .slopes, .normalization, .affine, .weights, .taps,
                    .merge, .concatenation:
                    break walk
                }
                current = graph.nodes[reader].outputs[0]
                // Behind an activation a normalization only rescales: life shows before it.
                if isSilent { measured = current }
            }
            return FilterBank(
                layer: node.layer, name: layer.qualifiedName, kind: layer.className, filters: wiring.counts[output],
                output: output, normalization: normalization, normalizesActivation: normalizesActivation,
                activation: measured, function: function, axis: axis)
        }
    }
}
