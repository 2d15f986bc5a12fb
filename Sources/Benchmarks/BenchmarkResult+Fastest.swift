import Foundation

extension BenchmarkResult {
    /// How much faster a model is than the first over all conditions: geometric means of the speedups, and of the ends
    /// of their confidence intervals.
    package func overall(_ model: String) -> (speedup: Double, ci95: [Double])? {
        let own = ratios.filter { $0.model == model }
        if own.isEmpty { return nil }
        func mean(_ value: (Ratio) -> Double) -> Double {
            exp(own.reduce(0) { $0 + log(value($1)) } / Double(own.count))
        }
        return (mean(\.speedup), [mean { $0.ci95[0] }, mean { $0.ci95[1] }])
    }

    /// The position of the fastest model of these, the first of which is the reference: the one with the largest overall
    /// speedup among those whose interval lies above 1; the first where there is none, so that nothing is preferred by
    /// chance.
    package func fastest(of names: [String]) -> Int {
        let speedups = names.map(overall)
        let faster = speedups.indices.filter { (speedups[$0]?.ci95[0] ?? 0) > 1 }
        return faster.max { (speedups[$0]?.speedup ?? 0) < (speedups[$1]?.speedup ?? 0) } ?? 0
    }

    /// Whether one model is surely faster than another: the intervals of their speedups do not meet; 1 for the reference
    /// itself.
    package func isSurelyFaster(_ model: String, than other: String) -> Bool {
        (overall(model)?.ci95[0] ?? 1) > (overall(other)?.ci95[1] ?? 1)
    }

    /// The time of the kernels that these layers of a model called, as a part of all of `reference`'s, added up over
    /// conditions; 0 where layers were not timed.
    package func relativeTime(of names: Set<String>, in model: String, against reference: String) -> Double {
        runs.filter { $0.model == reference }.reduce(0) { sum, run in
            let calls = (layers ?? []).filter { $0.batch == run.batch && $0.threads == run.threads }
            let own = calls.filter { $0.model == model && names.contains($0.layer) }.reduce(0) { $0 + $1.medianMs },
                whole = calls.filter { $0.model == reference }.reduce(0) { $0 + $1.medianMs }
            return whole > 0 ? sum + own / whole : sum
        }
    }
}
