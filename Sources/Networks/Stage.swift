import Graphs

/// What is computed as one: a node, with the batch normalization, the sum with another tensor, the activation and the
/// pooling that follow it where nothing else sees the tensors in between.
struct Stage {
    let node: NodeID
    /// A zero padding in front of it, which its window takes over.
    var padding: NodeID?
    var normalization: NodeID?
    /// The sum with another tensor, as at the end of a residual branch.
    var sum: (node: NodeID, addend: TensorID)?
    var activation: NodeID?
    /// A 2 × 2 maximum pooling.
    var pooling: NodeID?
    /// The tensor that the last of them makes.
    var output: TensorID

    /// What it makes before the pooling.
    func unpooled(in graph: Graph) -> TensorID { pooling.map { graph.nodes[$0].inputs[0] } ?? output }

    /// What it reads: the inputs of its node, then the addend.
    func inputs(in graph: Graph) -> [TensorID] { graph.nodes[padding ?? node].inputs + (sum.map { [$0.addend] } ?? []) }

    /// Its parts where both tensors of a sum turn out to differ in shape, so that one is repeated: a kernel adds only
    /// what lies like its own output.
    func parts(in graph: Graph) -> [Stage] {
        guard let sum else { return [self] }
        let summed = graph.nodes[sum.node].inputs.first { $0 != sum.addend }
        guard let summed, graph.shapes[summed] != graph.shapes[sum.addend] else { return [self] }
        let result = graph.nodes[sum.node].outputs[0]
        var filters = self
        (filters.sum, filters.activation, filters.output) = (nil, nil, summed)
        return [filters, Stage(node: sum.node, output: result)]
            + (activation.map { [Stage(node: $0, output: output)] } ?? [])
    }
}

/// What may join the stage before it.
struct Fusion: OptionSet {
    let rawValue: Int
    /// Batch normalizations and activations; zero paddings join the convolution behind them.
    static let epilogues = Fusion(rawValue: 1)
    /// The sum of a convolution's output with another tensor.
    static let sums = Fusion(rawValue: 2)
    /// 2 × 2 maximum pooling behind a convolution.
    static let poolings = Fusion(rawValue: 4)
}

extension Graph {
    /// The stages, in order, that the tensors `kept` and `summarized` depend on. Every kept tensor is the output of a
    /// stage, and a summarized one is that but for its pooling.
    func stages(keeping kept: Set<TensorID>, summarizing summarized: Set<TensorID>, fusing fusion: Fusion) -> [Stage] {
        let needed = nodesNeeded(for: kept.union(summarized))
        var readers = IDArray<TensorID, [NodeID]>(repeating: [], count: shapes.count)
        for id in needed { for tensor in nodes[id].inputs { readers[tensor].append(id) } }
        /// The only reader of a tensor, if it has one and the tensor is not kept.
        func reader(of tensor: TensorID) -> NodeID? {
            readers[tensor].count == 1 && !kept.contains(tensor) ? readers[tensor][0] : nil
        }
        func successor(of tensor: TensorID) -> NodeID? { summarized.contains(tensor) ? nil : reader(of: tensor) }

        // Zero paddings that only a convolution without one of its own reads.
        var paddings: [NodeID: NodeID] = [:]
        for id in nodes.indices where fusion.contains(.epilogues) {
            guard case let .padding(padding) = layer(of: id).operation,
                let next = nodes[id].outputs.first.flatMap(successor),
                let window = layer(of: next).operation.paddableWindow, window.padding == .valid,
                window.dataFormat == padding.dataFormat, window.rank == padding.amounts.count,
                padding.amounts.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
            else { continue }
            paddings[next] = id
        }

        var absorbed = Set(paddings.values), made = Set<TensorID>()
        return needed.compactMap { id in
            guard !absorbed.contains(id), let output = nodes[id].outputs.first else { return nil }
            var stage = Stage(node: id, padding: paddings[id], output: output)
            defer { made.insert(stage.output) }
            guard fusion.contains(.epilogues) else { return stage }
            func absorb(_ next: NodeID) -> NodeID {
                stage.output = nodes[next].outputs[0]
                absorbed.insert(next)
                return next
            }
            if layer(of: id).operation.activation == .linear {
                if let next = successor(of: stage.output),
                    case let .batchNormalization(norm) = layer(of: next).operation, norm.axis == channelAxis(of: id)
                {
                    stage.normalization = absorb(next)
                }
                if fusion.contains(.sums), case let .convolution(convolution) = layer(of: id).operation,
                    convolution.groups == 1, let next = successor(of: stage.output),
                    let addend = addend(of: next, beside: stage.output), made.contains(addend)
                {
                    stage.sum = (absorb(next), addend)
                }
                if let next = successor(of: stage.output), case let .activation(activation) = layer(of: next).operation,
                    activation.isElementwise
                {
                    stage.activation = absorb(next)
                }
            }
            if fusion.contains(.poolings), stage.sum == nil, let next = reader(of: stage.output),
                pools(next, behind: id)
            {
                stage.pooling = absorb(next)
            }
            return stage
        }
    }

    /// Whether a node takes the largest of each 2 × 2 pixels that the convolution `id` makes.
    private func pools(_ next: NodeID, behind id: NodeID) -> Bool {
        guard case let .pooling(pooling) = layer(of: next).operation,
            case let .convolution(convolution) = layer(of: id).operation
        else { return false }
        let window = pooling.window
        return pooling.kind == .max && window.size == [2, 2] && window.strides == [2, 2]
            && window.dataFormat == convolution.window.dataFormat
    }

    /// What a node adds to `tensor`, if it is a sum of two tensors that may have the same shape.
    private func addend(of id: NodeID, beside tensor: TensorID) -> TensorID? {
        let inputs = nodes[id].inputs
        guard case let .merge(merge) = layer(of: id).operation, merge.kind == .add, inputs.count == 2,
            inputs[0] != inputs[1], shapes[inputs[0]] == shapes[inputs[1]]
        else { return nil }
        return inputs[0] == tensor ? inputs[1] : inputs[0]
    }

    /// The axis of a convolution's or dense layer's output that its filters make.
    private func channelAxis(of id: NodeID) -> Int? {
        let operation = layer(of: id).operation
        if case .dense = operation { return nodes[id].outputs.first.flatMap { shapes[$0] }.map { $0.count - 1 } }
        return operation.filters?.slidingWindow?.channelAxis
    }
}

extension Operation {
    /// The window of a convolution that can take over zeros around its input.
    fileprivate var paddableWindow: Window? {
        if case let .convolution(c) = self { c.window } else if case let .depthwise(d) = self { d.window } else { nil }
    }
}

extension Window {
    /// Whether it slides at all.
    var isPossible: Bool {
        (size + strides + dilation).allSatisfy { $0 > 0 } && strides.count == rank && dilation.count == rank
    }
}
