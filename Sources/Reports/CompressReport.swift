import Benchmarks

/// The whole job: what was dead, what was cut and how the answers compare, what it bought. The answer of `compress`.
package struct CompressReport: Codable, Sendable {
    package private(set) var schema = 1
    package let model: String
    /// How the images of the corpus were fed.
    package let pixels: FedPixels
    package let analysis: AnalysisReport
    package let prune: PruneReport
    /// As `prune` has it: whether dense and compact were compared within a limit, on images that chose nothing; and why
    /// not.
    package let verified: Bool
    @Nullable package private(set) var notVerifiedBecause: String?
    package let declarations: [DeclarationLine]
    /// Null where a layer cannot be evaluated, so that neither model can be timed.
    @Nullable package private(set) var benchmark: BenchmarkResult?
    /// The layers for which that is.
    package private(set) var cannotRun: [String]
}

extension CompressReport: Report {
    package init(
        model: String, analysis: AnalysisReport, prune: PruneReport, benchmark: BenchmarkResult?,
        cannotRun: [String] = []
    ) {
        self.model = model
        pixels = analysis.pixels
        (self.analysis, self.prune) = (analysis, prune)
        verified = prune.verified
        notVerifiedBecause = prune.notVerifiedBecause
        declarations = prune.declarations
        (self.benchmark, self.cannotRun) = (benchmark, cannotRun)
    }

    package static var kind: String { "compression" }
    package var subject: String { model }

    package var sections: [Section] {
        let latency =
            benchmark?.sections ?? [.paragraph("not measured: \(Format.names(cannotRun)) cannot be evaluated")]
        return [.part("AUDIT  \(model)")] + analysis.sections
            + [.part("SURGERY AND VERIFICATION  \(prune.output)")] + prune.parts + [.part("LATENCY")] + latency + [
                .verdict(verdict)
            ]
    }

    /// What it bought and whether the answers stayed, with what that rests on.
    private var verdict: String {
        let speed = benchmark?.ratios.first.map { ratio in
            let interval = ratio.ci95.map(Format.ratio).joined(separator: "–")
            return
                "\(Format.ratio(ratio.speedup)) as fast (95 % interval \(interval), batch \(ratio.batch), \(Format.counted(ratio.threads, "thread")))"
        }
        let bought = ([speed].compactMap(\.self) + prune.sizeText).joined(separator: ", ")
        return "\(prune.output): \(bought).\n\(prune.answersText)"
    }
}
