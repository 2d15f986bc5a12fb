import Graphs

/// Inputs of concatenations of which no channel stays, and the nodes that fed nothing else.
struct EmptiedBranches {
    var slots: Set<InputSlot>
    var gone: Set<NodeID>
}

extension Liveness {
    /// What matters where emptied branches hold nothing any more, and those branches.
    static func settled(_ constants: ConstantPropagation) -> (liveness: Liveness, emptied: EmptiedBranches) {
        var liveness = Liveness(constants), emptied = liveness.emptiedBranches()
        while !emptied.gone.isEmpty {
            var next = Liveness(constants, without: emptied.gone)
            let more = next.emptiedBranches()
            // What the branches held may have carried constants that a branch would have to carry now.
            guard more.slots.isSuperset(of: emptied.slots) else { break }
            let isSettled = more.gone == emptied.gone
            (liveness, emptied) = (next, more)
            if isSettled { break }
        }
        return (liveness, emptied)
    }

    /// Inputs of concatenations of which no channel stays, and the nodes that fed nothing else.
    mutating func emptiedBranches() -> EmptiedBranches {
        var slots: [InputSlot] = []
        for (id, node) in graph.nodes.enumerated() where calls[node.layer].count == 1 && joinsChannels(id) {
            for (position, input) in node.inputs.enumerated() {
                let channels = (0..<wiring.counts[input]).map { ChannelID(input, $0) }
                if !channels.contains(where: { isKept($0) }) { slots.append(InputSlot(node: id, position: position)) }
            }
        }
        let allowed = reach.allowed(slots)
        return EmptiedBranches(slots: allowed, gone: reach.unreached(without: allowed))
    }

    /// Whether a node puts channels beside channels, and knows of its other axes no more than each of its inputs does.
    private func joinsChannels(_ id: NodeID) -> Bool {
        let node = graph.nodes[id], output = node.outputs[0]
        guard case let .concatenate(c) = graph.layer(of: id).operation, wiring.axes[output] == c.axis else { return false }
        return zip(node.inputs, wiring.roles[id]).allSatisfy { input, role in
            guard case .carried = role, var shape = graph.shapes[input], shape.indices.contains(c.axis) else { return false }
            shape[c.axis] = graph.shapes[output]?[c.axis]
            return shape == graph.shapes[output]
        }
    }
}
