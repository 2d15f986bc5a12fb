import Graphs
import Sparsity

extension SurgeryPlan {
    /// This plan with channels that could go kept as padding, so that the layers of `banks` that lose some end with a
    /// multiple of `multiple` filters; a layer that is not wide enough for the next multiple is left as it is.
    ///
    /// Proven constants are kept first, those of 0 before others, then unread channels, then what is less sure, and
    /// chosen filters last. A chosen filter that stays is alive again.
    func aligned(to multiple: Int, _ banks: [FilterBank]) -> SurgeryPlan {
        if multiple == 1 { return self }
        var plan = self, ties = ChannelTies(dense, ChannelWiring(dense))
        while true {
            let padding = plan.padding(to: multiple, banks, &ties)
            if padding.isEmpty { return plan }
            var criteria = plan.criteria
            criteria.padding += padding
            let kept = Set(padding.map { ties.set(of: $0) })
            criteria.chosen = criteria.chosen.filter { !kept.contains(ties.set(of: $0.key)) }
            // What is kept may read what was to go, and so make other layers wider: look again.
            plan = SurgeryPlan(dense, criteria)
        }
    }

    /// The channels to keep beside those that stay, one for each set of tied ones.
    private func padding(to multiple: Int, _ banks: [FilterBank], _ ties: inout ChannelTies) -> [ChannelID] {
        var result: [ChannelID] = [], padded: Set<Int> = []
        for bank in banks {
            let ends = values[bank.end(in: dense)]
            let open = removed(from: bank.output).filter { !padded.contains(ties.set(of: ChannelID(bank.output, $0))) }
            let width = bank.filters - open.count, missing = (multiple - width % multiple) % multiple
            // A branch that goes as a whole needs no width.
            if open.isEmpty || width == 0 || missing > open.count { continue }
            for filter in open.sorted(by: { (Self.rank(ends[$0]), $0) < (Self.rank(ends[$1]), $1) }).prefix(missing) {
                result.append(ChannelID(bank.output, filter))
                padded.insert(ties.set(of: ChannelID(bank.output, filter)))
            }
        }
        return result
    }

    /// How late a channel is kept as padding.
    private static func rank(_ value: ChannelValue) -> Int {
        switch value {
        case .constant(0, .proven): 0
        case .constant(_, .proven), .fixed(_, .proven): 1
        case .alive: 2
        case let .constant(_, proof), let .fixed(_, proof): 2 + proof.rawValue
        }
    }
}
