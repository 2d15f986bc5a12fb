import Graphs
import Tensors
import TestSupport

/// Which layer comes next, and where the graph ends.
extension RandomGraph {
    /// One step: a layer, or a few that belong together.
    func grow() throws {
        let x = recent(), rank = shape(x).count
        if random.chance(0.1) { return try callAgain() }
        var choices: [(weight: Int, step: () throws -> Void)] = [
            (3, { _ = try self.normalization(x) }), (3, { _ = try self.activation(x) }), (1, { try self.slopes(x) }),
            (3, { try self.merge(x) }), (2, { try self.concatenation(x) }), (2, { try self.regrouping(x) }),
            (2, { try self.slice(x) }),
            (1, { try self.wholeNormalization(x) }), (1, { try self.rescaling(x) }), (2, { _ = try self.dense(x) }),
        ]
        if rank == 2 || rank == 3 {
            choices += [
                (10, { try self.block(x) }), (3, { _ = try self.convolution(x) }), (2, { _ = try self.depthwise(x) }),
                (2, { _ = try self.separable(x) }),
                (1, { _ = try self.transposed(x) }), (3, { try self.pooling(x) }),
                (1, { _ = try self.globalPooling(x) }), (2, { try self.resizing(x) }),
                (2, { try self.residual(x) }), (2, { try self.gate(x) }), (2, { try self.shuffle(x) }),
                (2, { try self.groupedUnit(x) }),
                (2, { try self.twins(x) }),
            ]
        }
        if regroups {
            choices += [
                (12, { try self.mapOfUnits(x) }), (6, { try self.blurred(x) }), (4, { try self.flattenedAcross(x) }),
                (3, { try self.shuffledPixels(x) }),
            ]
        }
        var number = random.below(choices.reduce(0) { $0 + $1.weight })
        for choice in choices {
            if number < choice.weight { return try choice.step() }
            number -= choice.weight
        }
    }

    /// A tensor of the pool, mostly a young one.
    func recent() -> TensorID {
        pool[pool.count - 1 - min(pool.count - 1, random.below(2) == 0 ? 0 : random.below(pool.count))]
    }

    private func callAgain() throws {
        let candidates = graph.nodes.indices.filter {
            if case .input = graph.layer(of: $0).operation { false } else { true }
        }
        guard !candidates.isEmpty else { throw Rejected() }
        let node = graph.nodes[random.pick(candidates)]
        try recall(node.layer, node.inputs.map { _ in recent() })
    }

    /// Every loose end becomes an output, mostly behind a layer that reads it, or stays loose.
    func finish() {
        let readers = graph.readers
        let ends = graph.nodes.flatMap(\.outputs).filter {
            readers[$0].isEmpty && (!graph.inputs.contains($0) || graph.nodes.count == graph.inputs.count)
        }
        var outputs: [TensorID] = []
        for end in ends {
            let choice = random.below(10)
            if choice < 1, ends.count > 1, end != ends.last { continue }
            if choice < 9 {
                attempt { try self.head(end) }; outputs.append(pool[pool.count - 1])
            } else {
                outputs.append(end)
            }
        }
        if random.below(8) == 0, let inner = pool.dropLast().last, !graph.inputs.contains(inner) {
            outputs.append(inner)
        }
        if random.below(16) == 0 { outputs.append(outputs[0]) }
        setOutputs(outputs)
    }

    private func head(_ x: TensorID) throws {
        var x = x
        if shape(x).count > 1, random.chance(0.6) {
            x = shape(x).count == 4 || random.chance(0.4) ? try flatten(x) : try globalPooling(x)
        }
        _ = random.chance(0.5) || shape(x).count == 1 ? try dense(x, isHead: true) : try convolution(x, isHead: true)
    }

    /// Takes some channels away from all who read them, where those are layers with a weight for every channel.
    func leaveUnread() {
        let readers = graph.readers
        for tensor in graph.shapes.indices
        where !graph.outputs.contains(tensor) && !graph.inputs.contains(tensor) && random.chance(traits.mortality / 2) {
            let axes = readers[tensor].map { readAxis(of: $0) }
            guard !axes.isEmpty, axes.allSatisfy({ $0 != nil }) else { continue }
            for channel in 0..<shape(tensor)[channelAxis(tensor)] where random.chance(0.3) {
                for (reader, axis) in zip(readers[tensor], axes) { silence(reader, axis, channel) }
                plant(.unread, tensor, channel)
            }
        }
    }

    /// The kernel of a node that reads channels, and its axis of input channels; nil where it reads otherwise.
    private func readAxis(of node: NodeID) -> (role: WeightRole, axis: Int)? {
        let layer = graph.layer(of: node), input = graph.nodes[node].inputs[0]
        switch layer.operation {
        case let .convolution(c) where c.window.channelAxis == channelAxis(input): return (.kernel, c.window.rank)
        case let .separable(s) where s.window.channelAxis == channelAxis(input):
            return (.depthwiseKernel, s.window.rank)
        case let .transposed(t) where t.window.channelAxis == channelAxis(input): return (.kernel, t.window.rank + 1)
        case .dense where channelAxis(input) == shape(input).count - 1: return (.kernel, 0)
        default: return nil
        }
    }

    private func silence(_ node: NodeID, _ place: (role: WeightRole, axis: Int)?, _ channel: Int) {
        guard let place, var kernel = graph.layer(of: node)[place.role] else { return }
        let groups = graph.layer(of: node).operation.groups
        if groups == 1 {
            kernel.clear(axis: place.axis, channel)
        } else {
            let height = kernel.shape[place.axis], filters = kernel.shape[place.axis + 1]
            for position in 0..<kernel.count
            where position / filters % height + position % filters * groups / filters * height == channel {
                kernel[position] = 0
            }
        }
        setWeight(graph.nodes[node].layer, place.role, kernel)
    }
}

extension Tensor {
    /// Multiplies one slice of an axis by `factor`.
    mutating func clear(axis: Int, _ index: Int, factor: Float = 0) {
        let inner = shape[(axis + 1)...].reduce(1, *), length = shape[axis]
        for position in 0..<count where position / inner % length == index { self[position] *= factor }
    }
}
