import Graphs
import Sparsity

/// What is known of a graph beside its weights: what images show of it, and what it can be fed.
package struct Evidence: Sendable {
    /// What the filters did; needed where the criterion `activation` is asked for, or filters are chosen by it.
    package var activations: ActivationStatistics?
    /// The mean outputs of channels with small scales.
    package var responses: [ChannelID: Double]
    /// For each bank of the graph how much each of its filters matters to the loss, nil where that is not known; needed
    /// where filters are chosen by it.
    package var effects: [[Double]?]?
    /// What is proven for a box of inputs; needed where the criterion `range` is asked for.
    package var ranges: ProvenRanges?

    package init(
        activations: ActivationStatistics? = nil, responses: [ChannelID: Double] = [:], ranges: ProvenRanges? = nil
    ) {
        (self.activations, self.responses, self.ranges) = (activations, responses, ranges)
    }
}

/// What surgery cuts from a graph where it was asked to, filter by filter.
package struct CutPlan: Sendable {
    package let request: CutRequest
    package let evidence: Evidence
    package let banks: [FilterBank]
    package let surgery: SurgeryPlan
    /// What was chosen beyond the dead; nil where nothing was asked for.
    package let chosen: ChosenFilters?
    /// For each bank the filters that go, ascending: those freed in passing among them.
    package let removed: [[Int]]

    package init(_ graph: Graph, _ request: CutRequest = CutRequest(), evidence: Evidence = Evidence()) {
        let activations = evidence.activations, banks = activations?.banks ?? FilterBank.all(in: graph)
        var criteria = Criteria(request.criteria, request.thresholds, banks, graph, activations, evidence.ranges)
        criteria.responses = evidence.responses
        if request.provenOnly { criteria = criteria.provenOnly }
        criteria.protected = request.protected
        let choice = request.selection.map { SurgeryPlan.choosing($0, from: banks, in: graph, criteria, evidence) }
        let multiples = banks.map { request.ownMultiples[LayerKey(graph.layers[$0.layer])] ?? request.multiple },
            plan = (choice?.plan ?? SurgeryPlan(graph, criteria)).aligned(to: multiples, banks)
        (self.request, self.evidence, self.banks, surgery) = (request, evidence, banks, plan)
        chosen = choice?.chosen.aligned(by: plan, banks)
        removed = banks.map { plan.removed(from: $0.output) }
    }

    /// Whether some of what goes may be awake for inputs outside the box.
    package var restsOnBox: Bool { surgery.restsOnBox }

    /// How many filters go.
    package var removedCount: Int { removed.reduce(0) { $0 + $1.count } }
}
