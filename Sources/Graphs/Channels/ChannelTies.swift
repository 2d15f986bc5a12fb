/// Channels that can only live or die together: the sets that carrying layers and shared weights join.
package struct ChannelTies {
    private let offsets: IDArray<TensorID, Int>
    private var parents: [Int]

    package init(_ graph: Graph, _ wiring: ChannelWiring) {
        var total = 0
        offsets = wiring.counts.mapValues { count in
            defer { total += count }
            return total
        }
        parents = Array(0..<total)
        for (id, node) in graph.nodes.enumerated() {
            for (input, role) in zip(node.inputs, wiring.roles[id]) {
                guard let output = node.outputs.first else { continue }
                role.forEachPair { join(ChannelID(output, $0), ChannelID(input, $1)) }
            }
        }
        for ids in wiring.sharedCalls(graph) {
            for id in ids.dropFirst() {
                for (a, b) in zip(graph.nodes[ids[0]].tensors, graph.nodes[id].tensors) {
                    for channel in 0..<min(wiring.counts[a], wiring.counts[b]) {
                        join(ChannelID(a, channel), ChannelID(b, channel))
                    }
                }
            }
        }
    }

    /// The set a channel belongs to, as the number of one of its members.
    package mutating func set(of id: ChannelID) -> Int {
        var root = offsets[id.tensor] + id.channel
        while parents[root] != root {
            parents[root] = parents[parents[root]]
            root = parents[root]
        }
        return root
    }

    /// The number of channels of all tensors: an upper bound of the numbers of sets.
    package var count: Int { parents.count }

    private mutating func join(_ a: ChannelID, _ b: ChannelID) {
        let x = set(of: a), y = set(of: b)
        if x != y { parents[max(x, y)] = min(x, y) }
    }
}

extension Node {
    /// What the node reads and makes.
    package var tensors: [TensorID] { inputs + outputs }
}

extension Layer {
    /// Whether the layer's weights or config fix the number of channels of its inputs and outputs.
    package var hasFixedWidths: Bool { !weights.isEmpty || operation.kind.fixesWidths }
}
