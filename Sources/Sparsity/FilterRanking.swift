/// The units that a selection may choose, each with the part of its group at which its turn comes.
///
/// A group is what a fraction is taken of: the units made by the same layers, or all of them. Within a group the least
/// important comes first.
struct FilterRanking {
    struct Entry {
        let unit: FilterUnit
        /// The filters of its group up to its own, and all of the group.
        let upTo: Int, total: Int

        /// The smallest fraction that takes it.
        var share: Double { Double(upTo) / Double(total) }
    }

    /// Group by group.
    private let entries: [Entry]
    /// The same in the order in which a growing fraction takes them.
    let inOrder: [Entry]

    /// `groups`: units with their importance, the least important first; those that `isChosen` does not want count
    /// towards the whole, but are not chosen, and no unit behind them.
    init(_ groups: [[(score: Double, unit: FilterUnit)]], isChosen: (Double) -> Bool) {
        entries = groups.flatMap { group in
            let total = group.reduce(0) { $0 + $1.unit.members.count }
            var upTo = 0
            return group.prefix { isChosen($0.score) }.map { _, unit in
                upTo += unit.members.count
                return Entry(unit: unit, upTo: upTo, total: total)
            }
        }
        // The products are exact; of equals the earlier group's comes first.
        inOrder = entries.enumerated().sorted { a, b in
            let left = a.element.upTo * b.element.total, right = b.element.upTo * a.element.total
            return (left, a.offset) < (right, b.offset)
        }.map(\.element)
    }

    func entries(_ extent: FilterSelection.Extent) -> [Entry] {
        switch extent {
        // What rounding took off a whole number of filters does not count.
        case let .fraction(fraction): entries.filter { $0.upTo <= Int(fraction * Double($0.total) + 1e-9) }
        case let .units(count): Array(inOrder.prefix(count))
        }
    }
}
