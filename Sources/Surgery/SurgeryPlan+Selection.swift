import Graphs
import Sparsity

/// Filters that were chosen to be cut, dead or not, and what became of them.
package struct ChosenFilters: Sendable {
    package let selection: FilterSelection
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
    /// A chosen filter counts as the constant 0 behind its normalization and activation, whichever comes last: what it
    /// adds to its readers is left out, as in the papers, and not replaced by its mean response (a moving mean and variance
    /// that no longer fit are what recalibration is for). A filter that is a known constant keeps that constant, and goes or stays
    /// by the rules for constants. The layers nearest to the model's outputs and protected ones are not
    /// chosen from. A chosen filter that cannot go, since something holds it, is alive again for all that comes behind it.
    static func choosing(
        _ selection: FilterSelection, from banks: [FilterBank], in graph: Graph, _ criteria: Criteria, _ activations: ActivationStatistics?
    ) -> (plan: SurgeryPlan, chosen: ChosenFilters) {
        let base = SurgeryPlan(graph, criteria)
        let going = banks.map { Set(base.removed(from: $0.output)) }, last = graph.lastLayers
        let ends = banks.map { $0.end(in: graph) }, isShared = banks.map { bank in graph.nodes.count { $0.layer == bank.layer } > 1 }
        let eligible = banks.indices.map { bank in
            !last.contains(banks[bank].layer) && !criteria.protected.contains(LayerKey(graph.layers[banks[bank].layer]))
        }
        var open = selection.chosen(from: banks, eligible: eligible, going: going, in: graph, activations: activations)
            .filter { !going[$0.bank].contains($0.filter) }
        var chosen = ChosenFilters(selection: selection, filters: banks.map { _ in [] }, reasons: banks.map { _ in [:] })
        for (bank, filter) in open { chosen.filters[bank].append(filter) }
        var ties = ChannelTies(graph, ChannelWiring(graph))
        func set(_ bank: Int, _ filter: Int) -> Int { ties.set(of: ChannelID(banks[bank].output, filter)) }
        // Every round but the last closes at least one choice.
        while true {
            var criteria = criteria
            for (bank, filter) in open { criteria.chosen[ChannelID(ends[bank], filter)] = 0 }
            let plan = SurgeryPlan(graph, criteria)
            var removed = banks.map { Set(plan.removed(from: $0.output)) }
            let count = open.count
            open.removeAll { bank, filter in
                if removed[bank].contains(filter) { return false }
                chosen.reasons[bank][filter] = isShared[bank] ? .shared(banks[bank].name) : plan.reason(for: ChannelID(ends[bank], filter))
                return true
            }
            // What is chosen in one layer takes filters of layers tied to it along: give back the most important.
            for bank in banks.indices {
                let floor = min(selection.keepAtLeast, banks[bank].filters - going[bank].count)
                while banks[bank].filters - removed[bank].count < floor {
                    let here = Set(removed[bank].map { set(bank, $0) })
                    guard let spared = open.last(where: { here.contains(set($0.bank, $0.filter)) }).map({ set($0.bank, $0.filter) }) else { break }
                    for bank in banks.indices {
                        removed[bank] = removed[bank].filter { set(bank, $0) != spared }
                        chosen.filters[bank].removeAll { set(bank, $0) == spared }
                    }
                    open.removeAll { set($0.bank, $0.filter) == spared }
                }
            }
            if open.count == count {
                for bank in banks.indices { chosen.filters[bank].sort() }
                return (plan, chosen)
            }
        }
    }
}

extension FilterBank {
    /// The last tensor that belongs to the filters alone: behind activation and normalization, whichever comes last.
    func end(in graph: Graph) -> TensorID {
        guard let normalization, let producer = graph.nodes.lastIndex(where: { $0.outputs.contains(activation) }), producer < normalization else { return activation }
        return graph.nodes[normalization].outputs[0]
    }
}

extension Graph {
    /// The layers with filters from which an output is reached without another such layer in between.
    var lastLayers: Set<LayerID> {
        var result: Set<LayerID> = [], open = Set(outputs)
        for node in nodes.reversed() where !open.isDisjoint(with: node.outputs) {
            if layers[node.layer].operation.activation != nil { result.insert(node.layer) } else { open.formUnion(node.inputs) }
        }
        return result
    }
}
