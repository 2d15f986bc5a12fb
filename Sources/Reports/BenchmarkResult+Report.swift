import Benchmarks

/// Machine, models, latencies, speedups. Warnings are left to the caller's stderr.
extension BenchmarkResult: Report {
    package static var kind: String { "benchmark" }
    package var subject: String { "Latency" }

    package var sections: [Section] {
        let about =
            "\(machine.cpu), \(machine.cores) cores, \(machine.instructions), \(Format.bytes(machine.memoryBytes)), \(machine.os), kernel \(machine.kernel)"
        let tables =
            [costs, latencies, speedups, changes].filter { !$0.rows.isEmpty } + (layers.map { [Self.times($0)] } ?? [])
        return [.paragraph(about)] + tables.map(Section.table)
            + [.figures("How long runs took", warnings.map(Section.note) + charts.map(Section.chart))]
    }

    /// The spread of latencies under each set of conditions, and the median time of each layer.
    private var charts: [Chart] {
        let conditions = runs.reduce(into: [Run]()) { conditions, run in
            if !conditions.contains(where: { ($0.batch, $0.threads) == (run.batch, run.threads) }) {
                conditions.append(run)
            }
        }
        return conditions.flatMap { condition -> [Chart] in
            func isAlike(_ batch: Int, _ threads: Int) -> Bool {
                (batch, threads) == (condition.batch, condition.threads)
            }
            let alike = runs.filter { isAlike($0.batch, $0.threads) }
            let place = "batch \(condition.batch), \(Format.counted(condition.threads, "thread"))"
            return [Self.spread(alike, "Latency, \(place)")].compactMap(\.self)
                + Self.layers((layers ?? []).filter { isAlike($0.batch, $0.threads) }, "Time of layers, ms, \(place)")
        }
    }

    /// Percent of the runs by how long they took; nil where that was not kept.
    private static func spread(_ runs: [Run], _ title: String) -> Chart? {
        let spreads = runs.compactMap { run in run.spread.map { (name: run.model, spread: $0) } }
        guard let first = spreads.first?.spread, !first.counts.isEmpty,
            spreads.allSatisfy({ $0.spread.counts.count == first.counts.count })
        else { return nil }
        let step = (first.toMs - first.fromMs) / Double(first.counts.count)
        return Chart(
            title: "\(title): percent of the runs by milliseconds",
            categories: first.counts.indices.map { Format.digits(first.fromMs + step * (Double($0) + 0.5)) },
            series: spreads.map { name, spread in
                let total = spread.counts.reduce(0.0) { $0 + Double($1) }
                return Chart.Series(
                    name: name, values: spread.counts.map { total > 0 ? 100 * Double($0) / total : nil })
            })
    }

    private static func layers(_ calls: [LayerTime], _ title: String) -> [Chart] {
        if calls.isEmpty { return [] }
        let models = calls.reduce(into: [String]()) { if !$0.contains($1.model) { $0.append($1.model) } }
        let names = calls.reduce(into: (list: [String](), seen: Set<String>())) { names, call in
            if names.seen.insert(call.layer).inserted { names.list.append(call.layer) }
        }.list
        let times = Dictionary(calls.map { ([$0.model, $0.layer], $0.medianMs) }, uniquingKeysWith: +)
        return [
            Chart(
                title: title, categories: names,
                series: models.map { model in
                    Chart.Series(name: model, values: names.map { times[[model, $0]] })
                }, kind: .bars)
        ]
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
                .right("p90", rank: 1): { .number($0.latencyMs.p90, Format.milliseconds) },
                .right("p99", rank: 2): { .number($0.latencyMs.p99, Format.milliseconds) },
                .right("images/s"): { .digits($0.imagesPerSecond) },
                .right("memory", rank: 3): { .number($0.peakBytes, Format.bytes, missing: "") },
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

    /// Since an earlier benchmark.
    private var changes: Table {
        Table(
            of: sinceBaseline ?? [], title: "Against the baseline",
            [
                .left("model"): { .text($0.model) }, .right("batch"): { "\($0.batch)" },
                .right("threads"): { "\($0.threads)" },
                .right("before"): { .number($0.beforeMs, Format.milliseconds) },
                .right("now"): { .number($0.nowMs, Format.milliseconds) },
                .right("as fast as before"): { .number($0.beforeMs / $0.nowMs, Format.ratio) },
                .left(""): { change in
                    var cell = Cell.text(change.verdict.rawValue)
                    cell.tone =
                        switch change.verdict {
                        case .faster: .better
                        case .slower: .worse
                        case .same: nil
                        }
                    return cell
                },
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
