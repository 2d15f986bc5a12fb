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
    private let calls: [[NodeID]]
    /// Per layer, whether some call of it reads its input through zero padding.
    private let positionDependent: [Bool]

    init(_ constants: ConstantPropagation) {
        graph = constants.graph
        wiring = constants.wiring
        values = constants.values
        criteria = constants.criteria
        used = wiring.counts.map { Array(repeating: false, count: $0) }
        ties = ChannelTies(graph, wiring)
        kept = Array(repeating: false, count: ties.count)
        var calls = [[NodeID]](repeating: [], count: constants.graph.layers.count)
        for (id, node) in constants.graph.nodes.enumerated() { calls[node.layer].append(id) }
        self.calls = calls
        positionDependent = calls.map { ids in ids.contains { constants.wiring.roles[$0] == [.read] && ChannelReads(constants.graph, $0).isPositionDependent } }
        pinEnds()
        // Every pass only adds; the number of channels bounds the passes.
        repeat { flowBackward() } while keepCarriers() || keepOneChannelEverywhere() || useInexactConstantsOfKeptSets()
    }

    mutating func isKept(_ id: ChannelID) -> Bool { kept[ties.set(of: id)] }

    mutating func reason(of id: ChannelID) -> PinReason? { reasons[ties.set(of: id)] }

    /// What the caller feeds, what the caller gets, and what the caller wants to stay.
    private mutating func pinEnds() {
        for tensor in graph.outputs { use(tensor, .modelOutput) }
        for tensor in graph.inputs { keep(tensor, .modelInput) }
        for node in graph.nodes where criteria.protected.contains(node.layer) {
            for tensor in node.outputs { use(tensor, .protected(graph.layers[node.layer].qualifiedName)) }
        }
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
        kept[set] = true
        if let reason, reasons[set] == nil { reasons[set] = reason }
    }

    /// One walk over the nodes, last to first; readers come after what they read, so one walk is enough.
    private mutating func flowBackward() {
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
                    for channel in readChannels(id) where !isFoldable(id, input, channel) { use(ChannelID(input, channel)) }
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
        keep(id, nil)
    }

    /// The input channels that outputs in use read with nonzero weights.
    private func readChannels(_ id: NodeID) -> [Int] {
        let output = graph.nodes[id].outputs[0], input = graph.nodes[id].inputs[0]
        let reads = ChannelReads(graph, id)
        guard wiring.counts[input] == reads.inputs, !used[output].isEmpty else { return [] }
        let wanted = used[output].indices.map { matters(output, $0) }
        guard wanted.contains(true) else { return [] }
        let read = reads.read(by: wanted, zeroIsUnread: criteria.unread)
        return read.indices.filter { read[$0] }
    }

    /// Whether the layer can do without the channel because constants folded into its weights stand for it.
    private func isFoldable(_ id: NodeID, _ input: TensorID, _ channel: Int) -> Bool {
        guard case let .constant(a, _) = values[input][channel] else { return false }
        // Called several times, the layer must see the same constant each time.
        let layer = graph.nodes[id].layer
        guard calls[layer].allSatisfy({ values[graph.nodes[$0].inputs[0]][channel].constant == a }) else { return false }
        return a == 0 || !positionDependent[layer] || canCarry(layer)
    }

    /// A separable layer gives every channel a kernel of its own, so that none can stand for another.
    private func canCarry(_ layer: LayerID) -> Bool {
        if case .separable = graph.layers[layer].operation { false } else { true }
    }

    /// Where nonzero constants are read through zero padding, one of them must stay for the others to be folded onto.
    private mutating func keepCarriers() -> Bool {
        var changed = false
        for id in graph.nodes.indices.reversed() where wiring.roles[id] == [.read] && positionDependent[graph.nodes[id].layer] {
            let input = graph.nodes[id].inputs[0], name = graph.layer(of: id).qualifiedName
            let demanded = readChannels(id).filter { values[input][$0].constant ?? 0 != 0 && !isKept(ChannelID(input, $0)) }
            if demanded.isEmpty || carrier(for: id) != nil { continue }
            if let carrier = demanded.first(where: { isFixed(ChannelID(input, $0)) }) {
                keep(ChannelID(input, carrier), demanded.count > 1 ? .carrier(name) : .padded(name))
            } else if demanded.count > 1, let carrier = demanded.first(where: { freeze(ChannelID(input, $0)) }) {
                keep(ChannelID(input, carrier), .carrier(name))
            } else {
                for channel in demanded {
                    use(ChannelID(input, channel))
                    keep(ChannelID(input, channel), .padded(name))
                }
            }
            changed = true
        }
        return changed
    }

    /// The kept input channel onto which a layer folds the constants it reads through zero padding.
    mutating func carrier(for id: NodeID) -> Int? {
        let input = graph.nodes[id].inputs[0]
        return values[input].indices
            .filter { isFixed(ChannelID(input, $0)) && values[input][$0].constant != 0 && isFoldable(id, input, $0) && isKept(ChannelID(input, $0)) }
            .max { abs(values[input][$0].constant ?? 0) < abs(values[input][$1].constant ?? 0) }
    }

    /// Makes a constant that nearly holds hold exactly, at the layer where it comes from; false where that cannot be.
    private mutating func freeze(_ id: ChannelID) -> Bool {
        var current = id, path: [ChannelID] = []
        while true {
            guard case let .constant(value, _) = values[current.tensor][current.channel], !used[current.tensor][current.channel],
                let producer = graph.nodes.firstIndex(where: { $0.outputs.contains(current.tensor) }), calls[graph.nodes[producer].layer].count == 1
            else { return false }
            path.append(current)
            let layer = graph.layer(of: producer)
            if FrozenChannel.canFreeze(layer, current.channel, weightThreshold: criteria.weight ?? 0) {
                frozen.append(FrozenChannel(layer: graph.nodes[producer].layer, channel: current.channel, value: value))
                frozenChannels.formUnion(path)
                return true
            }
            guard wiring.roles[producer].count == 1, case let .carried(source) = wiring.roles[producer][0] else { return false }
            current = ChannelID(graph.nodes[producer].inputs[0], source[current.channel])
        }
    }

    private mutating func keepOneChannelEverywhere() -> Bool {
        var changed = false
        for (id, node) in graph.nodes.enumerated() {
            for output in node.outputs where wiring.counts[output] > 0 {
                if (0..<wiring.counts[output]).contains(where: { isKept(ChannelID(output, $0)) }) { continue }
                let channel = values[output].firstIndex { $0.isProven } ?? 0
                keep(ChannelID(output, channel), .last(graph.layer(of: id).qualifiedName))
                changed = true
            }
        }
        return changed
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
