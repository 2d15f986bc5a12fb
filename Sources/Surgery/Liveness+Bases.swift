import Graphs

/// The channels that stay to carry others where no bias can stand for them: under zero padding, or where they differ
/// over the plane.
extension Liveness {
    /// Keeps as many channels as the others can be folded onto.
    mutating func keepBases() -> Bool {
        var changed = false
        for id in graph.nodes.indices.reversed() where wiring.roles[id] == [.read] {
            let input = graph.nodes[id].inputs[0]
            let demanded = carriedChannels(id).filter { !isKept(ChannelID(input, $0)) }
            for (group, channels) in Dictionary(grouping: demanded, by: { group(of: $0, at: id) }).sorted(by: {
                $0.key < $1.key
            }) {
                changed = keepBasis(for: id, group, of: channels) || changed
            }
        }
        return changed
    }

    /// The same for what one group of a layer's filters demands; false where all of it follows from what stays already.
    private mutating func keepBasis(for id: NodeID, _ group: Int, of demanded: [Int]) -> Bool {
        let input = graph.nodes[id].inputs[0], name = graph.layer(of: id).qualifiedName
        let vectors = Dictionary(uniqueKeysWithValues: demanded.map { ($0, vector(of: input, $0)) })
        var basis = basis(for: id, group), open = demanded, changed = false
        while true {
            open.removeAll { vectors[$0].map { basis.combination(for: $0) != nil } ?? false }
            // What follows from the basis alone by factors that lose accuracy has no rest: there the longest is best.
            let rests = open.map { (basis.rest(of: vectors[$0] ?? []), MapBasis().rest(of: vectors[$0] ?? [])) }
            let preferred = open.indices.filter { isPreferred(ChannelID(input, open[$0])) }
            guard let best = (preferred.isEmpty ? Array(open.indices) : preferred).max(by: { rests[$0] < rests[$1] })
            else { return changed }
            let channel = ChannelID(input, open.remove(at: best))
            changed = true
            if isConstant(channel) || (!open.isEmpty && hold(channel)) {
                keepCarrier(channel, open.isEmpty ? .padded(name) : .carrier(name))
                basis = self.basis(for: id, group)
            } else {
                use(channel)
                keep(channel, .padded(name))
            }
        }
    }

    /// What stands in a layer's weights for the input channels of a group that go: its bias where it reads no padding,
    /// and those of the group's channels that stay and do not depend on the input, the most different ones first.
    ///
    /// `spare`: a set of tied channels to do without.
    mutating func basis(for id: NodeID, _ group: Int, without spare: Int? = nil) -> MapBasis {
        let input = graph.nodes[id].inputs[0]
        var basis = MapBasis()
        let candidates = values[input].indices.filter {
            self.group(of: $0, at: id) == group && values[input][$0].constant != 0 && isConstant(ChannelID(input, $0))
                && foldability(id, input, $0) == .folds && isKept(ChannelID(input, $0))
                && (spare == nil || set(of: ChannelID(input, $0)) != spare)
        }
        var open = candidates.map { (channel: $0, vector: vector(of: input, $0)) }
        if !positionDependent[graph.nodes[id].layer] {
            _ = basis.add(.one, vector(of: .constant(1, .proven), in: input))
        }
        while let best = open.indices.max(by: { basis.rest(of: open[$0].vector) < basis.rest(of: open[$1].vector) }) {
            let (channel, vector) = open.remove(at: best)
            if !basis.add(.channel(channel), vector) { break }
        }
        return basis
    }

    /// The group of a layer's filters that read an input channel.
    func group(of channel: Int, at id: NodeID) -> Int {
        channel * graph.layer(of: id).operation.groups / max(1, wiring.counts[graph.nodes[id].inputs[0]])
    }

    func vector(of tensor: TensorID, _ channel: Int) -> [Double] { vector(of: values[tensor][channel], in: tensor) }

    /// A value over the positions of its tensor; of length 1 where nothing there depends on the position.
    private func vector(of value: ChannelValue, in tensor: TensorID) -> [Double] {
        guard let plane = planes[tensor] else { return [value.constant ?? 0] }
        return value.map(over: plane)?.values ?? []
    }

    /// How a layer makes up for the input channels that go; nil where nothing needs to be made up for.
    mutating func fold(for id: NodeID) -> ChannelFold? {
        let input = graph.nodes[id].inputs[0]
        let gone = values[input].indices.filter {
            values[input][$0] != .alive && values[input][$0].constant != 0 && !isKept(ChannelID(input, $0))
        }
        if gone.isEmpty { return nil }
        var fold = ChannelFold(), bases: [Int: MapBasis] = [:]
        for channel in gone {
            if !needsBasis(id, values[input][channel]) {
                fold.constants[channel] = values[input][channel].constant
                continue
            }
            let group = group(of: channel, at: id), basis = bases[group] ?? self.basis(for: id, group)
            bases[group] = basis
            // A channel that does not follow is one that nobody reads.
            for (member, factor) in basis.combination(for: vector(of: input, channel), steps: steps) ?? [] {
                switch member {
                case .one: fold.constants[channel] = factor
                case let .channel(target): fold.carried.append((source: channel, target: target, factor: factor))
                }
            }
        }
        return fold
    }

    /// Makes a constant that nearly holds hold exactly, at the layer where it comes from; false where that cannot be.
    private mutating func hold(_ id: ChannelID) -> Bool {
        var current = id, path: Set<ChannelID> = []
        while true {
            guard values[current.tensor][current.channel] != .alive, !used[current.tensor][current.channel],
                !unheld.contains(current),
                let producer = graph.nodes.firstIndex(where: { $0.outputs.contains(current.tensor) }),
                calls[graph.nodes[producer].layer].count == 1
            else { return false }
            path.insert(current)
            if values[current.tensor][current.channel].constant != nil,
                HeldChannel.canHold(
                    graph.layer(of: producer), current.channel, weightThreshold: criteria.weight ?? 0)
            {
                held[current, default: []].formUnion(path)
                heldChannels.formUnion(path)
                return true
            }
            guard wiring.roles[producer].count == 1, case let .passed(source) = wiring.roles[producer][0] else {
                return false
            }
            current = ChannelID(graph.nodes[producer].inputs[0], source[current.channel])
        }
    }

    /// Held channels onto which nothing is folded.
    var idleHeldChannels: Set<ChannelID> {
        mutating get {
            if held.isEmpty { return [] }
            var targets: Set<ChannelID> = []
            for id in graph.nodes.indices where wiring.roles[id] == [.read] {
                for (_, target, _) in fold(for: id)?.carried ?? [] {
                    targets.insert(ChannelID(graph.nodes[id].inputs[0], target))
                }
            }
            return Set(held.filter { $0.value.isDisjoint(with: targets) }.keys)
        }
    }
}
