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
    let values: IDArray<TensorID, [ChannelValue]>
    let criteria: Criteria
    private(set) var used: IDArray<TensorID, [Bool]>
    private var ties: ChannelTies
    /// Per set of tied channels.
    private(set) var isKept: [Bool]
    /// Why a set is kept beyond being read, where there is such a reason.
    private var reasons: [Int: PinReason] = [:]
    /// Channels that hold their constant only nearly, and are made to hold it exactly so that they can carry others: by
    /// the channel of the layer that is set, that and those it is carried into.
    var held: [ChannelID: Set<ChannelID>] = [:]
    /// All of these channels.
    var heldChannels: Set<ChannelID> = []
    /// Channels that are not to be held.
    let unheld: Set<ChannelID>
    /// The sets that stay for nothing but to carry others.
    private(set) var carriers: Set<Int> = []
    /// The carriers to be content with, where they are enough.
    private let preferred: Set<Int>?
    /// What stayed in an earlier pass: nothing else is to stay now.
    let earlier: EarlierPass?
    /// Where the order of channels matters.
    let boundaries: ChannelBoundaries
    /// Whether something was kept or used since this was last set to false.
    private var hasChanged = false
    let calls: IDArray<LayerID, [NodeID]>
    /// Per layer, whether some call of it reads its input through zero padding.
    let positionDependent: IDArray<LayerID, Bool>
    /// For each tensor with channels that depend on the position, its plane.
    let planes: IDArray<TensorID, PlaneMap?>
    let reach: BranchReach
    private let gone: Set<NodeID>

    /// - Parameter gone: nodes known to go, which hold nothing.
    init(_ constants: ConstantPropagation, without gone: Set<NodeID> = [], shuffling: Shuffling) {
        let wiring = constants.wiring.severed(gone),
            boundaries = ChannelBoundaries(constants.graph, wiring, shuffling: shuffling)
        self.init(constants, wiring, boundaries, without: gone, unheld: [], preferred: nil, after: nil)
        settle(constants)
        // With what goes folded onto what stays, less may be enough: what a second cut would find is found now.
        while !carriers.isEmpty {
            var next = Liveness(
                constants, wiring, boundaries, without: gone, unheld: unheld, preferred: nil, after: asEarlierPass)
            next.settle(constants)
            guard next.keepsLess(than: self), next.carriesAll() else { return }
            self = next
        }
    }

    /// Leaves out carriers and held channels that turn out not to be needed, one by one.
    private mutating func settle(_ constants: ConstantPropagation) {
        var needed: Set<Int> = []
        while true {
            // What was to be folded onto a held channel may have stayed for other reasons: then it can be left as it
            // is.
            let idle = idleHeldChannels
            if !idle.isEmpty {
                self = Liveness(
                    constants, wiring, boundaries, without: gone, unheld: unheld.union(idle), preferred: preferred,
                    after: earlier)
                continue
            }
            // A carrier chosen early may follow from those that were chosen later, or stay for other reasons.
            guard let spare = spareCarrier(beside: needed) else { return }
            let next = Liveness(
                constants, wiring, boundaries, without: gone, unheld: unheld,
                preferred: carriers.subtracting([spare]), after: earlier)
            if next.keepsLess(than: self) { self = next } else { needed.insert(spare) }
        }
    }

    private init(
        _ constants: ConstantPropagation, _ wiring: ChannelWiring, _ boundaries: ChannelBoundaries,
        without gone: Set<NodeID>, unheld: Set<ChannelID>,
        preferred: Set<Int>?, after earlier: EarlierPass?
    ) {
        (self.earlier, self.gone, self.unheld, self.preferred) = (earlier, gone, unheld, preferred)
        (self.boundaries, self.wiring) = (boundaries, wiring)
        graph = constants.graph
        values = constants.values
        criteria = constants.criteria
        used = wiring.counts.mapValues { Array(repeating: false, count: $0) }
        ties = ChannelTies(graph, wiring)
        isKept = Array(repeating: false, count: ties.count)
        var calls = IDArray<LayerID, [NodeID]>(repeating: [], count: constants.graph.layers.count)
        for (id, node) in constants.graph.nodes.enumerated() { calls[node.layer].append(id) }
        self.calls = calls
        positionDependent = calls.mapValues { ids in
            ids.contains { wiring.roles[$0] == [.read] && ChannelReads(constants.graph, $0).isPositionDependent }
        }
        planes = constants.values.mapValues { channels in
            channels.lazy.compactMap { if case let .plane(map, _) = $0 { map } else { nil } }.first
        }
        reach = BranchReach(constants.graph, protected: constants.criteria.protected)
        pinEnds()
        // Every pass only adds; the number of channels bounds the passes.
        repeat {
            flowBackward()
        } while keepBases() || keepOneChannelEverywhere() || keepBalance() || useInexactConstantsOfKeptSets()
    }

    mutating func isKept(_ id: ChannelID) -> Bool { isKept[ties.set(of: id)] }

    mutating func reason(of id: ChannelID) -> PinReason? { reasons[ties.set(of: id)] }

    /// What the caller feeds, what the caller gets and wants to stay, and what a layer's own activation mixes.
    private mutating func pinEnds() {
        for tensor in graph.outputs { use(tensor, .modelOutput) }
        for tensor in graph.inputs { keep(tensor, .modelInput) }
        for node in graph.nodes
        where !criteria.protected.isEmpty && criteria.protected.contains(LayerKey(graph.layers[node.layer])) {
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
        let places = Set(
            ids.map { graph.nodes[$0].tensors.map { [wiring.counts[$0], isDense ? nil : wiring.axes[$0]] } })
        return places.count == 1
            && !ids.contains { wiring.roles[$0].contains(where: \.isPinned) }
    }

    private mutating func use(_ tensor: TensorID, _ reason: PinReason) {
        keep(tensor, reason)
        for channel in used[tensor].indices { used[tensor][channel] = true }
    }

    private mutating func keep(_ tensor: TensorID, _ reason: PinReason) {
        for channel in 0..<wiring.counts[tensor] { keep(ChannelID(tensor, channel), reason) }
    }

    /// The set of tied channels that a channel belongs to.
    mutating func set(of id: ChannelID) -> Int { ties.set(of: id) }

    /// Whether a carrier is one of those to be content with.
    mutating func isPreferred(_ id: ChannelID) -> Bool { preferred?.contains(ties.set(of: id)) ?? true }

    /// Whether all that stays here stays there, and more.
    private func keepsLess(than other: Liveness) -> Bool {
        isKept != other.isKept && zip(isKept, other.isKept).allSatisfy { !$0 || $1 }
    }

    /// Keeps a channel to carry others.
    mutating func keepCarrier(_ id: ChannelID, _ reason: PinReason) {
        let set = set(of: id), isNeededOtherwise = isKept[set] && !carriers.contains(set)
        keep(id, reason)
        if !isNeededOtherwise { carriers.insert(set) }
    }

    mutating func keep(_ id: ChannelID, _ reason: PinReason?) {
        let set = ties.set(of: id)
        if !isKept[set] { hasChanged = true }
        if !carriers.isEmpty { carriers.remove(set) }
        isKept[set] = true
        if let reason, reasons[set] == nil { reasons[set] = reason }
    }

    /// Walks over the nodes, last to first; readers come after what they read, so that one walk is enough but for
    /// layers called several times, where what is kept matters as well.
    private mutating func flowBackward() {
        repeat {
            hasChanged = false
            walkBackward()
        } while hasChanged && calls.contains { $0.count > 1 }
    }

    private mutating func walkBackward() {
        for id in graph.nodes.indices.reversed() {
            let node = graph.nodes[id]
            var isPinned = false
            for (position, role) in wiring.roles[id].enumerated() {
                let input = node.inputs[position]
                switch role {
                case let .pinned(reason):
                    use(input, reason)
                    // How wide the layer's output is follows from an input that stays as it is.
                    if !isPinned { for output in node.outputs { keep(output, reason) } }
                    isPinned = true
                case .passed, .joined:
                    role.forEachPair { if matters(node.outputs[0], $0) { use(ChannelID(input, $1)) } }
                case .broadcast:
                    if wiring.counts[input] == 1,
                        (0..<wiring.counts[node.outputs[0]]).contains(where: { matters(node.outputs[0], $0) })
                    {
                        use(ChannelID(input, 0))
                    }
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
    private func matters(_ tensor: TensorID, _ channel: Int) -> Bool {
        used[tensor][channel] && !isConstant(ChannelID(tensor, channel))
    }

    /// Whether the channel is a constant in the rewritten graph, whatever else is cut.
    func isConstant(_ id: ChannelID) -> Bool { values[id.tensor][id.channel].isProven || heldChannels.contains(id) }

    mutating func use(_ id: ChannelID) {
        if used[id.tensor][id.channel] { return }
        used[id.tensor][id.channel] = true
        hasChanged = true
        keep(id, nil)
    }

    /// The input channels that outputs in use read with nonzero weights.
    ///
    /// Different constants before several calls of a layer cannot be folded into its one set of weights; so there also
    /// those outputs count that are constant and stay.
    mutating func readChannels(_ id: NodeID) -> [Int] {
        let output = graph.nodes[id].outputs[0], input = graph.nodes[id].inputs[0]
        let reads = ChannelReads(graph, id)
        guard wiring.counts[input] == reads.inputs, !used[output].isEmpty else { return [] }
        let isShared = calls[graph.nodes[id].layer].count > 1
        let wanted = used[output].indices.map { channel in
            let target = ChannelID(output, channel)
            return matters(output, channel) || (isShared && isConstant(target) && isKept(target))
        }
        guard wanted.contains(true) else { return [] }
        let read = reads.read(by: wanted, zeroIsUnread: criteria.unread)
        return read.indices.filter { read[$0] }
    }

    enum Foldability: Equatable { case folds, alive, pinned(PinReason) }

    /// Whether the layer can do without the channel because what stands in its weights can stand for it.
    func foldability(_ id: NodeID, _ input: TensorID, _ channel: Int) -> Foldability {
        let value = values[input][channel]
        guard value != .alive else { return .alive }
        // Called several times, the layer must see the same each time.
        let layer = graph.nodes[id].layer, name = graph.layers[layer].qualifiedName
        guard
            calls[layer].allSatisfy({
                let others = values[graph.nodes[$0].inputs[0]]
                return others.indices.contains(channel) && others[channel].isSame(as: value)
            })
        else { return .pinned(.shared(name)) }
        // A separable layer gives every channel a kernel of its own, so that none can stand for another.
        let canCarry = graph.layers[layer].operation.kind.taps == nil
        return value.constant == 0 || !needsBasis(id, value) || canCarry ? .folds : .pinned(.padded(name))
    }

    /// Whether no bias can stand for the value: zero padding is read beside it, or it is not the same everywhere
    /// itself.
    func needsBasis(_ id: NodeID, _ value: ChannelValue) -> Bool {
        value.constant.map { $0 != 0 && positionDependent[graph.nodes[id].layer] } ?? true
    }

    /// A constant that is only nearly one stands for a channel that goes, not for one that stays.
    private mutating func useInexactConstantsOfKeptSets() -> Bool {
        var changed = false
        for id in graph.nodes.indices where wiring.roles[id] == [.read] {
            let input = graph.nodes[id].inputs[0]
            for channel in readChannels(id)
            where !used[input][channel] && !isConstant(ChannelID(input, channel)) && isKept(ChannelID(input, channel)) {
                use(ChannelID(input, channel))
                changed = true
            }
        }
        return changed
    }
}
