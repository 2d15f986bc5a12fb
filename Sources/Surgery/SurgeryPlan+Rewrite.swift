import Graphs
import Tensors

extension SurgeryPlan {
    /// The graph without the channels that go: weights sliced, constants folded, shapes inferred anew and checked.
    ///
    /// Throws `SurgeryError.inconsistent` should the result contradict the plan; nothing is ever written then.
    package func rewrite() throws -> Rewrite {
        var result = Rewrite(graph: graph)
        let folds = ConstantFolding(self)
        for layer in graph.layers.indices {
            guard let id = graph.nodes.firstIndex(where: { $0.layer == layer }), !emptied.gone.contains(id) else { continue }
            var changed = folds.applied(to: layer)
            let cuts = selections(of: id)
            for (role, selections) in cuts {
                guard var tensor = changed[role] else { continue }
                for selection in selections { tensor = tensor.gathered(axis: selection.axis, selection.kept) }
                changed[role] = tensor
                result.selections[WeightKey(LayerKey(changed), role)] = selections
            }
            changed.operation = resized(changed.operation, id)
            result.graph.layers[layer] = changed
        }
        let cut = BranchCut(result.graph, emptied.slots, gone: emptied.gone)
        result.graph = cut.graph
        result.removals = sums.removals.merging(cut.removals) { first, _ in first }
        result.dropped = sums.dropped.merging(cut.dropped) { first, _ in first }
        try result.graph.inferShapes()
        try check(result.graph)
        return result
    }

    /// For each weight of the layer called by a node, the slices it keeps along the axes that lose some.
    private func selections(of id: NodeID) -> [WeightRole: [AxisSelection]] {
        let node = graph.nodes[id], layer = graph.layers[node.layer]
        guard let output = node.outputs.first else { return [:] }
        let input = node.inputs.first
        var result: [WeightRole: [AxisSelection]] = [:]
        func cut(_ role: WeightRole, axis: Int, _ kept: [Int]) {
            guard let shape = layer[role]?.shape, shape.indices.contains(axis), kept.count < shape[axis] else { return }
            result[role, default: []].append(AxisSelection(axis: axis, kept: kept))
        }
        let written = kept[output], read = input.map { kept[$0] } ?? []
        let knowsInput = input.map { wiring.counts[$0] > 0 } ?? false
        guard wiring.counts[output] > 0, layer.operation.cutsChannels else { return [:] }
        switch layer.operation {
        case let .convolution(c):
            if knowsInput, c.groups == 1, wiring.roles[id] == [.read] { cut(.kernel, axis: c.window.rank, read) }
            cut(.kernel, axis: c.window.rank + 1, written)
            cut(.bias, axis: 0, written)
        case let .separable(s):
            if knowsInput, wiring.roles[id] == [.read] {
                cut(.depthwiseKernel, axis: s.window.rank, read)
                cut(.pointwiseKernel, axis: s.window.rank, read.flatMap { c in (0..<s.multiplier).map { c * s.multiplier + $0 } })
            }
            cut(.pointwiseKernel, axis: s.window.rank + 1, written)
            cut(.bias, axis: 0, written)
        case let .transposed(t):
            cut(.kernel, axis: t.window.rank, written)
            if knowsInput, wiring.roles[id] == [.read] { cut(.kernel, axis: t.window.rank + 1, read) }
            cut(.bias, axis: 0, written)
        case .dense:
            if knowsInput, wiring.roles[id] == [.read] { cut(.kernel, axis: 0, read) }
            cut(.kernel, axis: 1, written)
            cut(.bias, axis: 0, written)
        case let .depthwise(d):
            if knowsInput, case .carried? = wiring.roles[id].first { cut(.depthwiseKernel, axis: d.window.rank, read) }
            cut(.bias, axis: 0, written)
        case .batchNormalization:
            for role in [WeightRole.gamma, .beta, .movingMean, .movingVariance] { cut(role, axis: 0, written) }
        case .parametricReLU:
            if let axis = wiring.axes[output], layer[.alpha]?.shape[axis] == wiring.counts[output] { cut(.alpha, axis: axis, written) }
        default: break
        }
        return result
    }

    /// The operation with the widths of the channels that stay.
    private func resized(_ operation: Operation, _ id: NodeID) -> Operation {
        guard let output = graph.nodes[id].outputs.first, wiring.counts[output] > 0 else { return operation }
        let count = kept[output].count
        switch operation {
        case var .convolution(c):
            c.filters = count
            return .convolution(c)
        case var .separable(s):
            s.filters = count
            return .separable(s)
        case var .transposed(t):
            t.filters = count
            return .transposed(t)
        case var .dense(d):
            d.units = count
            return .dense(d)
        case var .reshape(r):
            if let axis = wiring.axes[output], r.target[axis] != -1 { r.target[axis] = count }
            return .reshape(r)
        default: return operation
        }
    }

    /// Every tensor must be as wide as the plan says, and as long as it was along its other axes.
    private func check(_ compact: Graph) throws {
        for tensor in compact.nodes.flatMap(\.outputs) {
            var expected = graph.shapes[tensor]
            if let axis = wiring.axes[tensor] { expected?[axis] = kept[tensor].count }
            if expected != compact.shapes[tensor] {
                let producer = graph.producers[tensor].map { graph.layer(of: $0).qualifiedName } ?? ""
                throw SurgeryError.inconsistent(layer: producer, expected: expected?.text ?? "unknown", found: compact.shapes[tensor]?.text ?? "unknown")
            }
        }
    }
}

extension Operation {
    /// Whether the layer owns weights that a cut shortens.
    fileprivate var cutsChannels: Bool {
        switch self {
        case .convolution, .separable, .transposed, .dense, .depthwise, .batchNormalization, .parametricReLU: true
        case .input, .layerNormalization, .activation, .pooling, .globalPooling, .flatten, .reshape, .permute, .repeatVector, .padding,
             .cropping, .upsampling, .merge, .concatenate, .identity, .rescaling, .normalization, .opaque: false
        }
    }
}
