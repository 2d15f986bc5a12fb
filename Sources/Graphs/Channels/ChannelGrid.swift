/// Channels that lie along two axes of a tensor: row r and column c hold channel r · columns + c.
package struct ChannelGrid: Equatable, Sendable {
    /// The axis of the rows, the batch axis not counted, and further inside that of the columns.
    package let rowAxis: Int
    package let columnAxis: Int
    package let rows: Int
    package let columns: Int

    /// The axis along which the channels lie when the tensor, of `shape`, becomes one of `target`; nil where they lie
    /// along none.
    func joined(_ shape: TensorShape, to target: TensorShape) -> Int? {
        guard columnAxis == rowAxis + 1, let inner = elementCount(shape[(columnAxis + 1)...]) else { return nil }
        return target.indices.last { target[$0] == rows * columns && elementCount(target[($0 + 1)...]) == inner }
    }

    /// The grid that channels along `axis` become when a tensor of `shape` becomes one of `target`; nil where they
    /// become none.
    init?(splitting axis: Int, of shape: TensorShape, to target: TensorShape) {
        guard let count = shape[axis], let inner = elementCount(shape[(axis + 1)...]) else { return nil }
        for row in target.indices.dropLast().reversed() {
            guard let rows = target[row], let columns = target[row + 1], elementCount(target[(row + 2)...]) == inner
            else { continue }
            if rows > 1, columns > 1, elementCount([rows, columns]) == count {
                self.init(rowAxis: row, columnAxis: row + 1, rows: rows, columns: columns)
                return
            }
        }
        return nil
    }

    /// Whether all that reads the tensor brings its channels back onto one axis, perhaps after turning it: else rows
    /// and columns are of no use.
    func isRejoined(_ tensor: TensorID, _ graph: Graph, _ readers: IDArray<TensorID, [NodeID]>) -> Bool {
        var open = [(grid: self, tensor: tensor)]
        while let (grid, tensor) = open.popLast() {
            for id in readers[tensor] {
                guard let output = graph.nodes[id].outputs.first, let shape = graph.shapes[tensor],
                    let target = graph.shapes[output]
                else { return false }
                if case let .permute(p) = graph.layer(of: id).operation {
                    guard let (turned, _) = grid.permuted(p.order) else { return false }
                    open.append((turned, output))
                } else if case .reshape = graph.layer(of: id).operation {
                    if grid.joined(shape, to: target) == nil { return false }
                } else {
                    return false
                }
            }
        }
        return true
    }

    private init(rowAxis: Int, columnAxis: Int, rows: Int, columns: Int) {
        (self.rowAxis, self.columnAxis, self.rows, self.columns) = (rowAxis, columnAxis, rows, columns)
    }

    /// The grid when axis i of the tensor becomes what axis `order[i]` was, and for each of its channels the one that
    /// it was.
    func permuted(_ order: [Int]) -> (ChannelGrid, source: [Int])? {
        guard let row = order.firstIndex(of: rowAxis), let column = order.firstIndex(of: columnAxis) else { return nil }
        if row < column {
            return (
                ChannelGrid(rowAxis: row, columnAxis: column, rows: rows, columns: columns), Array(0..<rows * columns)
            )
        }
        return (
            ChannelGrid(rowAxis: column, columnAxis: row, rows: columns, columns: rows),
            (0..<rows * columns).map { $0 % rows * columns + $0 / rows }
        )
    }
}

extension ChannelWiring {
    /// The grid of a node's output, where it is one, and for each of its channels the one of the input that it is.
    func gridded(_ node: Node, _ operation: Operation, _ graph: Graph, _ readers: IDArray<TensorID, [NodeID]>) -> (
        ChannelGrid, source: [Int]
    )? {
        guard let input = node.inputs.first, let output = node.outputs.first, let shape = graph.shapes[input],
            let target = graph.shapes[output]
        else { return nil }
        if case let .permute(p) = operation { return grids[input]?.permuted(p.order) }
        guard case .reshape = operation, let axis = axes[input], counts[input] > 0,
            Self.reshaped(shape, channelAxis: axis, to: target) == nil,
            let grid = ChannelGrid(splitting: axis, of: shape, to: target), grid.isRejoined(output, graph, readers)
        else { return nil }
        return (grid, Array(0..<counts[input]))
    }
}
