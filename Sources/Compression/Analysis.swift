import Datasets
import Graphs
import Sparsity
import Surgery

/// An audit without a cut.
package struct Analysis {
    package let audit: Audit
    /// How many images the filters were watched on; 0 without a corpus.
    package let watched: Int
    /// Filters with small weights that stay, as the answers would move too far; nil where there are none.
    package let keptAlive: KeptAlive?
    /// What they did; nil without a corpus.
    package let activations: ActivationStatistics?
}

extension GraphCompression {
    /// An audit is compared on no more images than these: a cut is on all there are.
    private static let comparedImages = 64

    /// Audits the graph, with its filters watched over the whole corpus.
    ///
    /// Where nothing but the usual was asked for, it is compared as a cut would be: some of the filters with small
    /// weights may be alive, and then only what is proven counts as removable.
    package func analyze() throws -> Analysis { try analyze(observation()) }

    /// The same with what was observed of all images of the corpus; nil without one.
    package func analyze(_ observation: CorpusObservation?) throws -> Analysis {
        let places = approximatePlaces, decides = !places.isEmpty
        let division = try inside(
            Division(corpus, decides: decides, hashes: corpus?.isWhole == true ? observation?.hashes : nil))
        var activations = observation?.statistics
        activations?.settle()
        if let layer = activations?.firstNotFinite { observe(.notFinite(layer: layer)) }
        let examination = Examination(
            evidence: Evidence(
                activations: activations, responses: responses(places, observation, activations), ranges: ranges),
            division: division, places: places)
        var plan = try plan(examination).plan, keptAlive: KeptAlive?
        if request.isUsual,
            let excess = try plan.surgery.excess(
                on: division.compared.atMost(Self.comparedImages), batch: execution.batch,
                options: corpus.map { execution.network.expecting($0.count) } ?? execution.network)
        {
            let proven = try self.plan(examination, provenOnly: true).plan
            keptAlive = KeptAlive(
                filters: plan.removedCount - proven.removedCount, deviation: excess.deviation,
                tolerance: excess.tolerance)
            plan = proven
        }
        return Analysis(
            audit: Audit(plan), watched: activations?.images ?? 0, keptAlive: keptAlive,
            activations: activations)
    }

    private func responses(
        _ places: ApproximatePlaces, _ observation: CorpusObservation?, _ activations: ActivationStatistics?
    ) -> [ChannelID: Double] {
        guard request.measuresResponses else { return [:] }
        return activations.flatMap(places.responses) ?? observation?.sums.map(places.responses) ?? [:]
    }
}
