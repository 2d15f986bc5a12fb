import Graphs

/// Which channels matter to the model's outputs, and which must stay in place for them: backward from the outputs.
///
/// Two notions are kept apart. A channel is *used* when its value reaches an output in another way than as a constant
/// that the rewrite accounts for. A set of tied channels is *kept* when one of them is used, or must stand where it is
/// for other reasons. A kept channel that nobody uses may hold anything.
///
/// A proven constant stops the walk: it holds by the weights, whatever becomes of the channels it was computed from,
/// for those that are cut are folded into the layers that read them.
struct Liveness {
    let graph: Graph
    let wiring: ChannelWiring
    let values: [[ChannelValue]]
    let criteria: Criteria
    private var used: [[Bool]]
    private var ties: ChannelTies
    /// Per set of tied channels.
    private var kept: [Bool]
    /// Why a set is kept beyond being read, where there is such a reason.
    private var reasons: [Int: PinReason] = [:]
    /// Channels that hold their constant only nearly, and are made to hold it exactly so that they can carry others.
    private(set) var frozen: [FrozenChannel] = []
    private var frozenChannels: Set<ChannelID> = []
    /// Whether something was kept or used since this was last set to false.
    private var hasChanged = false
    let calls: [[NodeID]]
    /// Per layer, whether some call of it reads its input through zero padding.
    private let positionDependent: [Bool]
    /// For each tensor with channels that depend on the position, its plane.
    private let planes: [PlaneMap?]
    let reach: BranchReach
    private let gone: Set<NodeID>

    /// `gone`: nodes known to go, which hold nothing.
    init(_ constants: ConstantPropagation, without gone: Set<NodeID> = []) {
        graph = constants.graph
        wiring = constants.wiring.severed(gone)
        values = constants.values
        criteria = constants.criteria
        used = wiring.counts.map { Array(repeating: false, count: $0) }
        ties = ChannelTies(graph, wiring)
        self.gone = gone
        kept = Array(repeating: false, count: ties.count)
        var calls = [[NodeID]](repeating: [], count: constants.graph.layers.count)
        for (id, node) in constants.graph.nodes.enumerated() { calls[node.layer].append(id) }
        self.calls = calls
        positionDependent = calls.map { ids in ids.contains { constants.wiring.roles[$0] == [.read] && ChannelReads(constants.graph, $0).isPositionDependent } }
        planes = constants.values.map { channels in
            channels.lazy.compactMap { if case let .fixed(map, _) = $0 { map } else { nil } }.first
        }
        reach = BranchReach(constants.graph, protected: constants.criteria.protected)
        pinEnds()
        // Every pass only adds; the number of channels bounds the passes.
        repeat { flowBackward() } while keepBases() || keepOneChannelEverywhere() || useInexactConstantsOfKeptSets()
    }

    mutating func isKept(_ id: ChannelID) -> Bool { kept[ties.set(of: id)] }

    mutating func reason(of id: ChannelID) -> PinReason? { reasons[ties.set(of: id)] }

    /// What the caller feeds, what the caller gets and wants to stay, and what a layer's own activation mixes.
    private mutating func pinEnds() {
        for tensor in graph.outputs { use(tensor, .modelOutput) }
        for tensor in graph.inputs { keep(tensor, .modelInput) }
        for node in graph.nodes where !criteria.protected.isEmpty && criteria.protected.contains(LayerKey(graph.layers[node.layer])) {
            for tensor in node.outputs { use(tensor, .protected(graph.layers[node.layer].qualifiedName)) }
        }
        for id in graph.nodes.indices where !criteria.padding.isEmpty {
            for channel in criteria.padding where graph.nodes[id].outputs.contains(channel.tensor) {
                keep(channel, .padding(graph.layer(of: id).qualifiedName))
            }
        }
        for id in graph.nodes.indices where !gone.contains(id) {
            guard let activation = graph.layer(of: id).operation.activation, let output = graph.nodes[id].outputs.first,
                let axis = wiring.axes[output], activation.mixes(axis: axis, rank: graph.shapes[output]?.count ?? 0)
            else { continue }
            use(output, .alongChannels(graph.layer(of: id).qualifiedName))
        }
        for ids in calls where ids.count > 1 && !gone.contains(ids[0]) && !alignsChannels(ids) {
            let reason = PinReason.axis(graph.layer(of: ids[0]).qualifiedName)
            for node in ids.map({ graph.nodes[$0] }) {
                for tensor in node.inputs { use(tensor, reason) }
                for tensor in node.outputs { keep(tensor, reason) }
            }
        }
    }

