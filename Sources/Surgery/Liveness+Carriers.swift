import Graphs

/// Carriers that turn out not to be needed.
extension Liveness {
    /// A set of channels that stays for nothing but to carry others which the channels that stay beside it can carry as
    /// well, the largest first; nil where there is none but those in `needed`.
    ///
    /// Carriers are chosen one after the other, and with each come all channels that are tied to it: what was chosen
    /// first can follow from what came later.
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
            for (group, channels) in Dictionary(grouping: carriedChannels(id), by: { group(of: $0, at: id) }) {
                let sets = Dictionary(uniqueKeysWithValues: channels.map { ($0, set(of: ChannelID(input, $0))) })
                demands.append(
                    Demand(
                        node: id, group: group, sets: sets,
                        going: Set(channels.filter { !isKept(ChannelID(input, $0)) })))
            }
        }
        return candidates.sorted { (sizes[$1] ?? 0, $0) < (sizes[$0] ?? 0, $1) }.first { spare in
            demands.allSatisfy { isMet($0, without: spare) }
        }
    }

    /// Whether all that a group of a layer's filters reads follows from what stays without `spare`.
    private mutating func isMet(_ demand: Demand, without spare: Int) -> Bool {
        guard demand.sets.values.contains(spare) else { return true }
        let input = graph.nodes[demand.node].inputs[0], basis = basis(for: demand.node, demand.group, without: spare)
        return demand.sets.allSatisfy { channel, set in
            (set != spare && !demand.going.contains(channel))
                || basis.combination(for: vector(of: input, channel)) != nil
        }
    }
}

/// What stayed once, when it is looked at whether all of it must.
struct EarlierPass {
    /// By set of tied channels.
    let isKept: [Bool]
    /// For each node the input channels onto which others were folded.
    let targets: [NodeID: Set<Int>]
}

extension Liveness {
    /// Whether a channel stayed in the earlier pass, if there was one.
    mutating func mayStay(_ id: ChannelID) -> Bool { earlier?.isKept[set(of: id)] ?? true }

    /// On how many channels, one carried by the other, the factors of what goes are spread at most.
    var steps: Int { earlier == nil ? 1 : 2 }

    /// What stays here, for another look at it.
    var asEarlierPass: EarlierPass {
        mutating get {
            var targets: [NodeID: Set<Int>] = [:]
            for id in graph.nodes.indices where wiring.roles[id] == [.read] {
                let read = Set(readChannels(id))
                for (source, target, _) in fold(for: id)?.carried ?? [] where read.contains(source) {
                    targets[id, default: []].insert(target)
                }
            }
            return EarlierPass(isKept: isKept, targets: targets)
        }
    }

    /// The input channels that a layer reads and a bias cannot stand for, ascending: each stays or follows from others.
    ///
    /// What went in an earlier pass is folded onto what stayed, and asks for nothing more; that is read in its place.
    mutating func carriedChannels(_ id: NodeID) -> [Int] {
        let input = graph.nodes[id].inputs[0]
        var channels = readChannels(id)
        if let earlier, !channels.isEmpty {
            channels = (earlier.targets[id] ?? []).union(channels).filter { mayStay(ChannelID(input, $0)) }.sorted()
        }
        return channels.filter { foldability(id, input, $0) == .folds && needsBasis(id, values[input][$0]) }
    }

    /// Whether all that goes follows from what stays, by whatever steps.
    mutating func carriesAll() -> Bool {
        for id in graph.nodes.indices where wiring.roles[id] == [.read] {
            let input = graph.nodes[id].inputs[0]
            let gone = readChannels(id).filter {
                foldability(id, input, $0) == .folds && needsBasis(id, values[input][$0])
                    && !isKept(ChannelID(input, $0))
            }
            for (group, channels) in Dictionary(grouping: gone, by: { group(of: $0, at: id) }) {
                let basis = basis(for: id, group)
                if !channels.allSatisfy({ basis.combination(for: vector(of: input, $0), steps: steps) != nil }) {
                    return false
                }
            }
        }
        return true
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
