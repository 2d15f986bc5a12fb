import Graphs
import Sparsity

/// Filters that were chosen to be cut, dead or not, and what became of them.
package struct ChosenFilters: Sendable {
    package let selection: FilterSelection
    /// The fraction that chooses as many, and how many units there were to choose from.
    package let fraction: Double, available: Int
    /// For each bank the chosen filters that would not go anyway, ascending.
    package fileprivate(set) var filters: [[Int]]
    /// The chosen filters that could not go, and why.
    package fileprivate(set) var reasons: [[Int: PinReason]]

    /// The same with those entered that a plan keeps after all.
    func aligned(by plan: SurgeryPlan, _ banks: [FilterBank]) -> ChosenFilters {
        var result = self
        for (index, bank) in banks.enumerated() {
            let removed = Set(plan.removed(from: bank.output))
            for filter in filters[index] where !removed.contains(filter) && reasons[index][filter] == nil {
                result.reasons[index][filter] = plan.reason(for: ChannelID(bank.output, filter))
            }
        }
        return result
    }
}

extension SurgeryPlan {
    /// The plan that cuts what `criteria` find dead and, beyond that, what `selection` chooses among `banks`.
    ///
    /// Filters that sums, depthwise layers and the like tie are chosen together: see `FilterUnit`. Every channel of a
    /// chosen unit counts as the constant 0, behind normalizations and activations too: what it adds to its readers is
    /// left out, as in the papers, and not replaced by its mean response (a moving mean and variance that no longer fit
    /// are what recalibration is for). A channel that is a known constant without the choice keeps that constant, and
    /// goes or stays by the rules for constants. The layers nearest to the model's outputs and protected ones are not
    /// chosen from, nor are those tied to them. A chosen unit that cannot go, since something holds it, is alive again
    /// for all that comes behind it.
    static func choosing(
        _ selection: FilterSelection, from banks: [FilterBank], in graph: Graph, _ criteria: Criteria,
        _ evidence: Evidence
    ) -> (plan: SurgeryPlan, chosen: ChosenFilters) {
        let base = SurgeryPlan(graph, criteria)
        let going = banks.map { Set(base.removed(from: $0.output)) }, last = graph.lastLayers
        let isShared = banks.map { bank in graph.nodes.count { $0.layer == bank.layer } > 1 }
        let eligible = banks.indices.map { bank in
            !last.contains(banks[bank].layer) && !criteria.protected.contains(LayerKey(graph.layers[banks[bank].layer]))
        }
        // Of a unit those filters may go anyway whose branch goes as a whole.
        func stays(_ member: FilterUnit.Member) -> Bool { !going[member.bank].contains(member.filter) }
        let choice = selection.chosen(
            from: banks, eligible: eligible, going: going, in: graph, activations: evidence.activations,
            effects: evidence.effects)
        var open = choice.units.filter { $0.members.contains(where: stays) }
        var chosen = ChosenFilters(
            selection: selection, fraction: choice.fraction, available: choice.available,
            filters: banks.map { _ in [] }, reasons: banks.map { _ in [:] })
        for member in open.flatMap(\.members).filter(stays) { chosen.filters[member.bank].append(member.filter) }
        // Every round but the last closes at least one choice.
        while true {
            var criteria = criteria
            for channel in open.flatMap(\.channels) { criteria.chosen[channel] = 0 }
            let plan = SurgeryPlan(graph, criteria)
            var removed = banks.map { Set(plan.removed(from: $0.output)) }
            let count = open.count
            open.removeAll { unit in
                guard let held = unit.members.first(where: { !removed[$0.bank].contains($0.filter) }) else {
                    return false
                }
                let bank = banks[held.bank], reason = plan.reason(for: ChannelID(bank.output, held.filter))
                for member in unit.members.filter(stays) {
                    chosen.reasons[member.bank][member.filter] =
                        isShared[member.bank] ? .shared(banks[member.bank].name) : reason
                }
                return true
            }
            // What is chosen may take filters along that only it fed: give back the most important.
            for bank in banks.indices {
                let floor = min(selection.keepAtLeast, banks[bank].filters - going[bank].count)
                while banks[bank].filters - removed[bank].count < floor {
                    guard let position = open.lastIndex(where: { $0.members.contains { $0.bank == bank && stays($0) } })
                    else { break }
                    for member in open.remove(at: position).members.filter(stays) {
                        removed[member.bank].remove(member.filter)
                        chosen.filters[member.bank].removeAll { $0 == member.filter }
                    }
                }
            }
            if open.count == count {
                for bank in banks.indices { chosen.filters[bank].sort() }
                return (plan, chosen)
            }
        }
    }
}

extension Graph {
    /// The layers with filters from which an output is reached without another such layer in between.
    var lastLayers: Set<LayerID> {
        var result: Set<LayerID> = [], open = Set(outputs)
        for node in nodes.reversed() where !open.isDisjoint(with: node.outputs) {
            if layers[node.layer].operation.activation != nil {
                result.insert(node.layer)
            } else {
                open.formUnion(node.inputs)
            }
        }
        return result
    }
}