    /// Whether a cut of the weights that several calls share means the same channels to each of them.
    private func alignsChannels(_ ids: [NodeID]) -> Bool {
        let layer = graph.layer(of: ids[0])
        guard layer.hasFixedWidths else { return true }
        let isDense = if case .dense = layer.operation { true } else { false }
        let places = Set(ids.map { id in (graph.nodes[id].inputs + graph.nodes[id].outputs).map { [wiring.counts[$0], isDense ? nil : wiring.axes[$0]] } })
        return places.count == 1 && !ids.contains { wiring.roles[$0].contains { if case .pinned = $0 { true } else { false } } }
    }

    private mutating func use(_ tensor: TensorID, _ reason: PinReason) {
        keep(tensor, reason)
        for channel in used[tensor].indices { used[tensor][channel] = true }
    }

    private mutating func keep(_ tensor: TensorID, _ reason: PinReason) {
        for channel in 0..<wiring.counts[tensor] { keep(ChannelID(tensor, channel), reason) }
    }

    private mutating func keep(_ id: ChannelID, _ reason: PinReason?) {
        let set = ties.set(of: id)
        if !kept[set] { hasChanged = true }
        kept[set] = true
        if let reason, reasons[set] == nil { reasons[set] = reason }
    }

    /// Walks over the nodes, last to first; readers come after what they read, so that one walk is enough but for layers
    /// called several times, where what is kept matters as well.
    private mutating func flowBackward() {
        repeat {
            hasChanged = false
            walkBackward()
        } while hasChanged && calls.contains { $0.count > 1 }
    }

    private mutating func walkBackward() {
        for id in graph.nodes.indices.reversed() {
            let node = graph.nodes[id]
            for (position, role) in wiring.roles[id].enumerated() {
                let input = node.inputs[position]
                switch role {
                case let .pinned(reason):
                    use(input, reason)
                    // How wide the layer's output is follows from an input that stays as it is.
                    for output in node.outputs { keep(output, reason) }
                case let .carried(source):
                    for (channel, from) in source.enumerated() where from >= 0 && matters(node.outputs[0], channel) { use(ChannelID(input, from)) }
                case .broadcast:
                    if wiring.counts[input] == 1, (0..<wiring.counts[node.outputs[0]]).contains(where: { matters(node.outputs[0], $0) }) { use(ChannelID(input, 0)) }
                case .read:
                    for channel in readChannels(id) {
                        switch foldability(id, input, channel) {
                        case .folds: break
                        case .alive: use(ChannelID(input, channel))
                        case let .pinned(reason):
                            use(ChannelID(input, channel))
                            keep(ChannelID(input, channel), reason)
                        }
                    }
                }
            }
        }
    }

    /// Whether the layers before must go on making this channel's value.
    private func matters(_ tensor: TensorID, _ channel: Int) -> Bool { used[tensor][channel] && !isFixed(ChannelID(tensor, channel)) }

    /// Whether the channel is a constant in the rewritten graph, whatever else is cut.
    private func isFixed(_ id: ChannelID) -> Bool { values[id.tensor][id.channel].isProven || frozenChannels.contains(id) }

    private mutating func use(_ id: ChannelID) {
        if used[id.tensor][id.channel] { return }
        used[id.tensor][id.channel] = true
        hasChanged = true
        keep(id, nil)
    }

