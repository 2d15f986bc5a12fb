import Graphs

/// What a set of criteria lets surgery cut from a graph, and why the rest of the dead stays.
package struct SurgeryPlan {
    /// The graph as it was.
    package let dense: Graph
    /// The graph without the branches that sums have lost; tensors have the numbers they had.
    let graph: Graph
    package let criteria: Criteria
    /// What sums have lost, with the layers before them.
    let sums: BranchCut
    private let branchProof: Proof?
    let emptied: EmptiedBranches
    private let denseWiring: ChannelWiring
    let wiring: ChannelWiring
    /// For each tensor what is known of its channels; empty where they are unknown.
    package let values: IDArray<TensorID, [ChannelValue]>
    /// The channels that stay, in their new order.
    let order: ChannelOrder?
    /// For each tensor the channels that stay, in the order in which the cut graph has them.
    let kept: IDArray<TensorID, [Int]>
    /// For each layer that makes up for input channels that go, how.
    let folds: [LayerID: ChannelFold]
    /// Channels that are made to hold exactly the constant they nearly held.
    let held: [HeldChannel]
    private let reasons: [ChannelID: PinReason]
    private let readers: IDArray<TensorID, [NodeID]>
    /// What the cut graph can lose, where cutting it shows that it holds more than this plan could know; one at most.
    private(set) var further: [SurgeryPlan] = []

    package init(_ dense: Graph, _ criteria: Criteria = Criteria()) {
        (self.dense, self.criteria) = (dense, criteria)
        denseWiring = ChannelWiring(dense)
        var constants = ConstantPropagation(dense, denseWiring, criteria)
        values = constants.values
        let branches = BranchRemoval(constants)
        let graph = branches.graph
        self.graph = graph
        sums = branches.cut
        branchProof = branches.proof
        if branches.proof == nil {
            wiring = denseWiring
        } else {
            wiring = ChannelWiring(graph)
            constants = ConstantPropagation(graph, wiring, criteria)
        }
        var (liveness, emptied) = Liveness.settled(constants)
        func arranged() -> ChannelOrder? {
            ChannelOrder(liveness.kept(without: emptied.gone), graph, constants.wiring.severed(emptied.gone))
        }
        var order = arranged()
        if order == nil {
            (liveness, emptied) = Liveness.settled(constants, shuffling: .inOrder)
            order = arranged()
        }
        (self.emptied, self.order) = (emptied, order)
        kept = order?.kept ?? liveness.kept(without: emptied.gone)
        var folds: [LayerID: ChannelFold] = [:], reasons: [ChannelID: PinReason] = [:]
        for (id, node) in graph.nodes.enumerated() where !emptied.gone.contains(id) {
            if wiring.roles[id] == [.read], folds[node.layer] == nil { folds[node.layer] = liveness.fold(for: id) }
            for output in node.outputs {
                for id in kept[output].map({ ChannelID(output, $0) }) { reasons[id] = liveness.reason(of: id) }
            }
        }
        self.folds = folds
        let producers = graph.producers
        held =
            branches.held
            + liveness.held.keys.compactMap { id in
                guard let producer = producers[id.tensor], let value = constants.values[id.tensor][id.channel].constant
                else { return nil }
                return HeldChannel(layer: graph.nodes[producer].layer, channel: id.channel, value: value)
            }
        self.reasons = reasons
        readers = graph.readers
        further = continuation().map { [$0] } ?? []
    }

    /// The number of channels of a tensor; 0 where it is unknown.
    package func channelCount(_ tensor: TensorID) -> Int { denseWiring.counts[tensor] }

    /// The channels of a tensor that go, ascending.
    package func removed(from tensor: TensorID) -> [Int] {
        let staying = Set(finallyKept(tensor))
        return (0..<denseWiring.counts[tensor]).filter { !staying.contains($0) }
    }

    /// The weakest proof among the constants that the cut relies on, those among them that channels were made to hold;
    /// nil when nothing is cut or only unread channels are.
    package var weakestProof: Proof? {
        let cut = graph.nodes.flatMap(\.outputs).flatMap { tensor in
            removed(from: tensor).compactMap { values[tensor][$0].proof }
        }
        let channels = Dictionary(grouping: held, by: \.layer)
        let constants = graph.nodes.flatMap { node in
            (channels[node.layer] ?? []).compactMap { values[node.outputs[0]][$0.channel].proof }
        }
        return (cut + constants + [branchProof].compactMap { $0 } + further.compactMap(\.weakestProof)).max()
    }

    /// Whether everything cut follows from the weights, so that nothing but rounding can differ: for inputs inside the box
    /// of the criterion `range`, where that is among the criteria.
    package var isExact: Bool { (weakestProof ?? .proven) <= .inBox }

    /// Whether some channel counts as constant that may be alive for inputs outside the box.
    package var restsOnBox: Bool {
        criteria.silent.contains { id in
            values[id.tensor].indices.contains(id.channel) && values[id.tensor][id.channel].proof == .inBox
        }
    }

    /// Why a channel that does not go stays: the first layer at which it is no longer for itself.
    package func reason(for id: ChannelID) -> PinReason {
        if let reason = reasons[id] { return reason }
        var current = id, seen: Set<ChannelID> = []
        var reader = PinReason.modelOutput
        while seen.insert(current).inserted {
            var next: ChannelID?
            for node in readers[current.tensor] {
                let name = graph.layer(of: node).qualifiedName
                guard let position = graph.nodes[node].inputs.firstIndex(of: current.tensor) else { continue }
                let role = wiring.roles[node][position],
                    made: Int? =
                        switch role {
                        case let .passed(source): source.firstIndex(of: current.channel)
                        case let .joined(into): into[current.channel]
                        case .broadcast, .read, .pinned: nil
                        }
                guard let channel = made else {
                    reader = .read(name)
                    continue
                }
                let target = ChannelID(graph.nodes[node].outputs[0], channel)
                if values[current.tensor][current.channel] != .alive, values[target.tensor][channel] == .alive {
                    if case .joined = role { return .tied(name) }
                    switch graph.layer(of: node).operation.kind.effect {
                    case .merge, .concatenation: return .tied(name)
                    case .function, .move: return .axis(name)
                    case .source, .unknown, .copy, .plane, .slopes, .normalization, .affine, .weights, .taps:
                        return .padded(name)
                    }
                }
                next = next ?? target
            }
            guard let next else { return reader }
            current = next
        }
        return reader
    }
}
