@testable import Benchmarks
import Testing
@testable import Reports

@Suite struct Tables {
    @Test("A table in Markdown keeps its alignment, and bars in cells do not part them")
    func markdown() {
        var table = Table([.left("row"), .right("γ")])
        table.add(["a|b", "12"])
        #expect(table.markdown == "| row | γ |\n| --- | ---: |\n| a\\|b | 12 |\n")
    }

    @Test("Words stand left, numbers right, under a rule as wide as the widest cell")
    func alignment() {
        var table = Table([.left("layer"), .right("filters"), .left("why")])
        table.add(["conv2d_10", "32", ""])
        table.add(["é", "1,024", "pinned"])
        #expect(
            table.text == """
                layer      filters  why
                ─────────  ───────  ──────
                conv2d_10       32
                é            1,024  pinned

                """)
    }

    @Test("A table without rows is its header")
    func empty() {
        #expect(Table([.left("a"), .right("bc")]).text == "a  bc\n─  ──\n")
    }
}

@Suite struct Numbers {
    @Test(
        "Thousands are parted",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234"), (-123, "-123"),
        ])
    func count(number: Int, text: String) { #expect(Format.count(number) == text) }

    @Test(
        "Bytes come in the unit that fits",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (45_600, "45.6 kB"), (1_234_567, "1.23 MB"),
            (12_300_000_000, "12.3 GB"),
        ])
    func bytes(number: Int, text: String) { #expect(Format.bytes(number) == text) }

    @Test(
        "Durations have three digits",
        arguments: [
            (0.01234, "0.0123 ms"), (1.5, "1.50 ms"), (12.34, "12.3 ms"), (123.4, "123 ms"), (1234.5, "1,234 ms"),
            (0, "0 ms"), (1e-9, "0.000000 ms"),
        ])
    func milliseconds(number: Double, text: String) { #expect(Format.milliseconds(number) == text) }

    @Test("Shares and ratios have their signs")
    func signs() {
        #expect(Format.percent(0.12345) == "12.3 %")
        #expect(Format.percent(1) == "100.0 %")
        #expect(Format.ratio(2.306) == "2.31×")
        #expect(Format.ratio(.infinity) == "inf×")
        #expect(Format.scientific(0.0000123) == "1.2e-05")
    }
}

@Suite struct BenchmarkText {
    @Test("A result reads as machine, models, latencies and speedups")
    func text() throws {
        var result = BenchmarkResult(
            machine: MachineDescription(
                cpu: "A CPU", cores: 2, memoryBytes: 8_000_000_000, instructions: "AVX2", kernel: "6.1", os: "An OS"),
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
