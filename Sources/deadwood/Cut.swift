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

    /// Watched for mean responses, and what normalizations are recalibrated over where that is asked for; at most `limit`
    /// images of it.
    let corpus: Corpus?
    let limit: Int?
    let timing: Timing

    /// Writes the compact model to `output` and tells what was cut and how its answers compare on `verify`, else on the
    /// corpus, else on random images.
    ///
    /// What is compared is the model read back from the written file, before the file gets its name. A model with layers
    /// that cannot be evaluated cannot be compared: that is a warning where no images were given. What is approximated
    /// takes its mean response from the corpus.
    func write(to output: String, overwrite: Bool, activations: ActivationStatistics?, verify: Corpus? = nil) throws -> Result {
        let graph = checkpoint.graph
        let images = (verify ?? corpus).map { VerificationImages.corpus($0, limit: limit) } ?? .random(count: 16, seed: 1)
        let places = ApproximatePlaces(graph, selected: criteria.criteria, thresholds: criteria.thresholds)
        let onCorpus = try corpus.map { try places.watched(on: .corpus($0, limit: limit), execution) }
        let (audit, alignment) = try audited(activations, responses: onCorpus.map(places.responses) ?? [:])
        let plan = audit.plan
        let recalibrates = selection.recalibrate && !plan.isExact
        func rewritten() throws -> Rewrite {
            var rewrite = try plan.rewrite()
            if recalibrates, let corpus {
                rewrite.graph = try rewrite.graph.recalibrated(over: corpus, batch: execution.batch, limit: limit, options: execution.network) {
                    Console.progress("recalibrate", $0, of: $1)
                }
            }
            return rewrite
        }
        let tolerance = tolerance ?? (recalibrates ? nil : Verification.defaultTolerance(plan.weakestProof))
        let verifies = verify != nil || corpus != nil || !graph.hasOpaqueLayers
        func compare(_ compact: Graph, _ what: String) throws -> Verification {
            try Verification.run(dense: graph, compact: compact, on: images, batch: execution.batch, options: execution.network) {
                Console.progress(what, $0, of: images.count)
            }
        }
        var exactPart: (SurgeryPlan, Verification)?
        if verifies, !plan.isExact {
            let proven = SurgeryPlan(graph, plan.criteria.provenOnly)
            exactPart = (proven, try compare(try proven.rewrite().graph, "verify the proven part"))
        }
        var written: (compact: Checkpoint, verification: Verification)?, bound: Double?
        var warnings = try checkpoint.write(rewritten(), to: output, overwrite: overwrite) { compact in
            let verification = verifies ? try compare(compact.graph, "verify") : Verification()
            try verification.check(tolerance: tolerance)
            if verifies, !recalibrates, plan.weakestProof == .approximate {
                let seen = verify == nil ? onCorpus : nil
                bound = DeviationBound(plan, places, try seen ?? places.watched(on: images, execution)).largest
            }
            written = (compact, verification)
        }
        if selection.recalibrate, !recalibrates { warnings.append("not recalibrated: the cut is exact, the statistics fit as they are") }
        if !verifies { warnings.append("not verified: the model has layers that cannot be evaluated; say what they compute with --declare") }
        for warning in warnings { Console.warn(warning) }
        guard let written else { throw CommandError.notWritable(path: output) }
        let report = PruneReport(
            output: output, audit: audit, compact: written.compact.graph,
            fileBytes: .init(before: checkpoint.fileBytes, after: written.compact.fileBytes), verification: written.verification, source: images.name,
            tolerance: tolerance, bound: bound, exactPart: exactPart, recalibrated: recalibrates, alignment: alignment,
            warnings: checkpoint.warnings + warnings)
        return Result(report: report, audit: audit, compact: written.compact)
    }
}

extension Corpus {
    /// What the filters of a graph do over this corpus, with progress on the terminal.
    func activations(of graph: Graph, limit: Int?, _ execution: Execution) throws -> ActivationStatistics {
        let count = min(count, limit ?? count)
        return try ActivationStatistics.gathered(graph, over: self, batch: execution.batch, limit: limit, options: execution.network) {
            Console.progress("analyze", $0, of: count)
        }
    }
}

extension ApproximatePlaces {
    /// What the dense model shows on `images` where a cut approximates, with progress on the terminal.
    func watched(on images: VerificationImages, _ execution: Execution) throws -> ChannelRanges {
        try watched(on: images, batch: execution.batch, options: execution.network) { Console.progress("watch", $0, of: images.count) }
    }
}
