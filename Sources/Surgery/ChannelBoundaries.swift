import Graphs

/// Where the channels of each tensor are divided into parts that a cut must keep apart: the groups of grouped
/// convolutions, the pieces of slices, the rows of shuffles.
///
/// A shuffle deals channels out by their place in their row. When rows lose different channels, the places shift; as
/// long as every row keeps as many of each part, all channels of a part still come before those of the next.
struct ChannelBoundaries {
    /// For each grid that is shuffled or could be, the columns at which its parts begin, and at last their number.
    private(set) var columns: [TensorID: [Int]] = [:]

    init(_ graph: Graph, _ wiring: ChannelWiring, shuffling: Shuffling) {
        if wiring.grids.isEmpty { return }
        var boundaries = IDArray<TensorID, Set<Int>>(repeating: [], count: graph.shapes.count),
            cuts: [TensorID: Set<Int>] = [:]
        for id in graph.nodes.indices.reversed() {
            let node = graph.nodes[id]
            for (input, role) in zip(node.inputs, wiring.roles[id]) {
                let count = wiring.counts[input]
                func divide(_ places: some Sequence<Int>) {
                    boundaries[input].formUnion(places.filter { $0 > 0 && $0 < count })
                }
                switch role {
                case .read:
                    divide(stride(from: 0, to: count, by: max(1, count / graph.layers[node.layer].operation.groups)))
                // What is joined must come in order, which is looked at later.
                case .broadcast, .pinned, .joined: break
                case let .passed(source):
                    let output = node.outputs[0], ends = boundaries[output]
                    if let grid = wiring.grids[output], wiring.grids[input] == nil {
                        // The reshape that makes rows.
                        let parts =
                            shuffling == .inOrder ? Array(0..<grid.columns) : (cuts[output] ?? []).union([0]).sorted()
                        columns[output] = parts + [grid.columns]
                        divide((0..<grid.rows).flatMap { row in parts.map { row * grid.columns + $0 } })
                    } else if let grid = wiring.grids[input], wiring.grids[output]?.rows == grid.columns,
                        source != Array(0..<count)
                    {
                        // The permutation that makes columns of them.
                        cuts[input, default: []].formUnion(
                            ends.flatMap { [$0 / grid.rows, ($0 + grid.rows - 1) / grid.rows] }.filter {
                                $0 < grid.columns
                            })
                    } else {
                        divide(ends.flatMap { [source[$0], source[$0 - 1] + 1] })
                        if source.count < count, let first = source.first, let last = source.last {
                            divide([first, last + 1])
                        }
                    }
                }
            }
        }
    }
}

/// How the channels that a cut leaves may come out of a channel shuffle.
enum Shuffling {
    /// In any order that its readers can take.
    case freely
    /// In the order in which they are in the whole graph: every column of a shuffle is a part of its own.
    case inOrder
}
