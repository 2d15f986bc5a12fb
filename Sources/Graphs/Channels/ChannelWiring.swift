import Tensors

/// Which axis of each tensor holds its channels, and what every call of a layer does with the channels it receives.
package struct ChannelWiring {
    /// The channel axis of each tensor, the batch axis not counted; nil where the shape is unknown (behind an opaque
    /// layer).
    package private(set) var axes: IDArray<TensorID, Int?>
    /// The number of channels of each tensor; 0 where they are unknown.
    package private(set) var counts: IDArray<TensorID, Int>
    /// Tensors whose channels lie along two axes, as between the reshapes of a channel shuffle; `axes` has nothing of
    /// them.
    package private(set) var grids: [TensorID: ChannelGrid] = [:]
    /// For each node, what it does with each of its inputs.
    package private(set) var roles: IDArray<NodeID, [ChannelRole]> = []
    /// The most channels that are followed in one graph, those of all tensors and roles together, and in one without
    /// weights: no network has that many (EfficientNetV2-L 2.4 million), and a damaged config must not take the memory
    /// for more. Widths beyond count as unknown.
    private static let mostChannels = 1 << 23, mostWithoutWeights = 1 << 20
    /// The most elements of a tensor whose channels are followed where they move, and channels in the roles of one
    /// call.
    static let mostElements = 1 << 22
    /// What is left of them.
    private var budget: Int

    package init(_ graph: Graph) {
        // Channels are made by weights, several for each.
        budget = min(Self.mostChannels, Self.mostWithoutWeights.plusClamped(graph.parameters.timesClamped(8)))
        axes = IDArray(repeating: nil, count: graph.shapes.count)
        counts = IDArray(repeating: 0, count: graph.shapes.count)
        let firstFormatRanks = Set(
            graph.nodes.compactMap { node -> Int? in
                guard graph.layers[node.layer].operation.kind.layout == .channelsFirst, let input = node.inputs.first
                else { return nil }
                return graph.shapes[input]?.count
            })
        let readers = graph.readers, wanted = graph.readAxes
        for id in graph.nodes.indices {
            let node = graph.nodes[id], operation = graph.layers[node.layer].operation
            if let (grid, source) = gridded(node, operation, graph, readers), source.count <= budget / 2,
                let output = node.outputs.first
            {
                grids[output] = grid
                counts[output] = source.count
                budget -= 2 * source.count
                roles.append([.passed(source: source)])
                continue
            }
            guard budget > 0 else {
                roles.append(node.inputs.map { _ in .pinned(.axis(graph.layers[node.layer].qualifiedName)) })
                continue
            }
            let (axis, roles) = wire(
                node, graph, wanted: node.outputs.first.flatMap { wanted[$0] },
                usualAxis: { firstFormatRanks.contains($0) && $0 > 1 ? 0 : $0 - 1 })
            for output in node.outputs {
                guard let shape = graph.shapes[output], let axis, shape.indices.contains(axis), let count = shape[axis],
                    count <= budget
                else { continue }
                axes[output] = axis
                counts[output] = count
                budget -= count
            }
            for case let .passed(channels) in roles { budget -= channels.count }
            for case let .joined(channels) in roles { budget -= channels.count }
            // Channels carried into a tensor whose width is not known could not be followed any further.
            let isKnown = node.outputs.allSatisfy { counts[$0] > 0 }
            self.roles.append(
                isKnown
                    ? roles : roles.map { $0.isPinned ? $0 : .pinned(.axis(graph.layers[node.layer].qualifiedName)) })
        }
    }

    /// The calls of each layer that is called several times and must be equally wide each time. Severed nodes share
    /// nothing.
    package func sharedCalls(_ graph: Graph) -> [[NodeID]] {
        let calls = Dictionary(grouping: graph.nodes.indices.filter { !roles[$0].isEmpty }) { graph.nodes[$0].layer }
        return calls.filter { $1.count > 1 && graph.layers[$0].hasFixedWidths }.map(\.value)
    }

    /// The same with nodes that do nothing with their inputs.
    package func severed(_ nodes: Set<NodeID>) -> ChannelWiring {
        var result = self
        for id in nodes { result.roles[id] = [] }
        return result
    }
}

/// What a layer does with the channels of one input.
package enum ChannelRole: Equatable {
    /// Output channel i is made from input channel `source[i]` alone (and its like in the other inputs): they live and
    /// die together.
    case passed(source: [Int])
    /// Input channel i is a part of output channel `into[i]`, beside others: they live and die together. So are the
    /// units of a dense layer that become one channel of a map, each at a place of its own.
    case joined(into: [Int])
    /// Every output channel is made from the input's only channel.
    case broadcast
    /// Weights combine the channels: any of them can go by itself.
    case read
    /// The layer's meaning would change if a channel went.
    case pinned(PinReason)

    /// Calls `body` for each output channel and each input channel that it is made of, where channels are carried on.
    package func forEachPair(_ body: (_ output: Int, _ input: Int) -> Void) {
        switch self {
        case let .passed(source): for (output, input) in source.enumerated() where input >= 0 { body(output, input) }
        case let .joined(into): for (input, output) in into.enumerated() { body(output, input) }
        case .broadcast, .read, .pinned: break
        }
    }

    package var isPinned: Bool { if case .pinned = self { true } else { false } }
}

extension ChannelWiring {
    /// The channel axis of a node's output and the roles of its inputs, as its kind says.
    private func wire(_ node: Node, _ graph: Graph, wanted: Int?, usualAxis: @escaping (Int) -> Int)
        -> WiredCall.Result
    {
        let layer = graph.layers[node.layer], name = layer.qualifiedName
        guard let output = node.outputs.first, let shape = graph.shapes[output] else {
            return (nil, node.inputs.map { _ in .pinned(layer.operation.isOpaque ? .opaque(name) : .axis(name)) })
        }
        let inputs = node.inputs.map { tensor in
            WiredCall.Input(
                shape: graph.shapes[tensor], axis: axes[tensor], count: counts[tensor], grid: grids[tensor])
        }
        return layer.operation.kind.wiring(
            of: WiredCall(layer: name, inputs: inputs, output: shape, wanted: wanted, usualAxis: usualAxis))
    }
}
