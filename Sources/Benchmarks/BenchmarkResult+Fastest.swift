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

    /// The position of the fastest model: the one with the largest overall speedup among those whose interval lies
    /// above 1; the first where there is none, so that nothing is preferred by chance.
    package var fastest: Int {
        let speedups = models.map { overall($0.model) }
        let faster = speedups.indices.filter { (speedups[$0]?.ci95[0] ?? 0) > 1 }
        return faster.max { (speedups[$0]?.speedup ?? 0) < (speedups[$1]?.speedup ?? 0) } ?? 0
    }
}
