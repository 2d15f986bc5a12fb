import Compression
import Graphs
import Reports
import Surgery

extension CompressionJob {
    /// Runs the job and tells of it, as `prune` and `compress` do: what the user has to know goes to stderr, and with
    /// the rest into the report. `pixels`: how the images compared on were fed;
    /// `box`: what the model is fed at most.
    func reported(writing output: String, overwrite: Bool, pixels: FedPixels, box: BoxLine?) throws -> (
        outcome: CompressionOutcome, report: PruneReport
    ) {
        let outcome: CompressionOutcome
        do {
            outcome = try run(to: output, overwrite: overwrite)
        } catch let CompressionError.notVerified(verdict) {
            throw CommandError.notVerified(path: output, reason: verdict.reason ?? "")
        }
        let warnings = warnings(of: outcome)
        for warning in warnings { Console.warn(warning) }
        let report = PruneReport(
            output: output, audit: outcome.audit, compact: outcome.compact.graph,
            fileBytes: .init(before: checkpoint.fileBytes, after: outcome.compact.fileBytes),
            comparison: outcome.comparison, box: outcome.audit.plan.restsOnBox ? box : nil,
            keptAlive: outcome.keptAlive, recalibrated: outcome.isRecalibrated,
            alignment: outcome.widths.map(AlignmentLine.init), budgets: outcome.budgets.map(BudgetLine.init),
            pixels: pixels,
            declarations: checkpoint.declarationLines, warnings: checkpoint.warnings + warnings)
        return (outcome, report)
    }

    private func warnings(of outcome: CompressionOutcome) -> [String] {
        var warnings = outcome.warnings
        if request.recalibrates, !outcome.isRecalibrated {
            warnings.append("not recalibrated: the cut is exact, the statistics fit as they are")
        }
        if let kept = outcome.keptAlive { warnings.append(KeptAliveLine(kept).text) }
        if let reason = outcome.comparison.verdict.reason {
            let hint = outcome.comparison.verification.upTo.isEmpty ? "" : checkpoint.graph.declarationHint
            warnings.append("not verified: \(reason)\(hint)")
        }
        return warnings
    }
}

extension Console {
    /// What a job is doing.
    static func show(_ event: CompressionEvent) {
        switch event {
        case let .progress(stage, done, total): progress(stage.rawValue, done, of: total)
        case let .outsideBox(first, count, total):
            let isOne = count == 1
            warn(
                "\(isOne ? "image \(first)" : "\(count) images") of \(total) to compare on \(isOne ? "lies" : "lie") outside --input-range\(isOne ? "" : ", image \(first) the first"); what is cut by 'range' is proven for inputs inside, and was not compared there"
            )
        case let .notFinite(layer):
            warn(
                "activations of layer '\(layer)' are NaN or infinite; what the audit says of activations means nothing: check how pixels are fed (--pixels)"
            )
        }
    }
}
