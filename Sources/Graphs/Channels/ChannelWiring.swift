/// Which axis of each tensor holds its channels, and what every call of a layer does with the channels it receives.
package struct ChannelWiring {
    /// The channel axis of each tensor, the batch axis not counted; nil where the shape is unknown (behind an opaque
    /// layer).
    package private(set) var axes: [Int?]
    /// The number of channels of each tensor; 0 where they are unknown.
    package private(set) var counts: [Int]
    /// Tensors whose channels lie along two axes, as between the reshapes of a channel shuffle; `axes` has nothing of
    /// them.
    package private(set) var grids: [TensorID: ChannelGrid] = [:]
    /// For each node, what it does with each of its inputs.
    package private(set) var roles: [[ChannelRole]] = []
    /// The most channels that are followed in one graph, those of all tensors and roles together: no network has that
    /// many, and a damaged config must not take the memory for more. Widths beyond count as unknown.
    static let mostChannels = 1 << 24
    /// What is left of them.
    private var budget = Self.mostChannels

    package init(_ graph: Graph) {
        axes = Array(repeating: nil, count: graph.shapes.count)
        counts = Array(repeating: 0, count: graph.shapes.count)
        let firstFormatRanks = Set(
            graph.nodes.compactMap { node -> Int? in
                guard graph.layers[node.layer].operation.dataFormat == .channelsFirst, let input = node.inputs.first
                else { return nil }
                return graph.shapes[input]?.count
            })
        let readers = graph.readers, wanted = ReadAxes(graph)
        for id in graph.nodes.indices {
            let node = graph.nodes[id], operation = graph.layers[node.layer].operation
            if let (grid, source) = gridded(node, operation, graph, readers), source.count <= budget / 2,
                let output = node.outputs.first
            {
                grids[output] = grid
                counts[output] = source.count
                budget -= 2 * source.count
                roles.append([.carried(source: source)])
                continue
            }
            let readAxis = node.outputs.first.flatMap { wanted[$0] }
            let (axis, roles) = wire(
                node, operation, graph, wanted: readAxis,
                inputAxis: { firstFormatRanks.contains($0) && $0 > 1 ? 0 : $0 - 1 })
            for output in node.outputs {
                guard let shape = graph.shapes[output], let axis, shape.indices.contains(axis), let count = shape[axis],
                    count <= budget
                else { continue }
                axes[output] = axis
                counts[output] = count
                budget -= count
            }
            for role in roles {
                if case let .carried(channels) = role {
                    budget -= channels.count
                } else if case let .joined(channels) = role {
                    budget -= channels.count
                }
            }
            // Channels carried into a tensor whose width is not known could not be followed any further.
            let isKnown = node.outputs.allSatisfy { counts[$0] > 0 }
            self.roles.append(
                roles.map { role in
                    switch role {
                    case .carried where !isKnown, .joined where !isKnown, .broadcast where !isKnown,
                        .read where !isKnown:
                        .pinned(.axis(graph.layers[node.layer].qualifiedName))
                    default: role
                    }
                })
        }
    }
}

extension ChannelWiring {
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
    case carried(source: [Int])
    /// Input channel i is a part of output channel `into[i]`, beside others: they live and die together. So are the
    /// units of a dense layer that become one channel of a map, each at a place of its own.
    case joined(into: [Int])
    /// Every output channel is made from the input's only channel.
    case broadcast
    /// Weights combine the channels: any of them can go by itself.
    case read
    /// The layer's meaning would change if a channel went.
    case pinned(PinReason)
}

