import Graphs

/// Inputs of concatenations of which no channel stays, and the nodes that fed nothing else.
struct EmptiedBranches {
    var slots: Set<InputSlot>
    var gone: Set<NodeID>
}

extension Liveness {
    /// What matters where emptied branches hold nothing any more, and those branches.
    static func settled(_ constants: ConstantPropagation, shuffling: Shuffling = .freely) -> (
        liveness: Liveness, emptied: EmptiedBranches
    ) {
        var liveness = Liveness(constants, shuffling: shuffling), emptied = liveness.emptiedBranches()
        while !emptied.gone.isEmpty {
            var next = Liveness(constants, without: emptied.gone, shuffling: shuffling)
            let more = next.emptiedBranches()
            // What the branches held may have carried constants that a branch would have to carry now.
            guard more.slots.isSuperset(of: emptied.slots) else { break }
            let isSettled = more.gone == emptied.gone
            (liveness, emptied) = (next, more)
            if isSettled { break }
        }
        return (liveness, emptied)
    }

    /// For each tensor the channels that stay, ascending; none of those that nodes in `gone` make.
    mutating func kept(without gone: Set<NodeID>) -> IDArray<TensorID, [Int]> {
        var kept = wiring.counts.map { tensor, count in
            (0..<count).filter { isKept(ChannelID(tensor, $0)) }
        }
        for output in gone.flatMap({ graph.nodes[$0].outputs }) { kept[output] = [] }
        return kept
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

    /// No layer is left empty, but those of which a concatenation needs nothing: they go.
    mutating func keepOneChannelEverywhere() -> Bool {
        var changed = false
        let gone = emptiedBranches().gone
        for (id, node) in graph.nodes.enumerated() where !gone.contains(id) {
            for output in node.outputs where wiring.counts[output] > 0 {
                if (0..<wiring.counts[output]).contains(where: { isKept(ChannelID(output, $0)) }) { continue }
                let fed = fedChannels(id, output), staying = fed.filter { mayStay(ChannelID(output, $0)) }
                let candidates = staying.isEmpty ? fed : staying,
                    channel = candidates.first { values[output][$0].isProven } ?? candidates.first ?? 0
                keep(ChannelID(output, channel), .last(graph.layer(of: id).qualifiedName))
                changed = true
            }
        }
        return changed
    }

    /// Whether a node puts channels beside channels, and knows of its other axes no more than each of its inputs does.
    private func joinsChannels(_ id: NodeID) -> Bool {
        let node = graph.nodes[id], output = node.outputs[0]
        guard case let .concatenate(c) = graph.layer(of: id).operation, wiring.axes[output] == c.axis else {
            return false
        }
        return zip(node.inputs, wiring.roles[id]).allSatisfy { input, role in
            guard case .passed = role, var shape = graph.shapes[input], shape.indices.contains(c.axis) else {
                return false
            }
            shape[c.axis] = graph.shapes[output]?[c.axis]
            return shape == graph.shapes[output]
        }
    }
}
