import Graphs

/// The channels that stay, in the order in which the cut graph has them.
///
/// That is the order of the whole graph, but behind a shuffle: it deals out the rows' channels by their place, and
/// places shift when rows lose different channels.
struct ChannelOrder {
    /// For each tensor, the channels that stay.
    private(set) var kept: IDArray<TensorID, [Int]>
    /// For tensors whose channels lie along two axes, how many rows and columns stay.
    private(set) var grids: [TensorID: (rows: Int, columns: Int)] = [:]

    /// Nil where a layer would meet channels in an order that it cannot have: a sum of a shuffled tensor and one that
    /// is not, a slice or group whose channels are apart.
    init?(_ kept: IDArray<TensorID, [Int]>, _ graph: Graph, _ wiring: ChannelWiring) {
        self.kept = kept
        if wiring.grids.isEmpty { return }
        for (id, node) in graph.nodes.enumerated() {
            guard let output = node.outputs.first else { continue }
            let sources = zip(node.inputs, wiring.roles[id]).compactMap {
                input, role -> (input: TensorID, source: [Int])? in
                if case let .passed(source) = role { (input, source) } else { nil }
            }
            if let grid = wiring.grids[output], let (input, source) = sources.first {
                guard arrange(output, grid, as: source, of: input, wiring.grids[input]) else { return nil }
                continue
            }
            if wiring.roles[id] == [.read], wiring.counts[node.inputs[0]] > 0 {
                // The channels of a group must lie together.
                let width = wiring.counts[node.inputs[0]] / graph.layers[node.layer].operation.groups
                guard width > 0, Self.isAscending(self.kept[node.inputs[0]].map { $0 / width }) else { return nil }
            }
            if sources.allSatisfy({ Self.isAscending(self.kept[$0.input]) }) { continue }
            guard order(output, sources, isConcatenated: sources.contains { $0.source.contains(-1) }) else {
                return nil
            }
        }
        // Calls of one layer see the same channels, or all of them.
        for nodes in wiring.sharedCalls(graph).map({ $0.map { graph.nodes[$0] } }) {
            let isWhole = nodes.flatMap(\.tensors).allSatisfy { self.kept[$0] == Array(0..<wiring.counts[$0]) }
            let isAlike = nodes.allSatisfy {
                zip($0.tensors, nodes[0].tensors).allSatisfy { self.kept[$0] == self.kept[$1] }
            }
            guard isWhole || isAlike else { return nil }
        }
        for (id, node) in graph.nodes.enumerated() {
            for (input, role) in zip(node.inputs, wiring.roles[id]) where !Self.isAscending(self.kept[input]) {
                switch role {
                case .pinned, .joined: return nil
                case .passed, .broadcast, .read: break
                }
            }
        }
        guard graph.outputs.allSatisfy({ Self.isAscending(self.kept[$0]) }) else { return nil }
    }

    private static func isAscending(_ numbers: [Int]) -> Bool {
        zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 }
    }

    /// The channels of a grid: row by row, as they come; or, where the rows become columns, column by column.
    private mutating func arrange(
        _ output: TensorID, _ grid: ChannelGrid, as source: [Int], of input: TensorID, _ before: ChannelGrid?
    ) -> Bool {
        let list = kept[input]
        guard before != nil else {
            let rows = list.map { $0 / grid.columns }, count = Set(rows).count
            // As many of each row, and those together.
            guard Self.isAscending(rows), count > 0, list.count % count == 0,
                rows.indices.allSatisfy({ rows[$0] == rows[$0 / (list.count / count) * (list.count / count)] })
            else { return false }
            kept[output] = list
            grids[output] = (count, list.count / count)
            return true
        }
        guard let (rows, columns) = grids[input] else { return false }
        if source == Array(source.indices) {
            kept[output] = list
            grids[output] = (rows, columns)
        } else {
            var targets = source
            for (target, from) in source.enumerated() { targets[from] = target }
            kept[output] = list.indices.map { targets[list[$0 % rows * columns + $0 / rows]] }
            grids[output] = (columns, rows)
        }
        return true
    }

    /// The channels of an output as its inputs have theirs; false where those do not agree.
    private mutating func order(_ output: TensorID, _ sources: [(input: TensorID, source: [Int])], isConcatenated: Bool)
        -> Bool
    {
        var lists: [[Int]] = []
        // Branches of which nothing stays are left out.
        for (input, source) in sources where !kept[input].isEmpty {
            // Each channel is repeated alike: `run` times in a row, and that several times.
            let run = source.first.map { first in source.firstIndex { $0 != first } ?? source.count } ?? 1
            var places = [Int](repeating: 0, count: (source.max() ?? 0) + 1), ranks: [Int: Int] = [:],
                keys: [(key: [Int], channel: Int)] = []
            for (rank, channel) in kept[input].enumerated() { ranks[channel] = rank }
            for (channel, from) in source.enumerated() where from >= 0 {
                if let rank = ranks[from] { keys.append(([places[from] / run, rank, places[from] % run], channel)) }
                places[from] += 1
            }
            keys.sort { $0.key.lexicographicallyPrecedes($1.key) }
            // A slice takes neighbours.
            let taken = Set(keys.map { $0.key[1] })
            guard let first = taken.min(), let last = taken.max(), last - first + 1 == taken.count else { return false }
            lists.append(keys.map(\.channel))
        }
        if isConcatenated {
            kept[output] = lists.joined().map { $0 }
            return true
        }
        guard let first = lists.first, lists.allSatisfy({ $0 == first }) else { return false }
        kept[output] = first
        return true
    }
}