extension ChannelWiring {
    /// The channel axis of a node's output and the roles of its inputs. `wanted`: the axis along which the layers
    /// behind the output read channels, where one does.
    private func wire(_ node: Node, _ operation: Operation, _ graph: Graph, wanted: Int?, inputAxis: (Int) -> Int) -> (
        axis: Int?, [ChannelRole]
    ) {
        let name = graph.layers[node.layer].qualifiedName
        guard let output = node.outputs.first, let shape = graph.shapes[output] else {
            if case .opaque = operation { return (nil, node.inputs.map { _ in .pinned(.opaque(name)) }) }
            return (nil, node.inputs.map { _ in .pinned(.axis(name)) })
        }
        let last = shape.count - 1
        let first = node.inputs.first
        let axis = first.flatMap { axes[$0] }
        let inputShape = first.flatMap { graph.shapes[$0] }
        let mismatch = ChannelRole.pinned(.axis(name))
        /// Output channels equal input channels, one to one, provided that the layer looks at the axis where they are.
        func identity(at wanted: Int?) -> (Int?, [ChannelRole]) {
            guard let first, axis == wanted else { return (wanted, [mismatch]) }
            return (wanted, [.carried(source: Array(0..<counts[first]))])
        }
        // What comes from a layer that is not known is read whole: it has no channels that could go.
        let isUnknown = inputShape == nil && operation.groups == 1
        func reading(_ window: Window) -> (Int?, [ChannelRole]) {
            let wanted = window.channelAxis
            return (wanted, [axis == wanted || isUnknown ? .read : mismatch])
        }
        switch operation {
        case .input: return (shape.isEmpty ? nil : inputAxis(shape.count), [])
        case let .convolution(c): return reading(c.window)
        case let .separable(s): return reading(s.window)
        case let .transposed(t): return reading(t.window)
        case let .depthwise(d):
            guard let first, axis == d.window.channelAxis else { return (d.window.channelAxis, [mismatch]) }
            return (axis, [.carried(source: (0..<counts[first] * d.multiplier).map { $0 / d.multiplier })])
        case .dense: return (last, [axis == last || isUnknown ? .read : mismatch])
        case let .batchNormalization(b): return identity(at: b.axis)
        case let .layerNormalization(l):
            return (axis ?? last, [.pinned(axis.map(l.axes.contains) ?? true ? .alongChannels(name) : .axis(name))])
        case .normalization: return (axis ?? last, [.pinned(.axis(name))])
        case let .activation(a):
            guard let axis else { return (last, [mismatch]) }
            return a.mixes(axis: axis, rank: shape.count) ? (axis, [.pinned(.alongChannels(name))]) : identity(at: axis)
        case .parametricReLU, .dropout, .identity: return identity(at: axis ?? last)
        case let .rescaling(r):
            return r.scale.count == 1 && r.offset.count == 1
                ? identity(at: axis ?? last) : (axis ?? last, [.pinned(.alongChannels(name))])
        case let .pooling(p): return identity(at: p.window.channelAxis)
        case let .globalPooling(p):
            let wanted = p.dataFormat == .channelsLast ? p.rank : 0
            guard let first, axis == wanted else { return (last, [mismatch]) }
            return (p.keepDimensions ? wanted : 0, [.carried(source: Array(0..<counts[first]))])
        case let .padding(p): return identity(at: p.dataFormat == .channelsLast ? last : 0)
        case let .cropping(c): return identity(at: c.dataFormat == .channelsLast ? last : 0)
        case let .upsampling(u): return identity(at: u.dataFormat == .channelsLast ? last : 0)
        case let .permute(p):
            guard let axis, let position = p.order.firstIndex(of: axis) else { return (last, [mismatch]) }
            return (position, [.carried(source: Array(0..<(shape[position] ?? 0)))])
        case .repeatVector: return (1, axis == 0 ? [.carried(source: Array(0..<(shape[1] ?? 0)))] : [mismatch])
        case let .flatten(format):
            guard let axis, let inputShape,
                let map = Self.flattened(inputShape, channelAxis: axis, transposed: format == .channelsFirst)
            else { return (0, [mismatch]) }
            return (0, [.carried(source: map)])
        case .reshape:
            if let first, let grid = grids[first], let inputShape, let position = grid.joined(inputShape, to: shape) {
                return (position, [.carried(source: Array(0..<counts[first]))])
            }
            guard let axis, let inputShape else { return (last, [mismatch]) }
            let kept = Self.reshaped(inputShape, channelAxis: axis, to: shape)
            if let kept, wanted == nil || wanted == kept.axis { return (kept.axis, [.carried(source: kept.source)]) }
            let preferred = wanted ?? inputAxis(shape.count)
            if let into = Self.joined(inputShape, channelAxis: axis, to: shape, along: preferred) {
                return (preferred, [.joined(into: into)])
            }
            return kept.map { ($0.axis, [.carried(source: $0.source)]) } ?? (last, [mismatch])
        case let .slice(s):
            return s.axis == axis ? (axis, [.carried(source: Array(s.start..<s.stop))]) : identity(at: axis ?? last)
        case .merge: return merged(node, graph, shape, mismatch)
        case let .concatenate(c): return concatenated(node, c, mismatch)
        case .opaque:
            let isLikeInput = inputShape?.count == shape.count && axis != nil
            return (
                isLikeInput ? axis : shape.isEmpty ? nil : inputAxis(shape.count),
                node.inputs.map { _ in .pinned(.opaque(name)) }
            )
        }
    }

    /// Elementwise combination: channels meet their like; axes are aligned at the end, where ranks differ.
    private func merged(_ node: Node, _ graph: Graph, _ shape: TensorShape, _ mismatch: ChannelRole) -> (
        Int?, [ChannelRole]
    ) {
        let mismatches = (shape.count - 1, node.inputs.map { _ in mismatch })
        guard let widest = node.inputs.max(by: { counts[$0] < counts[$1] }), let axis = axes[widest],
            let rank = graph.shapes[widest]?.count
        else { return mismatches }
        // The axis counted from the end is what aligned tensors of unequal rank have in common.
        let fromEnd = rank - axis, width = counts[widest]
        guard shape[shape.count - fromEnd] == width, node.inputs.count * width <= Self.mostChannels else {
            return mismatches
        }
        return (
            shape.count - fromEnd,
            node.inputs.map { tensor in
                guard let own = graph.shapes[tensor] else { return mismatch }
                let aligned = own.count - fromEnd
                if axes[tensor] == aligned, counts[tensor] == width { return .carried(source: Array(0..<width)) }
                return counts[tensor] == 1 && (aligned < 0 || own[aligned] == 1) ? .broadcast : mismatch
            }
        )
    }

    private func concatenated(_ node: Node, _ c: Concatenate, _ mismatch: ChannelRole) -> (Int?, [ChannelRole]) {
        let inputAxes = Set(node.inputs.map { axes[$0] })
        guard inputAxes.count == 1, let only = inputAxes.first, let axis = only else {
            return (c.axis, node.inputs.map { _ in mismatch })
        }
        guard axis == c.axis else {
            return (axis, node.inputs.map { .carried(source: Array(0..<counts[$0])) })
        }
        let total = node.inputs.reduce(0) { $0 + counts[$1] }
        guard node.inputs.count * total <= Self.mostChannels else { return (axis, node.inputs.map { _ in mismatch }) }
        var offset = 0
        return (
            axis,
            node.inputs.map { tensor in
                defer { offset += counts[tensor] }
                return .carried(
                    source: (0..<total).map { $0 >= offset && $0 < offset + counts[tensor] ? $0 - offset : -1 })
            }
        )
    }
}
