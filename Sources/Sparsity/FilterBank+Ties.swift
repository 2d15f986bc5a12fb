import Graphs

extension FilterBank {
    /// The positions of banks that lose filters together, as sums, depthwise layers and the like tie some of their
    /// channels: a list for each set of them, in the order of their first ones; a bank that is tied to none is alone.
    package static func tied(_ banks: [FilterBank], in graph: Graph) -> [[Int]] {
        let units = FilterUnit.all(of: banks, in: graph)
        var sets = banks.indices.map { [$0] }, positions = Array(banks.indices)
        for (unit, _) in FilterUnit.balanced(units, units.map { _ in 0 }, going: [], in: graph) {
            let target = unit.banks.map { positions[$0] }.min() ?? 0
            for position in Set(unit.banks.map { positions[$0] }) where position != target {
                for bank in sets[position] { positions[bank] = target }
                sets[target] += sets[position]
                sets[position] = []
            }
        }
        return sets.filter { !$0.isEmpty }.map { $0.sorted() }
    }
}
