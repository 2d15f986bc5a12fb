import Graphs
import Sparsity

extension SurgeryPlan {
    /// This plan with channels that could go kept as padding, so that each layer of `banks` that loses some ends with a
    /// multiple of as many filters as `multiples` has for it; a layer that is not wide enough for the next multiple is
    /// left as it is.
    ///
    /// What is kept first is what `ChannelValue.rank` says. A chosen filter that stays is alive again.
    func aligned(to multiples: [Int], _ banks: [FilterBank]) -> SurgeryPlan {
        if multiples.allSatisfy({ $0 == 1 }) { return self }
        var plan = self, ties = ChannelTies(dense, ChannelWiring(dense))
        while true {
            let padding = plan.padding(to: multiples, banks, &ties), stale = plan.keptChoices(among: banks)
            if padding.isEmpty && stale.isEmpty { return plan }
            var criteria = plan.criteria
            criteria.padding += padding
            let kept = Set((padding + stale).map { ties.set(of: $0) })
            criteria.chosen = criteria.chosen.filter { !kept.contains(ties.set(of: $0.key)) }
            // What is kept may read what was to go, and so make other layers wider: look again.
            plan = SurgeryPlan(dense, criteria)
        }
    }

    /// The chosen filters that stay all the same, as what keeps the groups of a padded layer equally wide: for what
    /// reads them they are not 0.
    private func keptChoices(among banks: [FilterBank]) -> [ChannelID] {
        banks.flatMap { bank in
            let removed = Set(removed(from: bank.output))
            return (0..<bank.filters).filter { !removed.contains($0) }.map { ChannelID(bank.output, $0) }
        }.filter { criteria.chosen[$0] != nil }
    }

    /// The channels to keep beside those that stay, one for each set of tied ones.
    private func padding(to multiples: [Int], _ banks: [FilterBank], _ ties: inout ChannelTies) -> [ChannelID] {
        var result: [ChannelID] = [], padded: Set<Int> = []
        for (bank, multiple) in zip(banks, multiples) where multiple > 1 {
            let ends = values[bank.end(in: dense)],
                sets = (0..<bank.filters).map { ties.set(of: ChannelID(bank.output, $0)) }
            let open = removed(from: bank.output).filter { !padded.contains(sets[$0]) },
                width = bank.filters - open.count
            // A branch that goes as a whole needs no width.
            if open.isEmpty || width == 0 { continue }
            let sorted = open.sorted { (ends[$0].rank, $0) < (ends[$1].rank, $1) }
            let steps = stride(from: (multiple - width % multiple) % multiple, through: open.count, by: multiple)
            guard let filters = steps.lazy.compactMap({ Self.whole($0, of: sorted, sets) }).first else { continue }
            result += filters.map { ChannelID(bank.output, $0) }
            padded.formUnion(filters.map { sets[$0] })
        }
        return result
    }

    /// One filter of each of the first sets that have `count` filters among these, no set that would be too much; nil
    /// where the sets do not add up. (The units of a dense layer that become one channel of a map stay together.)
    private static func whole(_ count: Int, of filters: [Int], _ sets: [Int]) -> [Int]? {
        var sizes: [Int: Int] = [:], missing = count, result: [Int] = []
        for filter in filters { sizes[sets[filter], default: 0] += 1 }
        for filter in filters {
            guard let size = sizes.removeValue(forKey: sets[filter]), size <= missing else { continue }
            result.append(filter)
            missing -= size
        }
        return missing == 0 ? result : nil
    }
}

extension FilterBank {
    /// The last tensor that belongs to the filters alone: behind activation and normalization, whichever comes last.
    fileprivate func end(in graph: Graph) -> TensorID {
        guard let normalization, let producer = graph.nodes.lastIndex(where: { $0.outputs.contains(activation) }),
            producer < normalization
        else { return activation }
        return graph.nodes[normalization].outputs[0]
    }
}
