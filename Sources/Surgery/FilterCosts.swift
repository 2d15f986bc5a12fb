import Graphs
import Sparsity

/// What a filter takes in weights and work, seen by itself: what its going alone would save.
///
/// *Parameters*: the weights that make it (its slice of the kernel, its bias), what layers on the way hold for its
/// channel (scale, shift and statistics of a normalization, a slope, the taps and bias of a depthwise layer), and the
/// weights that read it. The weights of a shared layer count once. *MACs*, for one image: each of those kernel weights
/// times the positions at which it is applied, for every call; nil where a shape is unknown.
///
/// The way ends where the channel meets one that is alive (what reads a sum reads the other terms, and stays), and at
/// layers that cannot be evaluated or compute with all channels together. The weights between two filters in
/// consecutive layers belong to both, so that the costs of several filters add up to more than all of them take.
struct FilterCosts {
    private let graph: Graph
    private let wiring: ChannelWiring
    private let values: IDArray<TensorID, [ChannelValue]>
    private let readers: IDArray<TensorID, [NodeID]>
    /// For a node and the position of its input, the output channels made from each input channel.
    private var targets: [InputSlot: [[Int]]] = [:]

    /// What a layer holds for one of its channels.
    private struct WeightedChannel: Hashable {
        let layer: LayerID
        let channel: Int
    }

    init(_ plan: SurgeryPlan) {
        graph = plan.dense
        wiring = ChannelWiring(graph)
        values = plan.values
        readers = graph.readers
    }

    /// The cost of one filter of a bank.
    mutating func cost(of filter: Int, in bank: FilterBank) -> (parameters: Int, macs: Int?) {
        let graph = graph, layer = graph.layers[bank.layer]
        var parameters = layer.parameters / max(1, bank.filters), macs: Int? = 0, part = 1.0
        if let pointwise = layer[.pointwiseKernel], let taps = layer[.depthwiseKernel] {
            // The depthwise part of a separable layer belongs to its inputs.
            parameters = (layer.parameters - taps.count) / max(1, bank.filters)
            part = Double(pointwise.count) / Double(pointwise.count + taps.count)
        }
        func work(_ id: NodeID, _ share: (Int) -> Int) {
            macs = macs.flatMap { macs in graph.macs(of: id).map { macs + share($0) } }
        }
        var open: [ChannelID] = [], seen: Set<ChannelID> = [], paid: Set<WeightedChannel> = []
        for (id, node) in graph.nodes.enumerated() where node.layer == bank.layer {
            work(id) { Int((Double($0) * part).rounded()) / max(1, bank.filters) }
            open.append(ChannelID(node.outputs[0], filter))
        }
        while let channel = open.popLast() {
            guard seen.insert(channel).inserted else { continue }
            for id in Set(readers[channel.tensor]) {
                let node = graph.nodes[id], layer = graph.layers[node.layer]
                func pay(_ weights: Int, _ channel: Int) {
                    if paid.insert(WeightedChannel(layer: node.layer, channel: channel)).inserted {
                        parameters += weights
                    }
                }
                if case .weights = layer.operation.kind.effect {
                    let width = max(1, wiring.counts[channel.tensor])
                    pay((layer.parameters - (layer[.bias]?.count ?? 0)) / width, channel.channel)
                    work(id) { $0 / width }
                    continue
                }
                let output = node.outputs[0], width = max(1, wiring.counts[output])
                var meetsOthers = false
                if case .merge = layer.operation { meetsOthers = Set(node.inputs).count > 1 }
                if case .joined? = wiring.roles[id].first { meetsOthers = true }
                for target in made(by: id, from: channel) where !meetsOthers || values[output][target] != .alive {
                    pay(layer.parameters / width, target)
                    work(id) { $0 / width }
                    open.append(ChannelID(output, target))
                }
            }
        }
        return (parameters, macs)
    }

    /// The channels of a node's output that it makes from a channel of its inputs alone, or from that and its like.
    private mutating func made(by id: NodeID, from channel: ChannelID) -> [Int] {
        var result: [Int] = []
        for (position, role) in wiring.roles[id].enumerated() where graph.nodes[id].inputs[position] == channel.tensor {
            if case let .joined(into) = role { result.append(into[channel.channel]) }
            guard case let .passed(source) = role else { continue }
            let key = InputSlot(node: id, position: position)
            if targets[key] == nil {
                var lists = [[Int]](repeating: [], count: wiring.counts[channel.tensor])
                for (target, from) in source.enumerated() where from >= 0 { lists[from].append(target) }
                targets[key] = lists
            }
            result += targets[key]?[channel.channel] ?? []
        }
        return result
    }
}
