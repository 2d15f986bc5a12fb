import Graphs

/// What only the cut graph shows.
extension SurgeryPlan {
    /// The plan for what this one leaves, where units that share a channel can come apart in it; nil where nothing more
    /// goes.
    ///
    /// The units of a dense layer that a reshape puts into one channel of a map go together. When all other channels
    /// are gone, the map is a vector again, and where nothing behind it tells an axis of channels, as before a flatten,
    /// each of its units can go by itself.
    func continuation() -> SurgeryPlan? {
        let areApart = graph.nodes.indices.contains { id in
            guard case .joined? = wiring.roles[id].first, !emptied.gone.contains(id),
                let output = graph.nodes[id].outputs.first
            else { return false }
            return kept[output].count == 1 && wiring.counts[output] > 1
        }
        guard areApart, order != nil, let cut = try? rewrite() else { return nil }
        let next = SurgeryPlan(cut.graph, criteria.moved(to: kept))
        let goes = cut.graph.shapes.indices.contains { !next.removed(from: $0).isEmpty }
        // Of what else a plan can do nothing is known here that would have to be told of both.
        return goes && next.order != nil && next.held.isEmpty && next.sums.removals.isEmpty && next.sums.dropped.isEmpty
            && next.emptied.slots.isEmpty ? next : nil
    }

    /// The channels of a tensor that stay in the end. Where what stays lies along another axis in the cut graph, all
    /// that this plan keeps stays in part.
    func finallyKept(_ tensor: TensorID) -> [Int] {
        guard let next = further.first, next.wiring.axes.indices.contains(tensor),
            next.wiring.axes[tensor] == wiring.axes[tensor], next.channelCount(tensor) == kept[tensor].count
        else { return kept[tensor] }
        return next.finallyKept(tensor).map { kept[tensor][$0] }
    }
}

extension Criteria {
    /// The same criteria where of each tensor only the channels in `kept` are left.
    fileprivate func moved(to kept: IDArray<TensorID, [Int]>) -> Criteria {
        func moved(_ channel: ChannelID) -> ChannelID? {
            guard kept.indices.contains(channel.tensor) else { return nil }
            return kept[channel.tensor].firstIndex(of: channel.channel).map { ChannelID(channel.tensor, $0) }
        }
        func moved(_ values: [ChannelID: Double]) -> [ChannelID: Double] {
            Dictionary(uniqueKeysWithValues: values.compactMap { channel, value in moved(channel).map { ($0, value) } })
        }
        var result = self
        (result.observed, result.chosen, result.responses) = (moved(observed), moved(chosen), moved(responses))
        result.padding = padding.compactMap(moved)
        result.silent = Set(silent.compactMap(moved))
        return result
    }
}

extension Rewrite {
    /// This rewrite of `dense` and then another one of its graph, as one.
    func followed(by next: Rewrite, of dense: Graph) -> Rewrite {
        var result = self
        result.graph = next.graph
        let first = Self.shapes(dense), second = Self.shapes(graph), third = Self.shapes(next.graph)
        for (key, shape) in third {
            // Rows that differ from group to group are no slices of the kernel, neither then nor now; and a bias may be
            // new.
            guard let whole = first[key], let part = second[key], Self.cut(whole, selections[key]) == part,
                Self.cut(part, next.selections[key]) == shape
            else {
                result.selections[key] = nil
                continue
            }
            var list = selections[key] ?? []
            for selection in next.selections[key] ?? [] {
                if let position = list.firstIndex(where: { $0.axis == selection.axis }) {
                    let before = list[position].kept
                    list[position].kept = selection.kept.map { before[$0] }
                } else {
                    list.append(selection)
                }
            }
            result.selections[key] = list.isEmpty ? nil : list
        }
        result.removals.merge(next.removals) { first, _ in first }
        result.dropped.merge(next.dropped) { first, _ in first }
        return result
    }

    private static func shapes(_ graph: Graph) -> [WeightKey: [Int]] {
        let weights = graph.layers.flatMap { layer in
            layer.weights.map { (WeightKey(LayerKey(layer), $0.role), $0.tensor.shape) }
        }
        return Dictionary(weights) { first, _ in first }
    }

    /// How long the axes of a weight are when it keeps these slices.
    private static func cut(_ shape: [Int], _ selections: [AxisSelection]?) -> [Int] {
        (selections ?? []).reduce(into: shape) { if $0.indices.contains($1.axis) { $0[$1.axis] = $1.kept.count } }
    }
}
