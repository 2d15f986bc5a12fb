import Benchmarks

extension BenchmarkResult {
    /// The result as text for a terminal: machine, models, latencies, speedups. Warnings are left to the caller's
    /// stderr.
    package var text: String {
        let about =
            "\(machine.cpu), \(machine.cores) cores, \(machine.instructions), \(Format.bytes(machine.memoryBytes)), \(machine.os), kernel \(machine.kernel)\n"
        let tables = [
            (models.isEmpty, costs), (runs.isEmpty, latencies), (ratios.isEmpty, speedups), (layers == nil, layerTimes),
        ]
        return ([about] + tables.compactMap { isEmpty, table in isEmpty ? nil : table.text }).joined(separator: "\n")
    }

    private var costs: Table {
        var table = Table([.left("model"), .right("parameters"), .right("MACs"), .right("file")])
        for model in models {
            table.add([
                model.model, Format.count(model.parameters), Format.count(model.macs), Format.bytes(model.fileBytes),
            ])
        }
        return table
    }

    private var latencies: Table {
        var table = Table([
            .left("model"), .right("batch"), .right("threads"), .right("median"), .right("95 % interval"),
            .right("p90"), .right("p99"), .right("images/s"), .right("memory"),
        ])
        for run in runs {
            let latency = run.latencyMs
            table.add([
                run.model, "\(run.batch)", "\(run.threads)",
                Format.milliseconds(latency.median), latency.ci95.map(Format.digits).joined(separator: "–"),
                Format.milliseconds(latency.p90), Format.milliseconds(latency.p99),
                Format.digits(run.imagesPerSecond), run.peakBytes.map(Format.bytes) ?? "",
            ])
        }
        return table
    }

    private var layerTimes: Table {
        var table = Table([
            .left("model"), .right("batch"), .right("threads"), .left("layer"), .left("kernel"), .right("median"),
            .right("share"),
        ])
        let calls = layers ?? []
        for call in calls {
            let total = calls.filter { ($0.model, $0.batch, $0.threads) == (call.model, call.batch, call.threads) }
                .reduce(0) { $0 + $1.medianMs }
            table.add([
                call.model, "\(call.batch)", "\(call.threads)", call.layer, call.kernel,
                Format.milliseconds(call.medianMs),
                Format.percent(total > 0 ? call.medianMs / total : 0),
            ])
        }
        return table
    }

    private var speedups: Table {
        var table = Table([
            .left("model"), .left("against"), .right("batch"), .right("threads"), .right("speedup"),
            .right("95 % interval"),
        ])
        for ratio in ratios {
            table.add([
                ratio.model, ratio.against, "\(ratio.batch)", "\(ratio.threads)",
                Format.ratio(ratio.speedup), ratio.ci95.map(Format.ratio).joined(separator: "–"),
            ])
        }
        return table
    }
}
