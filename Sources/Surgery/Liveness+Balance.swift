import Graphs

/// Groups of channels that must stay equally wide.
extension Liveness {
    /// Keeps channels that could go where their group would become narrower than the others; a group of which nothing
    /// is left goes.
    mutating func keepBalance() -> Bool {
        let grouped = graph.nodes.indices.reversed().filter {
            wiring.roles[$0] == [.read] && graph.layer(of: $0).operation.groups > 1
        }
        if grouped.isEmpty && boundaries.columns.isEmpty { return false }
        var changed = false
        let gone = emptiedBranches().gone
        for id in grouped where !gone.contains(id) {
            let layer = graph.layer(of: id), node = graph.nodes[id]
            let groups = (0..<layer.operation.groups).map { group in
                [node.inputs[0], node.outputs[0]].map { tensor in part(group, of: layer.operation.groups, in: tensor) }
            }
            changed = level(groups, atLeast: 1, .grouped(layer.qualifiedName)) || changed
        }
        for (tensor, cuts) in boundaries.columns.sorted(by: { $0.key < $1.key }) {
            guard let grid = wiring.grids[tensor], let node = graph.nodes.first(where: { $0.outputs.contains(tensor) })
            else { continue }
            let rows = (0..<grid.rows).map { row in
                zip(cuts, cuts.dropFirst()).map { range in
                    (range.0..<range.1).map { ChannelID(tensor, row * grid.columns + $0) }
                }
            }
            changed = level(rows, atLeast: 0, .shuffled(graph.layers[node.layer].qualifiedName)) || changed
        }
        return changed
    }

    /// The channels of a layer's output that cost no further group: all, but those of groups of which no input channel
    /// stays.
    mutating func fedChannels(_ id: NodeID, _ output: TensorID) -> [Int] {
        let groups = graph.layer(of: id).operation.groups, count = wiring.counts[output]
        return (0..<count).filter {
            groups == 1 || part($0 * groups / count, of: groups, in: graph.nodes[id].inputs[0]).contains { isKept($0) }
        }
    }

    private func part(_ group: Int, of groups: Int, in tensor: TensorID) -> [ChannelID] {
        let width = wiring.counts[tensor] / groups
        return (group * width..<(group + 1) * width).map { ChannelID(tensor, $0) }
    }

    /// Makes every group that stays keep as many of each of its parts as the one that keeps most of it.
    private mutating func level(_ groups: [[[ChannelID]]], atLeast least: Int, _ reason: PinReason) -> Bool {
        let counts = groups.map { $0.map { part in part.count { isKept($0) } } }
        let staying = groups.indices.filter { counts[$0].contains { $0 > 0 } }
        var changed = false
        for part in groups[0].indices {
            let wanted = staying.map { counts[$0][part] }.max().map { max($0, least) } ?? 0
            for group in staying where counts[group][part] < wanted {
                // What is sure to hold a constant asks the least of the layers before.
                let open = groups[group][part].filter { !isKept($0) }.sorted {
                    (mayStay($0) ? 0 : 1, values[$0.tensor][$0.channel].rank, $0.channel) < (
                        mayStay($1) ? 0 : 1, values[$1.tensor][$1.channel].rank, $1.channel
                    )
                }
                for channel in open.prefix(wanted - counts[group][part]) where !isKept(channel) {
                    keep(channel, reason)
                }
                changed = true
            }
        }
        return changed
    }
}

extension ChannelValue {
    /// How late a channel that could go is kept as padding: proven constants first, those of 0 before others, then
    /// unread channels, then what is less sure, and chosen filters last.
    var rank: Int {
        switch self {
        case .constant(0, .proven): 0
        case .constant(_, .proven), .plane(_, .proven): 1
        case .alive: 2
        case let .constant(_, proof), let .plane(_, proof): 2 + proof.rawValue
        }
    }
}
