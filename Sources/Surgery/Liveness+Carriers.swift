import Graphs

/// Carriers that turn out not to be needed.
extension Liveness {
    /// A set of channels that stays for nothing but to carry others which the channels that stay beside it can carry as well,
    /// the largest first; nil where there is none but those in `needed`.
    ///
    /// Carriers are chosen one after the other, and with each come all channels that are tied to it: what was chosen first
    /// can follow from what came later.
    mutating func spareCarrier(beside needed: Set<Int>) -> Int? {
        let candidates = carriers.subtracting(needed)
        if candidates.isEmpty { return nil }
        var sizes: [Int: Int] = [:], demands: [Demand] = []
        for tensor in graph.shapes.indices {
            for channel in 0..<wiring.counts[tensor] {
                let set = set(of: ChannelID(tensor, channel))
                if candidates.contains(set) { sizes[set, default: 0] += 1 }
            }
        }
        for id in graph.nodes.indices where wiring.roles[id] == [.read] {
            let input = graph.nodes[id].inputs[0]
            let carried = readChannels(id).filter { foldability(id, input, $0) == .folds && needsBasis(id, values[input][$0]) }
            for (group, channels) in Dictionary(grouping: carried, by: { group(of: $0, at: id) }) {
                let sets = Dictionary(uniqueKeysWithValues: channels.map { ($0, set(of: ChannelID(input, $0))) })
                demands.append(Demand(node: id, group: group, sets: sets, going: Set(channels.filter { !isKept(ChannelID(input, $0)) })))
            }
        }
        return candidates.sorted { (sizes[$1] ?? 0, $0) < (sizes[$0] ?? 0, $1) }.first { spare in demands.allSatisfy { isMet($0, without: spare) } }
    }

    /// Whether all that a group of a layer's filters reads follows from what stays without `spare`.
    private mutating func isMet(_ demand: Demand, without spare: Int) -> Bool {
        guard demand.sets.values.contains(spare) else { return true }
        let input = graph.nodes[demand.node].inputs[0], basis = basis(for: demand.node, demand.group, without: spare)
        return demand.sets.allSatisfy { channel, set in
            (set != spare && !demand.going.contains(channel)) || basis.combination(for: vector(of: input, channel)) != nil
        }
    }
}

/// What one group of a layer's filters reads that no bias can stand for.
private struct Demand {
    let node: NodeID
    let group: Int
    /// Each channel with the set of tied channels that it belongs to.
    let sets: [Int: Int]
    /// Those that go.
    let going: Set<Int>
}
