@testable import Benchmarks
import Foundation
import Testing
@testable import Reports

extension MachineDescription {
    static let sample = MachineDescription(
        cpu: "A CPU", cores: 2, memoryBytes: 8_000_000_000, instructions: "AVX2", kernel: "6.1", os: "An OS")
}

@Suite struct BenchmarkText {
    @Test("A result reads as machine, models, latencies and speedups")
    func text() throws {
        var result = BenchmarkResult(
            machine: .sample,
            models: [.init(model: "dense.h5", parameters: 12_345, macs: 6_789_000, fileBytes: 51_200)])
        #expect(
            result.text == """
                A CPU, 2 cores, AVX2, 8.00 GB, An OS, kernel 6.1

                model     parameters       MACs     file
                ────────  ──────────  ─────────  ───────
                dense.h5      12,345  6,789,000  51.2 kB

                """)
        let once = MeasurementOptions(warmup: 0, seconds: 0, minimumRounds: 1)
        try result.measure(
            [Contender(name: "dense.h5") {}, Contender(name: "compact.h5") {}], batch: 32, threads: 1, options: once)
        result.layers = [
            .init(model: "dense.h5", batch: 32, threads: 1, layer: "conv", kernel: "GEMM", medianMs: 3),
            .init(model: "dense.h5", batch: 32, threads: 1, layer: "fc", kernel: "GEMM", medianMs: 1),
        ]
        #expect(
            result.text.contains("conv   GEMM    3.00 ms  75.0 %")
                && result.text.contains("fc     GEMM    1.00 ms  25.0 %"))
        let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count { $0.hasPrefix("compact.h5") } == 2)
        #expect(lines.contains { $0.hasPrefix("model       batch  threads") && $0.contains("95 % interval") })
        #expect(lines.contains { $0.hasPrefix("compact.h5  dense.h5     32        1") && $0.contains("×") })
    }
}

@Suite struct BenchmarkReport {
    private let result: BenchmarkResult = {
        var result = BenchmarkResult(machine: .sample)
        let latency = Latency(samples: [2], seed: 0)
        result.runs = [
            .init(model: "a.h5", batch: 1, threads: 2, latencyMs: latency, imagesPerSecond: 500, peakBytes: nil),
            .init(model: "b.h5", batch: 1, threads: 2, latencyMs: latency, imagesPerSecond: 500, peakBytes: 1_500_000),
        ]
        result.ratios = [
            .init(model: "b.h5", against: "a.h5", batch: 1, threads: 2, speedup: 1.25, ci95: [1, 1.5])
        ]
        return result
    }()

    @Test("Latencies and speedups come in tables of their own; memory that is not known is left blank")
    func text() {
        #expect(
            result.text == """
                A CPU, 2 cores, AVX2, 8.00 GB, An OS, kernel 6.1

                model  batch  threads   median  95 % interval      p90      p99  images/s   memory
                ─────  ─────  ───────  ───────  ─────────────  ───────  ───────  ────────  ───────
                a.h5       1        2  2.00 ms      2.00–2.00  2.00 ms  2.00 ms       500
                b.h5       1        2  2.00 ms      2.00–2.00  2.00 ms  2.00 ms       500  1.50 MB

                model  against  batch  threads  speedup  95 % interval
                ─────  ───────  ─────  ───────  ───────  ─────────────
                b.h5   a.h5         1        2    1.25×    1.00×–1.50×

                """)
    }

    @Test("Against a baseline runs are faster or slower where the intervals of their medians do not meet")
    func baseline() throws {
        func benchmark(_ medians: [Double], cpu: String = "A CPU") -> BenchmarkResult {
            var result = BenchmarkResult(
                machine: MachineDescription(
                    cpu: cpu, cores: 2, memoryBytes: 1, instructions: "AVX2", kernel: "6.1", os: "An OS"))
            result.runs = medians.enumerated().map { index, median in
                .init(
                    model: "m", batch: index, threads: 1,
                    latencyMs: Latency(samples: [median - 0.5, median, median + 0.5], seed: 0), imagesPerSecond: 1,
                    peakBytes: nil)
            }
            return result
        }
        var now = benchmark([1, 9, 5, 7])
        now.compare(with: benchmark([5, 5, 5.2]))
        #expect(now.sinceBaseline?.map(\.verdict) == [.faster, .slower, .same] && now.warnings.isEmpty)
        #expect(now.text.contains("m          0        1  5.00 ms  1.00 ms              5.00×  faster"))
        let page = try HTMLRenderer(nil).render(now)
        #expect(page.contains("class=\"better\"") && page.contains("class=\"worse\" data-value=\"slower\">slower<"))
        now.compare(with: benchmark([5], cpu: "Another"))
        #expect(now.sinceBaseline?.count == 1 && now.warnings[0].contains("Another"))
        #expect(throws: SavedResultError.self) {
            try SavedResult.benchmark(
                JSONEncoder().encode(
                    ResultOfRun(AnalysisReport.sample(), .init(command: [], version: "", folder: "", started: Date()))))
        }
    }

    @Test("Every run is in one step of the spread, which all models share")
    func spread() throws {
        var result = BenchmarkResult(machine: .sample)
        let options = MeasurementOptions(warmup: 0, seconds: 0, minimumRounds: 50)
        try result.measure([Contender(name: "a") {}, Contender(name: "b") {}], batch: 1, threads: 1, options: options)
        let spreads = result.runs.compactMap(\.spread)
        #expect(spreads.count == 2 && Set(spreads.map(\.fromMs)).count == 1 && Set(spreads.map(\.toMs)).count == 1)
        #expect(spreads.allSatisfy { $0.counts.count == 40 && $0.counts.reduce(0, +) >= 50 })
    }

    @Test("In CSV latencies are milliseconds, memory bytes, speedups plain numbers")
    func csv() {
        #expect(result.csv.contains("\nb.h5,1,2,2.0,2.00–2.00,2.0,2.0,500.0,1500000\n"))
        #expect(result.csv.contains("\nb.h5,a.h5,1,2,1.25,1.00×–1.50×\n"))
    }

    @Test("JSON has no layers where none were timed")
    func values() throws {
        #expect(try result.keys == ["machine", "models", "ratios", "runs", "schema", "warnings"])
    }
}
