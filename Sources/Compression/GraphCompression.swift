import Datasets
import Graphs
import Networks
import Sparsity
import Surgery

/// Cuts a graph step by step: what images show, the plan, the rewrite, how its answers compare.
package struct GraphCompression {
    package let graph: Graph
    package let request: CompressionRequest
    /// Watched where data decide what is cut or what stands in for it, and compared on.
    package let corpus: ModelCorpus?
    /// Compared on in place of the corpus.
    package let verify: ModelCorpus?
    package let execution: Execution
    package let timing: Timing
    let observe: (CompressionEvent) -> Void

    package init(
        _ graph: Graph, _ request: CompressionRequest = CompressionRequest(), corpus: ModelCorpus? = nil,
        verify: ModelCorpus? = nil, execution: Execution = Execution(), timing: Timing? = nil,
        observe: @escaping (CompressionEvent) -> Void = { _ in }
    ) {
        (self.graph, self.request, self.corpus, self.verify) = (graph, request, corpus, verify)
        self.execution = execution
        self.timing = timing ?? Timing(threads: [execution.network.threads])
        self.observe = observe
    }

    /// What is known beside the weights before anything is cut.
    package struct Examination {
        package let evidence: Evidence
        /// Which images decided, and which are compared on.
        package let division: Division
        let places: ApproximatePlaces
    }

    /// Looks at the images. Of a corpus that decides what goes, or what stands in for it, every fifth image is held out
    /// and compared on. `watchingFilters`: also where what the filters do decides nothing.
    package func examine(watchingFilters: Bool = false) throws -> Examination {
        try checkBudgets()
        if request.selectsByGradient, corpus?.hasLabels != true { throw GradientError.noLabels }
        let places = approximatePlaces
        let decides =
            request.selectsByActivation || request.selectsByGradient || request.recalibrates
            || request.measuresResponses && !places.isEmpty
        let division = try inside(
            Division(corpus, verify: verify, decides: decides, measures: request.measuresError))
        if let budget = request.budgets.first(where: { $0.measure == .error }), division.measured == nil {
            throw BudgetError.tooFewImages(budget, images: corpus?.count ?? 0)
        }
        var evidence = Evidence(ranges: ranges)
        if watchingFilters || request.selectsByActivation {
            evidence.activations = try division.choosing.map { try watchFilters(over: $0) }
        }
        if request.selectsByGradient, let choosing = division.choosing {
            evidence.effects = try effects(over: choosing)
        }
        if let choosing = division.choosing {
            evidence.responses = try responses(places, over: choosing, watched: evidence.activations)
        }
        return Examination(evidence: evidence, division: division, places: places)
    }

    /// What is proven for inputs inside the box; nil without one.
    var ranges: ProvenRanges? {
        request.box.map {
            ProvenRanges(graph, in: $0, relaxingOn: request.relaxesRanges ? execution.network.threads : nil)
        }
    }

    /// The same division where a cut that holds inside a box only is compared on images inside it.
    func inside(_ division: Division) throws -> Division {
        guard request.cutsByRange, let box = request.box else { return division }
        guard case let .corpus(corpus) = division.compared else { return division.comparing(on: Self.images(in: box)) }
        let outside = try corpus.positions(outside: box.channelAxes(of: graph))
        guard let first = outside.first else { return division }
        observe(.outsideBox(first: first, count: outside.count, of: corpus.count))
        let known = Set(outside), rest = corpus.subset { !known.contains($0) }
        return division.comparing(on: rest.count == 0 ? Self.images(in: box) : .corpus(rest))
    }

    /// Images that a cut is compared on which holds inside a box only, whatever else it is compared on.
    private static func images(in box: InputBox) -> VerificationImages { .box(box, count: 32, seed: 1) }

    /// What the filters do over a corpus.
    private func watchFilters(over corpus: ModelCorpus) throws -> ActivationStatistics {
        let statistics = try ActivationStatistics.gathered(
            graph, over: corpus, batch: execution.batch, thresholds: request.thresholds, options: execution.watching,
            recounting: request.countsUniversalityExactly,
            progress: { observe(.progress(.analyze, done: $0, total: corpus.count)) })
        if let layer = statistics.firstNotFinite { observe(.notFinite(layer: layer)) }
        return statistics
    }

    /// `activations`: what was watched of the filters over these images, which may tell all that is asked for.
    func responses(
        _ places: ApproximatePlaces, over corpus: ModelCorpus, watched activations: ActivationStatistics? = nil
    ) throws -> [ChannelID: Double] {
        guard request.measuresResponses else { return [:] }
        return try activations.flatMap(places.responses)
            ?? places.responses(watch(places, on: .corpus(corpus), options: execution.watching))
    }

    var approximatePlaces: ApproximatePlaces {
        ApproximatePlaces(graph, selected: request.criteria, thresholds: request.thresholds)
    }

    /// Whether criteria take something for a constant that may be none, so that an audit compares answers.
    package var approximates: Bool { !approximatePlaces.isEmpty }

    private func watch(
        _ places: ApproximatePlaces, on images: VerificationImages, options: NetworkOptions
    ) throws -> ChannelRanges {
        try places.watched(on: images, batch: execution.batch, options: options) {
            observe(.progress(.watch, done: $0, total: images.count))
        }
    }

    /// Whether normalizations are estimated anew: where that was asked for, and the cut is not exact.
    package func recalibrates(_ plan: CutPlan) -> Bool { request.recalibrates && !plan.surgery.isExact }

    package func rewrite(_ plan: CutPlan, _ examination: Examination) throws -> Rewrite {
        var rewrite = try plan.surgery.rewrite()
        if recalibrates(plan), let choosing = examination.division.choosing {
            rewrite.graph = try rewrite.graph.recalibrated(
                over: choosing, batch: execution.batch, options: execution.network
            ) { observe(.progress(.recalibrate, done: $0, total: $1)) }
        }
        return rewrite
    }

    /// The cut as far as it is proven, and how it compares by itself; nil where that is the whole of it.
    func provenPart(of plan: CutPlan, _ examination: Examination) throws -> (SurgeryPlan, Verification)? {
        if plan.surgery.isExact { return nil }
        let proven = SurgeryPlan(graph, plan.surgery.criteria.provenOnly)
        let verification = try verify(
            proven, try proven.rewrite().graph, on: examination.division.compared, .verifyProvenPart)
        return (proven, verification)
    }

    /// Holds `compact` against the dense graph. What lies behind layers that cannot be evaluated cannot be compared.
    /// Throws `SurgeryError` where the answers deviate too far.
    func compare(
        _ plan: CutPlan, _ compact: Graph, _ examination: Examination,
        provenPart: (plan: SurgeryPlan, verification: Verification)?
    ) throws -> Comparison {
        let surgery = plan.surgery, division = examination.division, images = division.compared
        let tolerance =
            request.tolerance ?? (recalibrates(plan) ? nil : Verification.defaultTolerance(surgery.weakestProof))
        let verification = try verify(surgery, compact, on: images, .verify)
        try verification.check(tolerance: tolerance)
        var boxVerification: Verification?
        if request.cutsByRange, let box = request.box, case .corpus = images {
            let inside = try verify(surgery, compact, on: Self.images(in: box), .verifyBox)
            try inside.check(tolerance: tolerance)
            boxVerification = inside
        }
        var bound: Double? = surgery.isExact ? 0 : nil
        if !recalibrates(plan), surgery.weakestProof == .approximate {
            bound =
                DeviationBound(
                    surgery, examination.places, try watch(examination.places, on: images, options: execution.network)
                ).largest
        }
        return Comparison(
            verification, on: images, heldOutOf: division.heldOutOf, of: surgery, tolerance: tolerance,
            choseTheCut: division.choseTheCut, bound: bound, exactPart: provenPart, inBox: boxVerification)
    }

    private func verify(
        _ plan: SurgeryPlan, _ compact: Graph, on images: VerificationImages, _ stage: CompressionEvent.Stage
    ) throws -> Verification {
        try Verification.run(
            ComparedTensors(plan, compact: compact), on: images, batch: comparedBatch, options: execution.network
        ) { observe(.progress(stage, done: $0, total: images.count)) }
    }

    /// How many images are compared at once, so that the largest tensor of a batch takes 16 MiB at most. With large
    /// images more at once are no faster.
    var comparedBatch: Int {
        let largest = graph.shapes.map { shape in shape.flatMap { elementCount($0.map { $0 ?? 1 }) } ?? 1 }.max() ?? 1
        return min(execution.batch, max(1, (4 << 20) / max(1, largest)))
    }
}
