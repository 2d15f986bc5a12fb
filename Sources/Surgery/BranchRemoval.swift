import Graphs

/// Branches that died as a whole before they are combined with others.
///
/// Inputs of sums that are 0 throughout go, with the layers that fed nothing else, and a sum that is left with one
/// input becomes that input. Of branches that are constant otherwise, only what makes the constants stays where it can
/// be.
struct BranchRemoval {
    let cut: BranchCut
    /// What is left of the graph, with the channels of `held` set.
    private(set) var graph: Graph
    private(set) var held: [HeldChannel] = []
    /// The weakest proof among those that the branches are dead; nil where none goes.
    let proof: Proof?

    init(_ constants: ConstantPropagation) {
        let graph = constants.graph, calls = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].layer }
        let dead = graph.nodes.indices.filter { calls[graph.nodes[$0].layer]?.count == 1 }
            .flatMap { Self.deadInputs(of: $0, graph, constants.values) }
        let reach = BranchReach(graph, protected: constants.criteria.protected),
            allowed = reach.allowed(dead.map(\.slot))
        let gone = reach.unreached(without: allowed), producers = graph.producers, readers = graph.readers
        let branches = graph.nodes.indices.filter { !gone.contains($0) }.flatMap { id in
            graph.nodes[id].inputs.indices.map { InputSlot(node: id, position: $0) }.filter { !allowed.contains($0) }
        }.compactMap { ConstantBranch(endingAt: $0, constants, producers: producers, readers: readers, calls: calls) }
        cut = BranchCut(graph, allowed, gone: gone, bypassing: Set(branches.flatMap(\.layers)))
        let proofs = dead.filter { allowed.contains($0.slot) }.map(\.proof)
        proof = (proofs + branches.flatMap(\.constants).compactMap(\.proof)).max()
        self.graph = cut.graph
        for branch in branches {
            let key = LayerKey(graph.layer(of: branch.normalization))
            guard let layer = self.graph.layers.firstIndex(where: { LayerKey($0) == key }) else { continue }
            for (channel, value) in branch.constants.compactMap(\.constant).enumerated() {
                let channel = HeldChannel(layer: layer, channel: channel, value: value)
                self.graph.layers[layer] = channel.applied(to: self.graph.layers[layer])
                held.append(channel)
            }
        }
    }

    /// The inputs of a sum without which it is the same because they are 0, and how sure that is; none for all else.
    private static func deadInputs(
        of id: NodeID, _ graph: Graph, _ values: IDArray<TensorID, [ChannelValue]>
    ) -> [(slot: InputSlot, proof: Proof)] {
        let node = graph.nodes[id]
        guard case let .merge(merge) = graph.layer(of: id).operation, let shape = graph.shapes[node.outputs[0]]
        else { return [] }
        var dead = node.inputs.indices.filter { position in
            let channels = values[node.inputs[position]]
            return (merge.kind == .add || (merge.kind == .subtract && position > 0)) && !channels.isEmpty
                && channels.allSatisfy { $0.constant == 0 }
        }
        // What stays must be as large as the sum. The names of the model's outputs are the caller's: there the sum
        // stays, too.
        let least = graph.outputs.contains(node.outputs[0]) ? 2 : 1
        while !dead.isEmpty {
            let staying = node.inputs.indices.filter { !dead.contains($0) }
            if staying.count >= least, staying.contains(where: { graph.shapes[node.inputs[$0]] == shape }) { break }
            dead.removeFirst()
        }
        return dead.map { position in
            let proofs = values[node.inputs[position]].compactMap(\.proof)
            return (InputSlot(node: id, position: position), proofs.max() ?? .proven)
        }
    }
}
