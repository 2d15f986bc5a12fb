import Graphs

/// The filters that can only go together: those of one layer, or of several that sums, depthwise layers, reshapes or
/// shared weights tie, so that the channel they make goes everywhere or nowhere.
///
/// The dependency graph's groups (Fang et al. 2023, DepGraph: Towards Any Structural Pruning), of one channel each.
package struct FilterUnit: Sendable, Equatable {
    /// A filter, as positions.
    package struct Member: Hashable, Comparable, Sendable {
        /// Among the banks.
        package let bank: Int
        package let filter: Int

        package init(bank: Int, filter: Int) {
            (self.bank, self.filter) = (bank, filter)
        }

        package static func < (a: Member, b: Member) -> Bool { (a.bank, a.filter) < (b.bank, b.filter) }
    }

    /// Ascending; never empty.
    package private(set) var members: [Member]
    /// Every channel that is tied to them, of whatever tensor, that of the filters themselves among them.
    package private(set) var channels: [ChannelID]

    /// The units of a graph, in the order of their first filters. Every filter of a bank belongs to one.
    package static func all(of banks: [FilterBank], in graph: Graph) -> [FilterUnit] {
        let wiring = ChannelWiring(graph)
        var ties = ChannelTies(graph, wiring), result: [FilterUnit] = [],
            positions = [Int?](repeating: nil, count: ties.count)
        for (index, bank) in banks.enumerated() {
            for filter in 0..<bank.filters {
                let set = ties.set(of: ChannelID(bank.output, filter)), member = Member(bank: index, filter: filter)
                if let position = positions[set] {
                    result[position].members.append(member)
                } else {
                    positions[set] = result.count
                    result.append(FilterUnit(members: [member], channels: []))
                }
            }
        }
        for (tensor, count) in wiring.counts.enumerated() {
            for channel in 0..<count {
                let id = ChannelID(tensor, channel)
                if let position = positions[ties.set(of: id)] { result[position].channels.append(id) }
            }
        }
        return result
    }

    /// The unit that holds what several hold.
    static func joined(_ units: [FilterUnit]) -> FilterUnit {
        FilterUnit(members: units.flatMap(\.members).sorted(), channels: units.flatMap(\.channels))
    }

    /// Its members by their banks, those ascending.
    var byBank: [(key: Int, value: [Member])] { Dictionary(grouping: members, by: \.bank).sorted { $0.key < $1.key } }

    /// The banks that it takes filters of, ascending: units with the same list are made by the same layers.
    var banks: [Int] { Set(members.map(\.bank)).sorted() }
}
