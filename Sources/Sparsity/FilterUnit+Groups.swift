import Graphs

/// Grouped convolutions, which must read and make as many channels in every group.
extension FilterUnit {
    /// The units with those joined that grouped convolutions only let go together, each with its importance.
    ///
    /// Of every group the least important unit makes one with the least important of the others, and so on upward; its
    /// importance is their mean. Where a group reads one channel (a depthwise layer written as a convolution) that goes
    /// with what the group makes of it. Units in `going` go anyway and stay as they are; so do those of layers whose
    /// groups overlap or hold unequal numbers of units: what one of them loses too much of is found by the plan.
    static func balanced(
        _ units: [FilterUnit], _ scores: [Double?], going: Set<Int>, in graph: Graph
    ) -> [(unit: FilterUnit, score: Double?)] {
        let wiring = ChannelWiring(graph)
        var positions: [ChannelID: Int] = [:], claimed: Set<Int> = [], joined: [[Int]] = [], seen: Set<[[Int]]> = []
        let grouped = graph.nodes.indices.filter {
            wiring.roles[$0] == [.read] && graph.layer(of: $0).operation.groups > 1
        }
        if grouped.isEmpty { return Array(zip(units, scores)) }
        let tensors = Set(grouped.flatMap { graph.nodes[$0].tensors })
        for (position, unit) in units.enumerated() where !going.contains(position) {
            for channel in unit.channels where tensors.contains(channel.tensor) { positions[channel] = position }
        }
        /// For each group of a tensor its units.
        func groups(of tensor: TensorID, _ count: Int) -> [[Int]] {
            let width = wiring.counts[tensor] / count
            return (0..<count).map { group in
                Set((group * width..<(group + 1) * width).compactMap { positions[ChannelID(tensor, $0)] }).sorted()
            }
        }
        func join(_ sets: [[Int]]) {
            let all = sets.joined()
            if !claimed.isDisjoint(with: all) || Set(all).count != all.count { return }
            claimed.formUnion(all)
            joined += sets
        }
        for id in grouped {
            let node = graph.nodes[id], count = graph.layer(of: id).operation.groups
            guard let input = node.inputs.first, let output = node.outputs.first else { continue }
            let read = groups(of: input, count), made = groups(of: output, count)
            if wiring.counts[input] == count {
                join(zip(read, made).map { Array(Set($0 + $1)) }.filter { $0.count > 1 })
                continue
            }
            for lists in [read, made] where seen.insert(lists).inserted {
                let staying = lists.filter { !$0.isEmpty }, height = staying.first?.count ?? 0
                let isScored = staying.joined().allSatisfy { scores[$0] != nil }
                guard staying.count > 1, isScored, staying.allSatisfy({ $0.count == height }) else { continue }
                let ranked = staying.map { $0.sorted { (scores[$0] ?? 0, $0) < (scores[$1] ?? 0, $1) } }
                join((0..<height).map { rank in ranked.map { $0[rank] } })
            }
        }
        let single = units.indices.filter { !claimed.contains($0) }.map { (units[$0], scores[$0]) }
        return single
            + joined.map { set in
                let known = set.compactMap { scores[$0] }
                return (
                    Self.joined(set.map { units[$0] }),
                    known.count == set.count ? known.reduce(0, +) / Double(set.count) : nil
                )
            }
    }
}
