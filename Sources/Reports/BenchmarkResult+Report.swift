import Benchmarks

/// Machine, models, latencies, speedups. Warnings are left to the caller's stderr.
extension BenchmarkResult: Report {
    package var subject: String { "Latency" }

    package var sections: [Section] {
        let about =
            "\(machine.cpu), \(machine.cores) cores, \(machine.instructions), \(Format.bytes(machine.memoryBytes)), \(machine.os), kernel \(machine.kernel)"
        let tables = [costs, latencies, speedups].filter { !$0.rows.isEmpty } + (layers.map { [times($0)] } ?? [])
        return [.paragraph(about)] + tables.map(Section.table)
    }

    private var costs: Table {
        Table(
            [.left("model"), .right("parameters"), .right("MACs"), .right("file")],
            rows: models.map {
                [
                    .text($0.model), .count($0.parameters), .count($0.macs), .number($0.fileBytes, Format.bytes),
                ]
            })
    }

    private var latencies: Table {
        Table(
            [
                .left("model"), .right("batch"), .right("threads"), .right("median"), .right("95 % interval"),
                .right("p90"), .right("p99"), .right("images/s"), .right("memory"),
            ],
            rows: runs.map { run in
                let latency = run.latencyMs
                return [
                    .text(run.model), "\(run.batch)", "\(run.threads)",
                    .number(latency.median, Format.milliseconds),
                    .text(latency.ci95.map(Format.digits).joined(separator: "–")),
                    .number(latency.p90, Format.milliseconds), .number(latency.p99, Format.milliseconds),
                    .digits(run.imagesPerSecond), .number(run.peakBytes, Format.bytes, missing: ""),
                ]
            })
    }

    private func times(_ calls: [LayerTime]) -> Table {
        Table(
            [
                .left("model"), .right("batch"), .right("threads"), .left("layer"), .left("kernel"), .right("median"),
                .right("share"),
            ],
            rows: calls.map { call in
                let total = calls.filter { ($0.model, $0.batch, $0.threads) == (call.model, call.batch, call.threads) }
                    .reduce(0) { $0 + $1.medianMs }
                return [
                    .text(call.model), "\(call.batch)", "\(call.threads)", .text(call.layer), .text(call.kernel),
                    .number(call.medianMs, Format.milliseconds),
                    .number(total > 0 ? call.medianMs / total : 0, Format.percent),
                ]
            })
    }

    private var speedups: Table {
        Table(
            [
                .left("model"), .left("against"), .right("batch"), .right("threads"), .right("speedup"),
                .right("95 % interval"),
            ],
            rows: ratios.map { ratio in
                [
                    .text(ratio.model), .text(ratio.against), "\(ratio.batch)", "\(ratio.threads)",
                    .number(ratio.speedup, Format.ratio),
                    .text(ratio.ci95.map(Format.ratio).joined(separator: "–")),
                ]
            })
    }
}
