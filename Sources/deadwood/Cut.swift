import ArgumentParser
import Checkpoints
import Datasets
import Files
import Graphs
import Networks
import Reports
import Sparsity
import Surgery

/// What `prune` and `compress` share: audit, rewrite, and a file that only comes to be when its model answers as
/// before.
struct Cut {
    let checkpoint: Checkpoint
    let criteria: CriteriaOptions
    let selection: SelectionOptions
    let execution: Execution
    let limits: ToleranceOptions

    /// Watched where data decide what is cut or what stands in for it, and compared on.
    let corpus: ModelCorpus?
    /// Compared on in place of the corpus.
    var verify: ModelCorpus?
    /// Whether filters are watched over the corpus though that decides nothing.
    var watchesAlways = false
    let timing: Timing

    struct Result {
        let report: PruneReport
        let audit: Audit
        /// How many images the filters were watched on.
        let watched: Int
        let keptAlive: KeptAlive?
        let compact: Checkpoint
    }

    /// What is known beside the weights before anything is cut.
    struct Evidence {
        let places: ApproximatePlaces
        let activations: ActivationStatistics?
        /// What the images that decide show where a cut approximates.
        let seen: ChannelRanges?
        let division: Division

        var responses: [ChannelID: Double] { seen.map(places.responses) ?? [:] }
    }

    /// Writes the compact model to `output` and tells what was cut and how its answers compare: on `verify`, else on
    /// the corpus, else on random images. Of a corpus that decides what goes, or what stands in for it, every fifth
    /// image is held out and compared on.
    ///
    /// What is compared is the model read back from the written file, before the file gets its name. What lies behind
    /// layers that cannot be evaluated cannot be compared: that is a warning.
    ///
    /// Where nothing but the usual was asked for and the answers move too far, some of the filters with small weights
    /// are alive: then what is proven goes, and they stay.
    func write(to output: String, overwrite: Bool) throws -> Result {
        let places = ApproximatePlaces(checkpoint.graph, selected: criteria.criteria, thresholds: criteria.thresholds)
        let division = try Division(corpus, verify: verify, decides: dataDecide(places))
        let evidence = Evidence(
            places: places,
            activations: try watchesActivations ? division.choosing?.activations(of: checkpoint.graph, execution) : nil,
            seen: try division.choosing.map { try places.watched(on: .corpus($0), execution) }, division: division)
        do {
            return try write(to: output, overwrite: overwrite, evidence, keptAlive: nil)
        } catch let SurgeryError.deviates(found, tolerance, _) where isUsual && !places.isEmpty {
            let all = try audited(evidence, provenOnly: false).audit,
                proven = try audited(evidence, provenOnly: true).audit
            let kept = KeptAlive(
                filters: all.removableCount - proven.removableCount, deviation: found, tolerance: tolerance)
            return try write(to: output, overwrite: overwrite, evidence, keptAlive: kept)
        }
    }

