import Checkpoints
import Datasets
import Graphs
import Sparsity
import Surgery

/// The main job: audit, surgery, and a file that only comes to be when its model answers as before.
package struct CompressionJob {
    package let checkpoint: Checkpoint
    package var request: CompressionRequest { compression.request }
    private let compression: GraphCompression
    /// Whether filters are watched over the corpus though that decides nothing.
    private let watchesFilters: Bool

    package init(
        _ checkpoint: Checkpoint, _ request: CompressionRequest = CompressionRequest(), corpus: ModelCorpus? = nil,
        verify: ModelCorpus? = nil, watchesFilters: Bool = false, execution: Execution = Execution(),
        timing: Timing? = nil, observe: @escaping (CompressionEvent) -> Void = { _ in }
    ) {
        (self.checkpoint, self.watchesFilters) = (checkpoint, watchesFilters)
        compression = GraphCompression(
            checkpoint.graph, request, corpus: corpus, verify: verify, execution: execution, timing: timing,
            observe: observe)
    }

    /// Writes the compact model to `output` and tells what was cut and how its answers compare: on the images to verify
    /// on, else on the corpus, else on random images.
    ///
    /// What is compared is the model read back from the written file, before the file gets its name. Where nothing but
    /// the usual was asked for and the answers move too far, some of the filters with small weights are alive: then
    /// what is proven goes, and they stay.
    ///
    /// Throws `SurgeryError`, `CompressionError`, and what reading images and writing files throw; nothing is left
    /// then.
    package func run(to output: String, overwrite: Bool) throws -> CompressionOutcome {
        let examination = try compression.examine(watchingFilters: watchesFilters)
        // A file says best how large it is: it is written for every cut that is tried, and gone again.
        let sizes = FileSizes(dense: checkpoint.fileBytes) { rewrite in
            try checkpoint.draft(rewrite, for: output, overwrite: overwrite).bytes
        }
        let planned = try compression.plan(examination, sizes)
        do {
            return try write(planned, examination, keptAlive: nil, to: output, overwrite: overwrite)
        } catch let SurgeryError.deviates(found, tolerance, _)
            where compression.request.isUsual && !examination.places.isEmpty
        {
            let proven = try compression.plan(examination, provenOnly: true)
            let kept = KeptAlive(
                filters: planned.plan.removedCount - proven.plan.removedCount, deviation: found, tolerance: tolerance)
            return try write(proven, examination, keptAlive: kept, to: output, overwrite: overwrite)
        }
    }

    private func write(
        _ planned: GraphCompression.Planned, _ examination: GraphCompression.Examination,
        keptAlive: KeptAlive?, to output: String, overwrite: Bool
    ) throws -> CompressionOutcome {
        let plan = planned.plan, provenPart = try compression.provenPart(of: plan, examination)
        // The new weights are let go with the draft's making: large models are not held a third time.
        let draft = try checkpoint.draft(
            compression.rewrite(plan, examination), notes: plan.boxNotes(request.box), for: output, overwrite: overwrite
        )
        let compact = try draft.readBack()
        for reading in planned.budgets where reading.budget.measure == .bytes {
            let written = BudgetReading(reading.budget, dense: reading.dense, reached: Double(compact.fileBytes))
            if !written.isMet { throw BudgetError.unmet(written, isDeepest: false) }
        }
        let comparison = try compression.compare(plan, compact.graph, examination, provenPart: provenPart)
        if compression.request.requiresVerified, !comparison.verdict.isVerified {
            throw CompressionError.notVerified(comparison.verdict)
        }
        try draft.commit()
        return CompressionOutcome(
            audit: Audit(plan), compact: compact, comparison: comparison, keptAlive: keptAlive,
            widths: planned.widths, budgets: planned.budgets, isRecalibrated: compression.recalibrates(plan),
            watched: plan.evidence.activations?.images ?? 0, warnings: draft.warnings)
    }
}

/// What came of a job.
package struct CompressionOutcome {
    package let audit: Audit
    /// As it was read back from its file.
    package let compact: Checkpoint
    package let comparison: Comparison
    /// Filters with small weights that stay, as the answers would have moved too far; nil where there are none.
    package let keptAlive: KeptAlive?
    /// Nil where widths were left as they came.
    package let widths: AlignedWidths?
    /// How the cut stands to what was asked for.
    package let budgets: [BudgetReading]
    package let isRecalibrated: Bool
    /// How many images the filters were watched on.
    package let watched: Int
    /// What of the checkpoint could not be taken along.
    package let warnings: [String]
}

extension CutPlan {
    /// The box that a cut rests on, as the new file notes it; nothing where it rests on none.
    fileprivate func boxNotes(_ box: InputBox?) throws -> [String: String] {
        restsOnBox ? try box?.notes ?? [:] : [:]
    }
}

/// Why a compact model was refused.
package enum CompressionError: Error, Equatable {
    /// It would not be verified, as was asked for.
    case notVerified(Verdict)
}
