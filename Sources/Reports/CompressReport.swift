import Benchmarks

/// The whole job: what was dead, what was cut and how the answers compare, what it bought. The answer of `compress`.
package struct CompressReport: Encodable, Sendable {
    package let schema = 1
    package let model: String
    /// How the images of the corpus were fed.
    package let pixels: FedPixels
    package let analysis: AnalysisReport
    package let prune: PruneReport
    package let benchmark: BenchmarkResult

    package init(model: String, analysis: AnalysisReport, prune: PruneReport, benchmark: BenchmarkResult) {
        self.model = model
        pixels = analysis.pixels
        self.analysis = analysis
        self.prune = prune
        self.benchmark = benchmark
    }

    package var text: String {
        """
        AUDIT  \(model)
        \(analysis.text)

        SURGERY AND VERIFICATION  \(prune.output)
        \(prune.text)

        LATENCY
        \(benchmark.text)
        """
    }
}
