import Graphs
import Networks
import Surgery
import Testing

/// Cuts a graph, holds what is removed from each filter layer (by position among them) against `expected`, and the
/// outputs of the cut graph against those of the whole one.
func expectCut(
    _ graph: Graph, _ criteria: Criteria = Criteria(), removes expected: [[Int]], tolerance: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let plan = SurgeryPlan(graph, criteria)
    let removed = graph.nodes.filter { graph.layers[$0.layer].operation.activation != nil }.map {
        plan.removed(from: $0.outputs[0])
    }
    #expect(removed == expected, sourceLocation: sourceLocation)
    let compact = try plan.rewrite().graph
    let verification = try Verification.run(
        dense: graph, compact: compact, on: .random(count: 3, seed: 7), batch: 2, options: NetworkOptions(threads: 1))
    #expect(verification.deviation.isFinite, sourceLocation: sourceLocation)
    #expect(verification.deviation.maxRelativeError < tolerance, sourceLocation: sourceLocation)
    if expected.contains(where: { !$0.isEmpty }) {
        #expect(compact.parameters < graph.parameters, sourceLocation: sourceLocation)
    }
}