    private func write(to output: String, overwrite: Bool, _ evidence: Evidence, keptAlive: KeptAlive?) throws -> Result
    {
        let graph = checkpoint.graph, division = evidence.division, images = division.compared
        let (audit, alignment) = try audited(evidence, provenOnly: keptAlive != nil)
        let plan = audit.plan, recalibrates = selection.recalibrate && !plan.isExact
        func rewritten() throws -> Rewrite {
            var rewrite = try plan.rewrite()
            if recalibrates, let choosing = division.choosing {
                rewrite.graph = try rewrite.graph.recalibrated(
                    over: choosing, batch: execution.batch, options: execution.network
                ) {
                    Console.progress("recalibrate", $0, of: $1)
                }
            }
            return rewrite
        }
        // As far as the model can be run: what cannot be computed is compared up to the layers that keep it from being.
        func compare(_ plan: SurgeryPlan, _ compact: Graph, _ what: String) throws -> Verification {
            try Verification.run(
                ComparedTensors(plan, compact: compact), on: images, batch: execution.batch, options: execution.network
            ) {
                Console.progress(what, $0, of: images.count)
            }
        }
        let tolerance = limits.tolerance ?? (recalibrates ? nil : Verification.defaultTolerance(plan.weakestProof))
        var exactPart: (SurgeryPlan, Verification)?
        if !plan.isExact {
            let proven = SurgeryPlan(graph, plan.criteria.provenOnly)
            exactPart = (proven, try compare(proven, try proven.rewrite().graph, "verify the proven part"))
        }
        var written: (compact: Checkpoint, comparison: Comparison)?
        var warnings = try checkpoint.write(rewritten(), to: output, overwrite: overwrite) { compact in
            let verification = try compare(plan, compact.graph, "verify")
            try verification.check(tolerance: tolerance)
            var bound: Double? = plan.isExact ? 0 : nil
            if !recalibrates, plan.weakestProof == .approximate {
                bound =
                    DeviationBound(plan, evidence.places, try evidence.places.watched(on: images, execution)).largest
            }
            let comparison = Comparison(
                verification, on: images, heldOutOf: division.heldOutOf, of: plan, tolerance: tolerance,
                choseTheCut: division.choseTheCut, bound: bound, exactPart: exactPart)
            if limits.requireVerified, let reason = comparison.verdict.reason {
                throw CommandError.notVerified(path: output, reason: reason)
            }
            written = (compact, comparison)
        }
        guard let written else { throw FileError.notWritable(path: output) }
        if selection.recalibrate, !recalibrates {
            warnings.append("not recalibrated: the cut is exact, the statistics fit as they are")
        }
        if let keptAlive { warnings.append(KeptAliveLine(keptAlive).text) }
        if let reason = written.comparison.verdict.reason {
            warnings.append(
                "not verified: \(reason)\(written.comparison.verification.upTo.isEmpty ? "" : graph.declarationHint)")
        }
        for warning in warnings { Console.warn(warning) }
        let report = PruneReport(
            output: output, audit: audit, compact: written.compact.graph,
            fileBytes: .init(before: checkpoint.fileBytes, after: written.compact.fileBytes),
            comparison: written.comparison, keptAlive: keptAlive, recalibrated: recalibrates, alignment: alignment,
            pixels: FedPixels(verify ?? corpus), declarations: checkpoint.declarationLines,
            warnings: checkpoint.warnings + warnings)
        return Result(
            report: report, audit: audit, watched: evidence.activations?.images ?? 0, keptAlive: keptAlive,
            compact: written.compact)
    }

    /// Whether nothing was asked for but the usual criteria, so that what is proven may stand for them.
    private var isUsual: Bool {
        criteria.isUsual && selection.select == nil && !selection.recalibrate && limits.tolerance == nil
    }

    private var watchesActivations: Bool {
        watchesAlways || criteria.criteria.contains(.activation) || selection.select == .apoz
    }

    /// Whether the images of a corpus decide what goes, or what stands in for it.
    private func dataDecide(_ places: ApproximatePlaces) -> Bool {
        corpus != nil
            && (criteria.criteria.contains(.activation) || selection.select == .apoz || selection.recalibrate
                || !places.isEmpty)
    }
}

extension ModelCorpus {
    /// What the filters of a graph do over this corpus, with progress on the terminal.
    func activations(of graph: Graph, _ execution: Execution) throws -> ActivationStatistics {
        let statistics = try ActivationStatistics.gathered(
            graph, over: self, batch: execution.batch, options: execution.network
        ) {
            Console.progress("analyze", $0, of: count)
        }
        if let layer = statistics.firstNotFinite {
            Console.warn(
                "activations of layer '\(layer)' are NaN or infinite; what the audit says of activations means nothing: check how pixels are fed (--pixels)"
            )
        }
        return statistics
    }
}

extension ApproximatePlaces {
    /// What the dense model shows on `images` where a cut approximates, with progress on the terminal.
    func watched(on images: VerificationImages, _ execution: Execution) throws -> ChannelRanges {
        try watched(on: images, batch: execution.batch, options: execution.network) {
            Console.progress("watch", $0, of: images.count)
        }
    }
}
