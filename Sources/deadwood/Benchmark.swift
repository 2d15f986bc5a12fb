import ArgumentParser
import Benchmarks
import Checkpoints
import Reports

struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures latency and throughput of models in turns, on the same kernels.",
        usage: "deadwood benchmark <models> ... [<options>]",
        discussion: "Several models are measured interleaved; each is held against the first.")

    @Argument(help: "The checkpoints; the first is the reference.", completion: .file())
    var models: [String]

    @OptionGroup var reading: ReadingOptions
    @OptionGroup var conditions: BenchmarkOptions
    @OptionGroup var kernels: KernelOptions

    @Flag(name: .customLong("layers"), help: "Time each layer's kernel too, in runs of their own.")
    var byLayer = false

    @Option(
        help: ArgumentHelp(
            "Tell what became faster or slower since an earlier benchmark, kept with --json.", valueName: "old.json"),
        completion: .file())
    var baseline: String?

    @OptionGroup var result: ResultOptions

    func run() throws {
        try result.check(reading: models + reading.files + [baseline].compactMap(\.self))
        let earlier = try baseline.map { try SavedResult.reading($0) { try SavedResult.benchmark($0) } }
        let checkpoints = try models.map { (name: $0, checkpoint: try reading.open($0)) }
        var report = try BenchmarkResult.compared(
            checkpoints.map {
                ModelUnderTest(name: $0.name, graph: $0.checkpoint.graph, fileBytes: $0.checkpoint.fileBytes)
            },
            batches: conditions.batches, threads: conditions.threads, options: conditions.measurement,
            network: kernels.network(), byLayer: byLayer)
        if let earlier { report.compare(with: earlier) }
        for warning in report.warnings { Console.warn(warning) }
        try result.show(report)
    }
}
