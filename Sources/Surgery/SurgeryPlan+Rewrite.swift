import Graphs
import Tensors

extension SurgeryPlan {
    /// The graph without the channels that go: weights sliced, constants folded, shapes inferred anew and checked.
    ///
    /// Throws `SurgeryError.inconsistent` should the result contradict the plan, `overflow` where constants are too
    /// large to be folded; nothing is ever written then.
    package func rewrite() throws -> Rewrite {
        guard order != nil else {
            throw SurgeryError.inconsistent(layer: "", expected: "an order of channels", found: "none")
        }
        var result = Rewrite(graph: graph)
        let folds = ConstantFolding(self),
            firstCalls = Dictionary(graph.nodes.enumerated().map { ($1.layer, $0) }) { first, _ in first }
        for layer in graph.layers.indices {
            guard let id = firstCalls[layer], !emptied.gone.contains(id) else { continue }
            var changed = try folds.applied(to: layer)
            for (role, selections) in selections(of: id) {
                guard var tensor = changed[role] else { continue }
                for selection in selections { tensor = tensor.gathered(axis: selection.axis, selection.kept) }
                changed[role] = tensor
                result.selections[WeightKey(LayerKey(changed), role)] = selections
            }
            if let (role, kernel) = groupedKernel(of: changed, id) { changed[role] = kernel }
            changed.operation = narrowed(changed.operation, id)
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
        guard let output = node.outputs.first, wiring.counts[output] > 0 else { return [:] }
        let rows = rowsOfGroups(id), inputs = keptInputs(of: id).map { rows.first ?? $0 }
        var result: [WeightRole: [AxisSelection]] = [:]
        for slot in layer.operation.kind.slots {
            // Groups that keep different rows are no slices of the whole.
            guard let shape = layer[slot.role]?.shape, slot.groups == 1 || Set(rows).count <= 1 else { continue }
            for (axis, length) in shape.enumerated() {
                guard
                    let kept = slot.kept(
                        along: axis, inputs: inputs, outputs: kept[output], channelAxis: wiring.axes[output],
                        length: length), kept.count < length
                else { continue }
                result[slot.role, default: []].append(AxisSelection(axis: axis, kept: kept))
            }
        }
        return result
    }

    /// The channels of its input that a node keeps; nil where they cannot be followed, so that all of them stay.
    private func keptInputs(of id: NodeID) -> [Int]? {
        guard let input = graph.nodes[id].inputs.first, wiring.counts[input] > 0 else { return nil }
        switch wiring.roles[id].first {
        case .read, .passed: return kept[input]
        case .joined, .broadcast, .pinned, nil: return nil
        }
    }

    /// For each group of a grouped convolution that stays, the rows of the kernel that it keeps; empty for other
    /// layers.
    private func rowsOfGroups(_ id: NodeID) -> [[Int]] {
        let groups = graph.layer(of: id).operation.groups
        guard groups > 1, wiring.roles[id] == [.read] else { return [] }
        let input = graph.nodes[id].inputs[0], height = wiring.counts[input] / groups
        guard height > 0 else { return [] }
        let rows = Dictionary(grouping: kept[input]) { $0 / height }
        return rows.keys.sorted().map { group in (rows[group] ?? []).map { $0 % height } }
    }

    /// The kernel of a grouped convolution whose groups keep different rows: no slices of the whole. Nil for other
    /// layers.
    private func groupedKernel(of layer: Layer, _ id: NodeID) -> (WeightRole, Tensor)? {
        let rows = rowsOfGroups(id)
        guard Set(rows).count > 1, let slot = layer.operation.kind.kernel, let axis = slot.inputAxis,
            let kernel = layer[slot.role], let filters = kernel.shape.last
        else { return nil }
        let written = kept[graph.nodes[id].outputs[0]]
        let width = written.count / rows.count, height = rows[0].count, outer = kernel.shape[..<axis].reduce(1, *)
        var result = Tensor(shape: kernel.shape[..<axis] + [height, written.count])
        for position in 0..<(outer * height) {
            for (column, filter) in written.enumerated() {
                let row = rows[column / width][position % height]
                result[position * written.count + column] =
                    kernel[(position / height * kernel.shape[axis] + row) * filters + filter]
            }
        }
        return (slot.role, result)
    }

    /// The operation with the widths of the channels that stay.
    private func narrowed(_ operation: Operation, _ id: NodeID) -> Operation {
        guard let output = graph.nodes[id].outputs.first, wiring.counts[output] > 0 else { return operation }
        let groups = rowsOfGroups(id)
        var grid: (Int, Int, Int, Int)?
        if let old = wiring.grids[output], let (rows, columns) = order?.grids[output] {
            grid = (old.rowAxis, rows, old.columnAxis, columns)
        }
        return operation.kind.narrowed(
            to: RemainingChannels(
                inputs: keptInputs(of: id), outputs: kept[output], axis: wiring.axes[output],
                groups: groups.isEmpty ? nil : groups.count, grid: grid))
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
                throw SurgeryError.inconsistent(
                    layer: graph.tensorNames[tensor], expected: expected?.text ?? "unknown",
                    found: compact.shapes[tensor]?.text ?? "unknown")
            }
        }
    }
}
