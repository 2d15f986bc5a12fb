import Graphs

/// A branch that takes a constant from each channel of what it began with: the normalization that makes the constants
/// can read the beginning itself, and the layers between them go.
///
/// That is where a sum, or another combination, has both the beginning and the branch among its inputs (the identity
/// shortcut of a residual block), so that the normalization's channels are tied to those of the beginning as it is.
struct ConstantBranch {
    /// The layers that go, first to last.
    let layers: [NodeID]
    let normalization: NodeID
    /// What each channel of the normalization is made to hold.
    let constants: [ChannelValue]

    /// The branch that ends at one input of a node; nil where it does not end in constants, or is no simple chain.
    init?(
        endingAt slot: InputSlot, _ constants: ConstantPropagation, producers: IDArray<TensorID, NodeID?>,
        readers: IDArray<TensorID, [NodeID]>, calls: [LayerID: [NodeID]]
    ) {
        let graph = constants.graph, inputs = graph.nodes[slot.node].inputs
        guard case .merge = graph.layer(of: slot.node).operation else { return nil }
        /// The one node before a tensor that nobody else reads.
        func before(_ tensor: TensorID) -> NodeID? {
            guard let id = producers[tensor], readers[tensor].count == 1, !graph.outputs.contains(tensor),
                graph.nodes[id].inputs.count == 1, calls[graph.nodes[id].layer]?.count == 1,
                !constants.criteria.protected.contains(LayerKey(graph.layer(of: id)))
            else { return nil }
            return id
        }
        var tensor = inputs[slot.position], found: NodeID?
        while found == nil {
            // Behind a layer that combines channels, those of the normalization are free: tied, fewer of them could go.
            guard let id = before(tensor), graph.shapes[graph.nodes[id].inputs[0]] == graph.shapes[tensor],
                constants.wiring.roles[id] == [.passed(source: Array(0..<constants.wiring.counts[tensor]))]
            else { return nil }
            if case .batchNormalization = graph.layer(of: id).operation,
                Self.canHold(constants.values[tensor], graph.layer(of: id))
            {
                found = id
            }
            tensor = graph.nodes[id].inputs[0]
        }
        guard let normalization = found else { return nil }
        let path = graph.layer(of: normalization).path, shape = graph.shapes[tensor],
            axis = constants.wiring.axes[tensor]
        var layers: [NodeID] = []
        while !inputs.contains(tensor) {
            guard let id = before(tensor), graph.layer(of: id).path == path, !graph.layer(of: id).operation.isOpaque
            else { return nil }
            // A piece of a split cannot go alone.
            if case .slice = graph.layer(of: id).operation { return nil }
            layers.insert(id, at: 0)
            tensor = graph.nodes[id].inputs[0]
        }
        guard !layers.isEmpty, shape != nil, graph.shapes[tensor] == shape, constants.wiring.axes[tensor] == axis else {
            return nil
        }
        (self.layers, self.normalization) = (layers, normalization)
        self.constants = constants.values[graph.nodes[normalization].outputs[0]]
    }

    private static func canHold(_ values: [ChannelValue], _ layer: Layer) -> Bool {
        !values.isEmpty
            && values.indices.allSatisfy { channel in
                guard values[channel].constant != nil, let proof = values[channel].proof, proof <= .approximate else {
                    return false
                }
                return HeldChannel.canHold(layer, channel, weightThreshold: 0)
            }
    }
}
