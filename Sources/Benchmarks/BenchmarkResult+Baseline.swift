extension BenchmarkResult {
    /// Holds each run against the one of `earlier` with the same model, batch and threads, where there is one; warns
    /// where the two were made on different machines.
    package mutating func compare(with earlier: BenchmarkResult) {
        sinceBaseline = runs.compactMap { run in
            let before = earlier.runs.first {
                ($0.model, $0.batch, $0.threads) == (run.model, run.batch, run.threads)
            }
            return before.map { Change(run, since: $0) }
        }
        let (then, now) = (earlier.machine, machine)
        if (then.cpu, then.cores, then.instructions) != (now.cpu, now.cores, now.instructions) {
            warnings.append(
                "the baseline was measured on another machine (\(then.cpu), \(then.cores) cores, \(then.instructions)): what changed since may be the machine"
            )
        }
    }
}

extension BenchmarkResult.Change {
    fileprivate init(_ run: BenchmarkResult.Run, since before: BenchmarkResult.Run) {
        (model, batch, threads) = (run.model, run.batch, run.threads)
        (beforeMs, nowMs) = (before.latencyMs.median, run.latencyMs.median)
        verdict =
            if let then = before.latencyMs.interval, let now = run.latencyMs.interval, !then.overlaps(now) {
                now.upperBound < then.lowerBound ? .faster : .slower
            } else { .same }
    }
}

extension Latency {
    /// Nil where a file tells of none.
    fileprivate var interval: ClosedRange<Double>? {
        guard ci95.count == 2, ci95[0] <= ci95[1] else { return nil }
        return ci95[0]...ci95[1]
    }
}
