import Graphs

/// A graph without some inputs of its sums and concatenations, and without the nodes that fed nothing else.
/// What reads a node to be bypassed reads that node's only input.
///
/// Tensors keep their numbers; those of nodes that went are made by no node any more.
struct BranchCut {
    private(set) var graph: Graph
    /// The layers that went, a sum or concatenation that was left with one input among them.
    private(set) var removals: [LayerKey: Rewrite.Removal] = [:]
    /// The inputs that layers which stay have lost.
    private(set) var dropped: [LayerKey: Set<Int>] = [:]

    init(_ source: Graph, _ slots: Set<InputSlot>, gone: Set<NodeID>, bypassing bypassed: Set<NodeID> = []) {
        graph = source
        if slots.isEmpty && bypassed.isEmpty { return }
        var passed: [TensorID: TensorID] = [:], nodes: IDArray<NodeID, Node> = []
        for (id, old) in source.nodes.enumerated() where !gone.contains(id) {
            let staying = old.inputs.indices.filter { !slots.contains(InputSlot(node: id, position: $0)) }
            let node = Node(
                layer: old.layer, inputs: staying.map { passed[old.inputs[$0]] ?? old.inputs[$0] }, outputs: old.outputs
            )
            let key = LayerKey(source.layers[old.layer])
            if staying.count == 1, old.inputs.count > 1 || bypassed.contains(id) {
                passed[old.outputs[0]] = node.inputs[0]
                removals[key] = .bypassed(input: staying[0])
                continue
            }
            if staying.count < old.inputs.count { dropped[key] = Set(old.inputs.indices).subtracting(staying) }
            nodes.append(node)
        }
        let called = Set(source.nodes.map(\.layer)), needed = Set(nodes.map(\.layer))
        for layer in called.subtracting(needed) {
            let key = LayerKey(source.layers[layer])
            removals[key] = removals[key] ?? .unread
        }
        graph.layers = []
        var places: [LayerID: LayerID] = [:]
        for (id, layer) in source.layers.enumerated() where needed.contains(id) || !called.contains(id) {
            places[id] = graph.layers.add(layer)
        }
        graph.nodes = nodes.mapValues {
            Node(layer: places[$0.layer] ?? $0.layer, inputs: $0.inputs, outputs: $0.outputs)
        }
    }
}
