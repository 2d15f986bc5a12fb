import Datasets
import Graphs
import Networks
import Sparsity
import Surgery

/// How much a network gets wrong as each layer alone loses a part of its filters.
package struct Sensitivity: Sendable {
    /// What is told of a cut.
    package enum Measure: String, Sendable {
        /// Percent of images whose label is not the top class.
        case top1Error
        /// Percent of images whose top class is another than the dense model's: for want of labels.
        case changedAnswers
        /// The largest deviation in percent of the output's range: for want of classes.
        case deviation
    }

    /// Layers that can only lose filters together.
    package struct Layer: Sendable {
        /// The first of them, and the others.
        package let name: String, tied: [String]
        /// Of the first.
        package let filters: Int
        /// For each of `shares` what the measure comes to with this part of the filters gone; nil where none could go:
        /// the part is less than one filter, or something holds it.
        package let measured: [Double?]
    }

    /// The parts of a layer's filters.
    package static let shares = [0.1, 0.3, 0.5]

    package let measure: Measure
    package let method: FilterSelection.Method
    /// What the measure comes to with nothing cut.
    package let dense: Double
    package let images: Int
    /// Those from which filters can be chosen, in the graph's order.
    package let layers: [Layer]
}

extension GraphCompression {
    /// Cuts `shares` of the filters of one layer at a time, of tied layers of all together, and measures over the corpus
    /// what that does to the answers. Nothing else is cut or recalibrated.
    ///
    /// `activations`: what the filters do over the corpus; needed by `.apoz`. Throws `SurgeryError.notFinite` where the
    /// dense model's answers are no numbers, and what running it throws.
    package func sensitivity(_ method: FilterSelection.Method, watched activations: ActivationStatistics? = nil) throws
        -> Sensitivity
    {
        guard let corpus else { preconditionFailure("a sensitivity needs images") }
        var evidence = Evidence(activations: activations)
        if method == .taylor {
            guard corpus.hasLabels else { throw GradientError.noLabels }
            evidence.effects = try effects(over: corpus)
        }
        let (measure, dense, measured) = try sensitivityMeasure(corpus)
        let banks = activations?.banks ?? FilterBank.all(in: graph), sets = FilterBank.tied(banks, in: graph)
        var layers: [Sensitivity.Layer] = []
        for (position, set) in sets.enumerated() {
            var request = CutRequest(criteria: [], thresholds: self.request.thresholds)
            let own = set.map { LayerKey(graph.layers[banks[$0].layer]) }
            request.protected = Set(banks.map { LayerKey(graph.layers[$0.layer]) }).subtracting(own)
            let plans = Sensitivity.shares.map { share -> CutPlan in
                request.selection = FilterSelection(method, fraction: share, scope: .layer)
                return CutPlan(graph, request, evidence: evidence)
            }
            observe(.progress(.cutLayers, done: position + 1, total: sets.count))
            if plans.allSatisfy({ $0.chosen?.available == 0 }) { continue }
            layers.append(
                Sensitivity.Layer(
                    name: banks[set[0]].name, tied: set.dropFirst().map { banks[$0].name },
                    filters: banks[set[0]].filters,
                    measured: try plans.map { plan in
                        try plan.removedCount == 0 ? nil : measured(plan.surgery.rewrite().graph)
                    }))
        }
        return Sensitivity(measure: measure, method: method, dense: dense, images: corpus.count, layers: layers)
    }

    /// What can be told of cuts over these images: the measure, the dense model's own, and that of a compact one.
    private func sensitivityMeasure(_ corpus: ModelCorpus) throws -> (
        measure: Sensitivity.Measure, dense: Double, measured: (Graph) throws -> Double
    ) {
        let dense = graph, execution = Execution(batch: comparedBatch, network: execution.network)
        if corpus.hasLabels {
            let (evaluation, seen) = try Evaluation.of(dense, over: corpus, execution)
            if seen.notFinite > 0 { throw SurgeryError.notFinite(model: "dense") }
            return (
                .top1Error, evaluation.top1Error,
                { try Evaluation.of($0, over: corpus, execution).evaluation.top1Error }
            )
        }
        func deviation(_ compact: Graph, _ images: ModelCorpus) throws -> Deviation {
            try Verification.run(
                dense: dense, compact: compact, on: .corpus(images), batch: execution.batch,
                options: execution.network
            ).deviation
        }
        let own = try deviation(dense, corpus.spread(over: 1))
        if !own.isFinite { throw SurgeryError.notFinite(model: "dense") }
        if own.agreement == nil {
            return (.deviation, 0, { try 100 * deviation($0, corpus).maxRelativeError })
        }
        return (.changedAnswers, 0, { try 100 * (1 - (deviation($0, corpus).agreement ?? 0)) })
    }
}
