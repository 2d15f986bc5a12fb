import Benchmarks

/// Machine, models, latencies, speedups. Warnings are left to the caller's stderr.
extension BenchmarkResult: Report {
    package var subject: String { "Latency" }

    package var sections: [Section] {
        let about =
            "\(machine.cpu), \(machine.cores) cores, \(machine.instructions), \(Format.bytes(machine.memoryBytes)), \(machine.os), kernel \(machine.kernel)"
        let tables = [costs, latencies, speedups].filter { !$0.rows.isEmpty } + (layers.map { [Self.times($0)] } ?? [])
        return [.paragraph(about)] + tables.map(Section.table)
    }

    private var costs: Table {
        Table(
            of: models,
            [
                .left("model"): { .text($0.model) }, .right("parameters"): { .count($0.parameters) },
                .right("MACs"): { .count($0.macs) }, .right("file"): { .number($0.fileBytes, Format.bytes) },
            ])
    }

    private var latencies: Table {
        Table(
            of: runs,
            [
                .left("model"): { .text($0.model) }, .right("batch"): { "\($0.batch)" },
                .right("threads"): { "\($0.threads)" },
                .right("median"): { .number($0.latencyMs.median, Format.milliseconds) },
                .right("95 % interval"): { .text($0.latencyMs.ci95.map(Format.digits).joined(separator: "–")) },
                .right("p90"): { .number($0.latencyMs.p90, Format.milliseconds) },
                .right("p99"): { .number($0.latencyMs.p99, Format.milliseconds) },
                .right("images/s"): { .digits($0.imagesPerSecond) },
                .right("memory"): { .number($0.peakBytes, Format.bytes, missing: "") },
            ])
    }

    private var speedups: Table {
        Table(
            of: ratios,
            [
                .left("model"): { .text($0.model) }, .left("against"): { .text($0.against) },
                .right("batch"): { "\($0.batch)" }, .right("threads"): { "\($0.threads)" },
                .right("speedup"): { .number($0.speedup, Format.ratio) },
                .right("95 % interval"): { .text($0.ci95.map(Format.ratio).joined(separator: "–")) },
            ])
    }

    private static func times(_ calls: [LayerTime]) -> Table {
        func share(_ call: LayerTime) -> Double {
            let total = calls.filter { ($0.model, $0.batch, $0.threads) == (call.model, call.batch, call.threads) }
                .reduce(0) { $0 + $1.medianMs }
            return total > 0 ? call.medianMs / total : 0
        }
        return Table(
            of: calls,
            [
                .left("model"): { .text($0.model) }, .right("batch"): { "\($0.batch)" },
                .right("threads"): { "\($0.threads)" }, .left("layer"): { .text($0.layer) },
                .left("kernel"): { .text($0.kernel) }, .right("median"): { .number($0.medianMs, Format.milliseconds) },
                .right("share"): { .number(share($0), Format.percent) },
            ])
    }
}