    /// The input channels that outputs in use read with nonzero weights.
    ///
    /// Different constants before several calls of a layer cannot be folded into its one set of weights; so there also
    /// those outputs count that are constant and stay.
    private mutating func readChannels(_ id: NodeID) -> [Int] {
        let output = graph.nodes[id].outputs[0], input = graph.nodes[id].inputs[0]
        let reads = ChannelReads(graph, id)
        guard wiring.counts[input] == reads.inputs, !used[output].isEmpty else { return [] }
        let isShared = calls[graph.nodes[id].layer].count > 1
        var wanted: [Bool] = []
        for channel in used[output].indices {
            let target = ChannelID(output, channel)
            wanted.append(matters(output, channel) || (isShared && isFixed(target) && isKept(target)))
        }
        guard wanted.contains(true) else { return [] }
        let read = reads.read(by: wanted, zeroIsUnread: criteria.unread)
        return read.indices.filter { read[$0] }
    }

    private enum Foldability: Equatable { case folds, alive, pinned(PinReason) }

    /// Whether the layer can do without the channel because what stands in its weights can stand for it.
    private func foldability(_ id: NodeID, _ input: TensorID, _ channel: Int) -> Foldability {
        let value = values[input][channel]
        guard value != .alive else { return .alive }
        // Called several times, the layer must see the same each time.
        let layer = graph.nodes[id].layer, name = graph.layers[layer].qualifiedName
        guard calls[layer].allSatisfy({
            let others = values[graph.nodes[$0].inputs[0]]
            return others.indices.contains(channel) && others[channel].isSame(as: value)
        }) else { return .pinned(.shared(name)) }
        return value.constant == 0 || !needsBasis(id, value) || canCarry(layer) ? .folds : .pinned(.padded(name))
    }

    /// Whether no bias can stand for the value: zero padding is read beside it, or it is not the same everywhere itself.
    private func needsBasis(_ id: NodeID, _ value: ChannelValue) -> Bool {
        value.constant.map { $0 != 0 && positionDependent[graph.nodes[id].layer] } ?? true
    }

    /// A separable layer gives every channel a kernel of its own, so that none can stand for another.
    private func canCarry(_ layer: LayerID) -> Bool {
        if case .separable = graph.layers[layer].operation { false } else { true }
    }

    /// Where no bias can stand for what a layer reads, as many channels stay as the others can be folded onto.
    private mutating func keepBases() -> Bool {
        var changed = false
        for id in graph.nodes.indices.reversed() where wiring.roles[id] == [.read] {
            let input = graph.nodes[id].inputs[0], name = graph.layer(of: id).qualifiedName
            let demanded = readChannels(id).filter { foldability(id, input, $0) == .folds && needsBasis(id, values[input][$0]) && !isKept(ChannelID(input, $0)) }
            if demanded.isEmpty { continue }
            let vectors = Dictionary(uniqueKeysWithValues: demanded.map { ($0, vector(of: input, $0)) })
            var basis = basis(for: id), open = demanded
            while true {
                open.removeAll { vectors[$0].map { basis.combination(for: $0) != nil } ?? false }
                // What follows from the basis alone by factors that lose accuracy has no rest: there the longest is best.
                let rests = open.map { (basis.rest(of: vectors[$0] ?? []), MapBasis().rest(of: vectors[$0] ?? [])) }
                guard let best = open.indices.max(by: { rests[$0] < rests[$1] }) else { break }
                let channel = ChannelID(input, open.remove(at: best))
                changed = true
                if isFixed(channel) || (!open.isEmpty && freeze(channel)) {
                    keep(channel, open.isEmpty ? .padded(name) : .carrier(name))
                    basis = self.basis(for: id)
                } else {
                    use(channel)
                    keep(channel, .padded(name))
                }
            }
        }
        return changed
    }

    /// What stands in a layer's weights for the input channels that go: its bias where it reads no padding, and those of
    /// its input channels that stay and do not depend on the input, the most different ones first.
    private mutating func basis(for id: NodeID) -> MapBasis {
        let input = graph.nodes[id].inputs[0]
        var basis = MapBasis()
        let candidates = values[input].indices.filter {
            values[input][$0].constant != 0 && isFixed(ChannelID(input, $0)) && foldability(id, input, $0) == .folds && isKept(ChannelID(input, $0))
        }
        var open = candidates.map { (channel: $0, vector: vector(of: input, $0)) }
        if !positionDependent[graph.nodes[id].layer] { _ = basis.add(.one, vector(of: .constant(1, .proven), in: input)) }
        while let best = open.indices.max(by: { basis.rest(of: open[$0].vector) < basis.rest(of: open[$1].vector) }) {
            let (channel, vector) = open.remove(at: best)
            if !basis.add(.channel(channel), vector) { break }
        }
        return basis
    }

