import ArgumentParser
import Checkpoints
import Datasets
import Graphs
import Networks
import Reports
import Sparsity
import Surgery

/// What `prune` and `compress` share: audit, rewrite, and a file that only comes to be when its model answers as before.
struct Cut {
    let checkpoint: Checkpoint
    let criteria: CriteriaOptions
    let selection: SelectionOptions
    let execution: Execution

    /// Largest deviation allowed, relative to the output's range; nil: by the kind of cut.
    let tolerance: Double?

    struct Result {
        let report: PruneReport
        let audit: Audit
        let compact: Checkpoint
    }

    /// Watched for mean responses, and what normalizations are recalibrated over where that is asked for.
    let corpus: ModelCorpus?
    let timing: Timing

    /// Writes the compact model to `output` and tells what was cut and how its answers compare on `verify`, else on the
    /// corpus, else on random images.
    ///
    /// What is compared is the model read back from the written file, before the file gets its name. A model with layers
    /// that cannot be evaluated cannot be compared: that is a warning where no images were given. What is approximated
    /// takes its mean response from the corpus.
    func write(to output: String, overwrite: Bool, activations: ActivationStatistics?, verify: ModelCorpus? = nil) throws -> Result {
        let graph = checkpoint.graph
        let images = (verify ?? corpus).map(VerificationImages.corpus) ?? .random(count: 16, seed: 1)
        let places = ApproximatePlaces(graph, selected: criteria.criteria, thresholds: criteria.thresholds)
        let onCorpus = try corpus.map { try places.watched(on: .corpus($0), execution) }
        let (audit, alignment) = try audited(activations, responses: onCorpus.map(places.responses) ?? [:])
        let plan = audit.plan
        let recalibrates = selection.recalibrate && !plan.isExact
        func rewritten() throws -> Rewrite {
            var rewrite = try plan.rewrite()
            if recalibrates, let corpus {
                rewrite.graph = try rewrite.graph.recalibrated(over: corpus, batch: execution.batch, options: execution.network) {
                    Console.progress("recalibrate", $0, of: $1)
                }
            }
            return rewrite
        }
        let tolerance = tolerance ?? (recalibrates ? nil : Verification.defaultTolerance(plan.weakestProof))
        // As far as the model can be run: what cannot be computed is compared up to the layers that keep it from being.
        func compare(_ plan: SurgeryPlan, _ compact: Graph, _ what: String) throws -> Verification {
            try Verification.run(ComparedTensors(plan, compact: compact), on: images, batch: execution.batch, options: execution.network) {
                Console.progress(what, $0, of: images.count)
            }
        }
        var exactPart: (SurgeryPlan, Verification)?
        if !plan.isExact {
            let proven = SurgeryPlan(graph, plan.criteria.provenOnly)
            exactPart = (proven, try compare(proven, try proven.rewrite().graph, "verify the proven part"))
        }
        var written: (compact: Checkpoint, verification: Verification)?, bound: Double?
        var warnings = try checkpoint.write(rewritten(), to: output, overwrite: overwrite) { compact in
            let verification = try compare(plan, compact.graph, "verify")
            try verification.check(tolerance: tolerance)
            if !recalibrates, plan.weakestProof == .approximate {
                let seen = verify == nil ? onCorpus : nil
                bound = DeviationBound(plan, places, try seen ?? places.watched(on: images, execution)).largest
            }
            written = (compact, verification)
        }
        if selection.recalibrate, !recalibrates { warnings.append("not recalibrated: the cut is exact, the statistics fit as they are") }
        if let ends = written?.verification.upTo, !ends.isEmpty {
            warnings.append("not verified behind \(ends.map { "'\($0)'" }.joined(separator: ", ")), which cannot be evaluated; say what it computes with --declare")
        }
        for warning in warnings { Console.warn(warning) }
        guard let written else { throw CommandError.notWritable(path: output) }
        let report = PruneReport(
            output: output, audit: audit, compact: written.compact.graph,
            fileBytes: .init(before: checkpoint.fileBytes, after: written.compact.fileBytes), verification: written.verification, source: images.name,
            tolerance: tolerance, bound: bound, exactPart: exactPart, recalibrated: recalibrates, alignment: alignment,
            pixels: FedPixels(verify ?? corpus), warnings: checkpoint.warnings + warnings)
        return Result(report: report, audit: audit, compact: written.compact)
    }
}

extension ModelCorpus {
    /// What the filters of a graph do over this corpus, with progress on the terminal.
    func activations(of graph: Graph, _ execution: Execution) throws -> ActivationStatistics {
        let statistics = try ActivationStatistics.gathered(graph, over: self, batch: execution.batch, options: execution.network) {
            Console.progress("analyze", $0, of: count)
        }
        if let layer = statistics.firstNotFinite {
            Console.warn("activations of layer '\(layer)' are NaN or infinite; what the audit says of activations means nothing: check how pixels are fed (--pixels)")
        }
        return statistics
    }
}

extension ApproximatePlaces {
    /// What the dense model shows on `images` where a cut approximates, with progress on the terminal.
    func watched(on images: VerificationImages, _ execution: Execution) throws -> ChannelRanges {
        try watched(on: images, batch: execution.batch, options: execution.network) { Console.progress("watch", $0, of: images.count) }
    }
}
