import Graphs

/// Sums with inputs that are 0 throughout: those inputs go, with the layers that fed nothing else, and a sum that is left
/// with one input becomes that input.
struct BranchRemoval {
    let cut: BranchCut
    /// The weakest proof among those that the inputs are 0; nil where none goes.
    let proof: Proof?

    init(_ constants: ConstantPropagation) {
        let graph = constants.graph, calls = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].layer }
        var proofs: [InputSlot: Proof] = [:], slots: [InputSlot] = []
        for id in graph.nodes.indices where calls[graph.nodes[id].layer]?.count == 1 {
            for (position, proof) in Self.deadInputs(of: id, graph, constants.values) {
                slots.append(InputSlot(node: id, position: position))
                proofs[InputSlot(node: id, position: position)] = proof
            }
        }
        let reach = BranchReach(graph, protected: constants.criteria.protected), allowed = reach.allowed(slots)
        cut = BranchCut(graph, allowed, gone: reach.unreached(without: allowed))
        proof = allowed.compactMap { proofs[$0] }.max()
    }

    /// The inputs of a sum without which it is the same because they are 0, and how sure that is; none for all else.
    private static func deadInputs(of id: NodeID, _ graph: Graph, _ values: [[ChannelValue]]) -> [(position: Int, proof: Proof)] {
        let node = graph.nodes[id]
        guard case let .merge(merge) = graph.layer(of: id).operation, let shape = graph.shapes[node.outputs[0]] else { return [] }
        var dead = node.inputs.indices.filter { position in
            let channels = values[node.inputs[position]]
            return (merge.kind == .add || (merge.kind == .subtract && position > 0)) && !channels.isEmpty && channels.allSatisfy { $0.constant == 0 }
        }
        // What stays must be as large as the sum. The names of the model's outputs are the caller's: there the sum stays, too.
        let least = graph.outputs.contains(node.outputs[0]) ? 2 : 1
        while !dead.isEmpty {
            let staying = node.inputs.indices.filter { !dead.contains($0) }
            if staying.count >= least, staying.contains(where: { graph.shapes[node.inputs[$0]] == shape }) { break }
            dead.removeFirst()
        }
        return dead.map { ($0, values[node.inputs[$0]].compactMap(\.proof).max() ?? .proven) }
    }
}
