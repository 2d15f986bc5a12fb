import Graphs
import Sparsity

extension SurgeryPlan {
    /// This plan with channels that could go kept as padding, so that the layers of `banks` that lose some end with a
    /// multiple of `multiple` filters; a layer that is not wide enough for the next multiple is left as it is.
    ///
    /// What is kept first is what `ChannelValue.rank` says. A chosen filter that stays is alive again.
    func aligned(to multiple: Int, _ banks: [FilterBank]) -> SurgeryPlan {
        if multiple == 1 { return self }
        var plan = self, ties = ChannelTies(dense, ChannelWiring(dense))
        while true {
            let padding = plan.padding(to: multiple, banks, &ties), stale = plan.keptChoices(among: banks)
            if padding.isEmpty && stale.isEmpty { return plan }
            var criteria = plan.criteria
            criteria.padding += padding
            let kept = Set(padding.map { ties.set(of: $0) })
            criteria.chosen = criteria.chosen.filter { !kept.contains(ties.set(of: $0.key)) && !stale.contains($0.key) }
            // What is kept may read what was to go, and so make other layers wider: look again.
            plan = SurgeryPlan(dense, criteria)
        }
    }

    /// The chosen filters that stay all the same, as what keeps the groups of a padded layer equally wide: for what reads
    /// them they are not 0.
    private func keptChoices(among banks: [FilterBank]) -> Set<ChannelID> {
        var result: Set<ChannelID> = []
        for bank in banks {
            let end = bank.end(in: dense), removed = Set(removed(from: bank.output))
            result.formUnion(criteria.chosen.keys.filter { $0.tensor == end && !removed.contains($0.channel) })
        }
        return result
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
            for filter in open.sorted(by: { (ends[$0].rank, $0) < (ends[$1].rank, $1) }).prefix(missing) {
                result.append(ChannelID(bank.output, filter))
                padded.insert(ties.set(of: ChannelID(bank.output, filter)))
            }
        }
        return result
    }
}