    private func vector(of tensor: TensorID, _ channel: Int) -> [Double] { vector(of: values[tensor][channel], in: tensor) }

    /// A value over the positions of its tensor; of length 1 where nothing there depends on the position.
    private func vector(of value: ChannelValue, in tensor: TensorID) -> [Double] {
        guard let plane = planes[tensor] else { return [value.constant ?? 0] }
        return value.map(over: plane)?.values ?? []
    }

    /// How a layer makes up for the input channels that go; nil where nothing needs to be made up for.
    mutating func fold(for id: NodeID, removed: [Int]) -> ChannelFold? {
        let input = graph.nodes[id].inputs[0]
        let gone = removed.filter { values[input][$0] != .alive && values[input][$0].constant != 0 }
        if gone.isEmpty { return nil }
        var fold = ChannelFold(), basis: MapBasis?
        for channel in gone {
            if !needsBasis(id, values[input][channel]) {
                fold.constants[channel] = values[input][channel].constant
                continue
            }
            let members = basis ?? self.basis(for: id)
            basis = members
            // A channel that does not follow is one that nobody reads.
            for (member, factor) in members.combination(for: vector(of: input, channel)) ?? [] {
                switch member {
                case .one: fold.constants[channel] = factor
                case let .channel(target): fold.carried.append((source: channel, target: target, factor: factor))
                }
            }
        }
        return fold
    }

    /// No layer is left empty, but those of which a concatenation needs nothing: they go.
    private mutating func keepOneChannelEverywhere() -> Bool {
        var changed = false
        let gone = emptiedBranches().gone
        for (id, node) in graph.nodes.enumerated() where !gone.contains(id) {
            for output in node.outputs where wiring.counts[output] > 0 {
                if (0..<wiring.counts[output]).contains(where: { isKept(ChannelID(output, $0)) }) { continue }
                let channel = values[output].firstIndex { $0.isProven } ?? 0
                keep(ChannelID(output, channel), .last(graph.layer(of: id).qualifiedName))
                changed = true
            }
        }
        return changed
    }

    /// Makes a constant that nearly holds hold exactly, at the layer where it comes from; false where that cannot be.
    private mutating func freeze(_ id: ChannelID) -> Bool {
        var current = id, path: [ChannelID] = []
        while true {
            guard values[current.tensor][current.channel] != .alive, !used[current.tensor][current.channel],
                let producer = graph.nodes.firstIndex(where: { $0.outputs.contains(current.tensor) }), calls[graph.nodes[producer].layer].count == 1
            else { return false }
            path.append(current)
            let layer = graph.layer(of: producer)
            if let value = values[current.tensor][current.channel].constant,
                FrozenChannel.canFreeze(layer, current.channel, weightThreshold: criteria.weight ?? 0)
            {
                frozen.append(FrozenChannel(layer: graph.nodes[producer].layer, channel: current.channel, value: value))
                frozenChannels.formUnion(path)
                return true
            }
            guard wiring.roles[producer].count == 1, case let .carried(source) = wiring.roles[producer][0] else { return false }
            current = ChannelID(graph.nodes[producer].inputs[0], source[current.channel])
        }
    }

    /// A constant that is only nearly one stands for a channel that goes, not for one that stays.
    private mutating func useInexactConstantsOfKeptSets() -> Bool {
        var changed = false
        for id in graph.nodes.indices where wiring.roles[id] == [.read] {
            let input = graph.nodes[id].inputs[0]
            for channel in readChannels(id) where !used[input][channel] && !isFixed(ChannelID(input, channel)) && isKept(ChannelID(input, channel)) {
                use(ChannelID(input, channel))
                changed = true
            }
        }
        return changed
    }
}
