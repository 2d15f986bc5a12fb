import Graphs

/// Whole branches that died: a sum with a branch that is 0 throughout becomes its other branch, and the layers that only
/// fed the dead one go.
///
/// Tensors keep their numbers; those of layers that went are made by no node any more.
struct BranchRemoval {
    private(set) var graph: Graph
    private(set) var removals: [LayerKey: Rewrite.Removal] = [:]
    /// The weakest proof among those that the branches are dead.
    private(set) var proof: Proof?

    init(_ constants: ConstantPropagation) {
        graph = constants.graph
        let before = unreachableNodes(), calls = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].layer }
        var bypassed: Set<NodeID> = []
        for id in graph.nodes.indices where calls[graph.nodes[id].layer]?.count == 1 {
            guard let (survivor, proof) = survivor(of: id, constants.values) else { continue }
            let node = graph.nodes[id], protected = constants.criteria.protected
            if !protected.isEmpty, losesLayer(of: protected, without: id, survivor: survivor, before) { continue }
            removals[LayerKey(graph.layers[node.layer])] = .bypassed(input: survivor)
            self.proof = max(proof, self.proof ?? proof)
            bypass(id, survivor)
            bypassed.insert(id)
        }
        if bypassed.isEmpty { return }
        drop(unreachableNodes().subtracting(before).union(bypassed))
    }

    /// Lets those that read a node's output read one of its inputs instead.
    private mutating func bypass(_ id: NodeID, _ survivor: Int) {
        let node = graph.nodes[id]
        for reader in graph.nodes.indices {
            graph.nodes[reader].inputs = graph.nodes[reader].inputs.map { $0 == node.outputs[0] ? node.inputs[survivor] : $0 }
        }
    }

    /// Whether a protected layer would go with a sum.
    private func losesLayer(of protected: Set<LayerKey>, without id: NodeID, survivor: Int, _ before: Set<NodeID>) -> Bool {
        var trial = self
        trial.bypass(id, survivor)
        return trial.unreachableNodes().subtracting(before).union([id]).contains { protected.contains(LayerKey(graph.layer(of: $0))) }
    }

    /// The input that a sum of two passes on unchanged because the other is 0, and how sure that is; nil for all else.
    private func survivor(of id: NodeID, _ values: [[ChannelValue]]) -> (position: Int, proof: Proof)? {
        let node = graph.nodes[id]
        // The names of the model's outputs are the caller's.
        guard case let .merge(merge) = graph.layer(of: id).operation, node.inputs.count == 2, !graph.outputs.contains(node.outputs[0]) else { return nil }
        for (survivor, dead) in [(0, 1), (1, 0)] where merge.kind == .add || (merge.kind == .subtract && dead == 1) {
            let channels = values[node.inputs[dead]]
            guard !channels.isEmpty, channels.allSatisfy({ $0.constant == 0 }), node.inputs[0] != node.inputs[1],
                let shape = graph.shapes[node.outputs[0]], graph.shapes[node.inputs[survivor]] == shape
            else { continue }
            return (survivor, channels.compactMap(\.proof).max() ?? .proven)
        }
        return nil
    }

    /// Nodes from which no output, and no layer with unknown effects, can be reached. All calls of a layer count as one.
    private func unreachableNodes() -> Set<NodeID> {
        var wanted = Set(graph.outputs), layers: Set<LayerID> = [], reached: Set<NodeID> = []
        var grew = true
        while grew {
            grew = false
            for (id, node) in graph.nodes.enumerated().reversed() where !reached.contains(id) {
                let isRoot = switch graph.layers[node.layer].operation {
                case .input, .opaque: true
                default: false
                }
                guard isRoot || layers.contains(node.layer) || node.outputs.contains(where: wanted.contains) else { continue }
                reached.insert(id)
                layers.insert(node.layer)
                wanted.formUnion(node.inputs)
                grew = true
            }
        }
        return Set(graph.nodes.indices).subtracting(reached)
    }

    /// Takes nodes away, and with them the layers that no other node calls.
    private mutating func drop(_ gone: Set<NodeID>) {
        let nodes = graph.nodes.indices.filter { !gone.contains($0) }.map { graph.nodes[$0] }
        let needed = Set(nodes.map(\.layer))
        for layer in Set(gone.map { graph.nodes[$0].layer }).subtracting(needed) {
            let key = LayerKey(graph.layers[layer])
            removals[key] = removals[key] ?? .unread
        }
        let called = Set(graph.nodes.map(\.layer))
        let layers = graph.layers.indices.filter { needed.contains($0) || !called.contains($0) }
        let numbers = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($0.element, $0.offset) })
        graph.nodes = nodes.map { Node(layer: numbers[$0.layer] ?? $0.layer, inputs: $0.inputs, outputs: $0.outputs) }
        graph.layers = layers.map { graph.layers[$0] }
    }
}
