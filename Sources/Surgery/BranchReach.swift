import Graphs

/// One input of one call of a layer.
struct InputSlot: Hashable {
    let node: NodeID
    let position: Int
}

/// What would go with some inputs of sums and concatenations: all that fed nothing else.
struct BranchReach {
    private let graph: Graph
    private let protected: Set<LayerKey>
    /// Nodes that lead to no output as it is: they stay.
    private var loose: Set<NodeID> = []

    init(_ graph: Graph, protected: Set<LayerKey>) {
        (self.graph, self.protected) = (graph, protected)
        loose = unreached(without: [])
    }

    /// The nodes that nothing needs once `slots` are not read any more. Inputs of the model stay, and all calls of a
    /// layer count as one. So do all slices of one tensor: they may be the pieces of a split, which has all of them or
    /// none.
    func unreached(without slots: Set<InputSlot>) -> Set<NodeID> {
        var wanted = IDArray<TensorID, Bool>(repeating: false, count: graph.shapes.count),
            layers = IDArray<LayerID, Bool>(repeating: false, count: graph.layers.count), sliced: Set<TensorID> = []
        for output in graph.outputs { wanted[output] = true }
        var open = graph.nodes.indices.filter { !loose.contains($0) }
        func reach(_ id: NodeID) {
            layers[graph.nodes[id].layer] = true
            if graph.layer(of: id).isSlice { sliced.insert(graph.nodes[id].inputs[0]) }
            for (position, input) in graph.nodes[id].inputs.enumerated()
            where !slots.contains(InputSlot(node: id, position: position)) { wanted[input] = true }
        }
        for id in loose { reach(id) }
        while true {
            let count = open.count
            // Readers come after what they read: last to first, one walk does but for layers called several times.
            open = open.reversed().filter { id in
                let node = graph.nodes[id], layer = graph.layers[node.layer]
                let isWanted = layers[node.layer] || node.outputs.contains { wanted[$0] }
                guard isWanted || layer.isInput || (layer.isSlice && sliced.contains(node.inputs[0])) else {
                    return true
                }
                reach(id)
                return false
            }.reversed()
            if open.count == count { return Set(open) }
        }
    }

    /// Those of `slots` that can go together: all, or where that is too much, what can be had one after the other.
    ///
    /// Protected layers stay, and layers with unknown effects. So does a part of a nested model that the model hands
    /// over to another, or takes from it: how many tensors those are is written where it is called.
    func allowed(_ slots: [InputSlot]) -> Set<InputSlot> {
        let all = Set(slots)
        if all.isEmpty || areAllowed(all) { return all }
        var result: Set<InputSlot> = []
        for slot in slots where areAllowed(result.union([slot])) { result.insert(slot) }
        return result
    }

    private func areAllowed(_ slots: Set<InputSlot>) -> Bool {
        let gone = unreached(without: slots)
        let bypassed = Set(slots.map(\.node)).filter { id in
            graph.nodes[id].inputs.indices.count { !slots.contains(InputSlot(node: id, position: $0)) } == 1
        }
        return !gone.union(bypassed).contains { protected.contains(LayerKey(graph.layer(of: $0))) }
            && !gone.contains { graph.layer(of: $0).operation.isOpaque } && !splitsModel(gone)
    }

    /// Whether a tensor that crosses the border of a nested model goes, and the model stays.
    private func splitsModel(_ gone: Set<NodeID>) -> Bool {
        func models(_ id: NodeID) -> Set<[String]> {
            let path = graph.layer(of: id).path
            return Set(path.indices.map { Array(path[...$0]) })
        }
        if graph.layers.allSatisfy({ $0.path.isEmpty }) { return false }
        let staying = Set(graph.nodes.indices.filter { !gone.contains($0) }.flatMap(models))
        let producers = graph.producers
        return graph.nodes.indices.contains { reader in
            graph.nodes[reader].inputs.contains { input in
                guard let producer = producers[input], gone.contains(producer) else { return false }
                return !models(producer).symmetricDifference(models(reader)).isDisjoint(with: staying)
            }
        }
    }
}

extension Layer {
    fileprivate var isInput: Bool { if case .input = operation { true } else { false } }
    fileprivate var isSlice: Bool { if case .slice = operation { true } else { false } }
}
