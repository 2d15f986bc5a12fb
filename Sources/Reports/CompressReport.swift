import Benchmarks

/// The whole job: what was dead, what was cut and how the answers compare, what it bought. The answer of `compress`.
package struct CompressReport: Encodable, Sendable {
    package let schema = 1
    package let model: String
    /// How the images of the corpus were fed.
    package let pixels: FedPixels
    package let analysis: AnalysisReport
    package let prune: PruneReport
    /// Null where a layer cannot be evaluated, so that neither model can be timed.
    package let benchmark: BenchmarkResult?
    /// The layers for which that is.
    private let cannotRun: [String]

    private enum Keys: String, CodingKey { case schema, model, pixels, analysis, prune, benchmark }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(model, forKey: .model)
        try container.encode(pixels, forKey: .pixels)
        try container.encode(analysis, forKey: .analysis)
        try container.encode(prune, forKey: .prune)
        try container.encode(benchmark, forKey: .benchmark)
    }

    package init(model: String, analysis: AnalysisReport, prune: PruneReport, benchmark: BenchmarkResult?, cannotRun: [String] = []) {
        self.model = model
        pixels = analysis.pixels
        self.analysis = analysis
        self.prune = prune
        self.benchmark = benchmark
        self.cannotRun = cannotRun
    }

    package var text: String {
        """
        AUDIT  \(model)
        \(analysis.text)

        SURGERY AND VERIFICATION  \(prune.output)
        \(prune.text)

        LATENCY
        \(benchmark?.text ?? "not measured: \(Format.names(cannotRun)) cannot be evaluated")
        """
    }
}
