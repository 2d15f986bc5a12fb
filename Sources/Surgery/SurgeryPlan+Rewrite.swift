import Graphs
import Tensors

extension SurgeryPlan {
    /// The graph without the channels that go: weights sliced, constants folded, shapes inferred anew and checked.
    ///
    /// Throws `SurgeryError.inconsistent` should the result contradict the plan; nothing is ever written then.
    package func rewrite() throws -> Rewrite {
        guard order != nil else {
            throw SurgeryError.inconsistent(layer: "", expected: "an order of channels", found: "none")
        }
        var result = Rewrite(graph: graph)
        let folds = ConstantFolding(self)
        for layer in graph.layers.indices {
            guard let id = graph.nodes.firstIndex(where: { $0.layer == layer }), !emptied.gone.contains(id) else {
                continue
            }
            var changed = folds.applied(to: layer)
            let cuts = selections(of: id)
            for (role, selections) in cuts {
                guard var tensor = changed[role] else { continue }
                for selection in selections { tensor = tensor.gathered(axis: selection.axis, selection.kept) }
                changed[role] = tensor
                result.selections[WeightKey(LayerKey(changed), role)] = selections
            }
            if let kernel = groupedKernel(of: changed, id) { changed[.kernel] = kernel }
            changed.operation = resized(changed.operation, id)
            result.graph.layers[layer] = changed
        }
        let cut = BranchCut(result.graph, emptied.slots, gone: emptied.gone)
        result.graph = cut.graph
        result.removals = sums.removals.merging(cut.removals) { first, _ in first }
        result.dropped = sums.dropped.merging(cut.dropped) { first, _ in first }
        try result.graph.inferShapes()
        try check(result.graph)
        return try further.reduce(result) { try $0.followed(by: $1.rewrite(), of: graph) }
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
            cut(.bias, axis: 0, written)
            let rows = rowsOfGroups(c, id)
            guard Set(rows).count <= 1 else { break }
            if knowsInput, wiring.roles[id] == [.read] { cut(.kernel, axis: c.window.rank, rows.first ?? read) }
            cut(.kernel, axis: c.window.rank + 1, written)
        case let .separable(s):
            if knowsInput, wiring.roles[id] == [.read] {
                cut(.depthwiseKernel, axis: s.window.rank, read)
                cut(
                    .pointwiseKernel, axis: s.window.rank,
                    read.flatMap { c in (0..<s.multiplier).map { c * s.multiplier + $0 } })
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
            if let axis = wiring.axes[output], layer[.alpha]?.shape[axis] == wiring.counts[output] {
                cut(.alpha, axis: axis, written)
            }
        default: break
        }
        return result
    }

    /// For each group of a grouped convolution that stays, the rows of the kernel that it keeps; empty for other
    /// layers.
    private func rowsOfGroups(_ c: Convolution, _ id: NodeID) -> [[Int]] {
        let input = graph.nodes[id].inputs[0], height = wiring.counts[input] / c.groups
        guard c.groups > 1, height > 0, wiring.roles[id] == [.read] else { return [] }
        let rows = Dictionary(grouping: kept[input]) { $0 / height }
        return rows.keys.sorted().map { group in (rows[group] ?? []).map { $0 % height } }
    }

    /// The kernel of a grouped convolution whose groups keep different rows: no slices of the whole. Nil for other
    /// layers.
    private func groupedKernel(of layer: Layer, _ id: NodeID) -> Tensor? {
        guard case let .convolution(c) = layer.operation, let kernel = layer[.kernel] else { return nil }
        let rows = rowsOfGroups(c, id), axis = c.window.rank, written = kept[graph.nodes[id].outputs[0]]
        guard Set(rows).count > 1 else { return nil }
        let width = written.count / rows.count, height = rows[0].count, outer = kernel.shape[..<axis].reduce(1, *)
        var result = Tensor(shape: kernel.shape[..<axis] + [height, written.count])
        for position in 0..<(outer * height) {
            for (column, filter) in written.enumerated() {
                let row = rows[column / width][position % height]
                result[position * written.count + column] =
                    kernel[(position / height * kernel.shape[axis] + row) * c.filters + filter]
            }
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
            if c.groups > 1, wiring.roles[id] == [.read] { c.groups = rowsOfGroups(c, id).count }
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
            if let grid = wiring.grids[output], let (rows, columns) = order?.grids[output] {
                if r.target[grid.rowAxis] != -1 { r.target[grid.rowAxis] = rows }
                if r.target[grid.columnAxis] != -1 { r.target[grid.columnAxis] = columns }
            }
            if let axis = wiring.axes[output], r.target[axis] != -1 { r.target[axis] = count }
            return .reshape(r)
        case var .slice(s) where s.axis == wiring.axes[output]:
            // Where the input cannot be followed, all of it stays.
            guard case .carried = wiring.roles[id][0] else { return operation }
            s.start = kept[graph.nodes[id].inputs[0]].firstIndex { s.start <= $0 && $0 < s.stop } ?? 0
            s.stop = s.start + count
            return .slice(s)
        default: return operation
        }
    }

    /// Every tensor must be as wide as the plan says, and as long as it was along its other axes.
    private func check(_ compact: Graph) throws {
        for tensor in compact.nodes.flatMap(\.outputs) {
            var expected = graph.shapes[tensor]
            if let axis = wiring.axes[tensor] { expected?[axis] = kept[tensor].count }
            if let grid = wiring.grids[tensor] {
                expected?[grid.rowAxis] = order?.grids[tensor]?.rows
                expected?[grid.columnAxis] = order?.grids[tensor]?.columns
            }
            if expected != compact.shapes[tensor] {
                let producer = graph.producers[tensor].map { graph.layer(of: $0).qualifiedName } ?? ""
                throw SurgeryError.inconsistent(
                    layer: producer, expected: expected?.text ?? "unknown",
                    found: compact.shapes[tensor]?.text ?? "unknown")
            }
        }
    }
}

extension Operation {
    /// Whether the layer owns weights that a cut shortens.
    fileprivate var cutsChannels: Bool {
        switch self {
        case .convolution, .separable, .transposed, .dense, .depthwise, .batchNormalization, .parametricReLU: true
        case .input, .layerNormalization, .activation, .pooling, .globalPooling, .flatten, .reshape, .permute,
            .repeatVector, .padding,
            .cropping, .upsampling, .slice, .merge, .concatenate, .dropout, .identity, .rescaling, .normalization,
            .opaque:
            false
        }
    }
}
