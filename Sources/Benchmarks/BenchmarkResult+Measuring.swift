extension BenchmarkResult {
    /// Measures `contenders`, which all run batches of `batch` images on `threads` threads, and adds what was found:
    /// a run for each, a ratio of each but the first against the first, and warnings. Throws what a run throws.
    package mutating func measure(
        _ contenders: [Contender], batch: Int, threads: Int, options: MeasurementOptions = .init()
    ) throws {
        add(
            try .measure(contenders, options), peakBytes: contenders.map(\.peakBytes), batch: batch, threads: threads,
            seed: options.seed)
    }

    /// Adds the figures of a finished measurement; `peakBytes` has one entry for each contender.
    mutating func add(_ measurement: LatencyMeasurement, peakBytes: [Int?], batch: Int, threads: Int, seed: UInt64) {
        let spreads = Spread.all(measurement.samples)
        for (index, name) in measurement.names.enumerated() {
            let latency = Latency(samples: measurement.samples[index], seed: seed)
            let run = Run(
                model: name, batch: batch, threads: threads, latencyMs: latency,
                imagesPerSecond: Double(batch) * 1000 / latency.median, peakBytes: peakBytes[index],
                spread: spreads[index])
            runs.append(run)
            let spread = latency.p90 / latency.median
            if spread > 1.25 {
                warnings.append(
                    "\(name), batch \(batch), threads \(threads): a tenth of the runs took over \(percent(spread - 1)) longer than the median; the machine is busy, close other programs or use fewer --threads"
                )
            }
        }
        let reference = measurement.samples[0]
        for (name, samples) in zip(measurement.names, measurement.samples).dropFirst() {
            let ratio = Ratio(
                model: name, against: measurement.names[0], batch: batch, threads: threads,
                speedup: Statistics.median(reference) / Statistics.median(samples),
                ci95: Bootstrap(seed: seed).ratioInterval(reference, samples))
            ratios.append(ratio)
            let width = (ratio.ci95[1] - ratio.ci95[0]) / ratio.speedup
            if width > 0.1 {
                warnings.append(
                    "\(name), batch \(batch), threads \(threads): the confidence interval of the speedup is \(percent(width)) wide; measure longer with --seconds"
                )
            }
        }
    }

    private func percent(_ share: Double) -> String {
        share.isFinite ? "\(Int((min(share, 1e6) * 100).rounded())) %" : "many times"
    }
}

extension BenchmarkResult.Spread {
    private static let steps = 40

    /// Of each of `samples`, from the shortest of all to the 99 % quantile that is the longest.
    fileprivate static func all(_ samples: [[Double]]) -> [Self] {
        let sorted = samples.map { $0.sorted() }
        let from = sorted.map { $0[0] }.min() ?? 0
        let to = sorted.map { Statistics.quantile(0.99, ofSorted: $0) }.max() ?? from,
            step = (to - from) / Double(steps)
        return samples.map { samples in
            let counts = samples.reduce(into: Array(repeating: 0, count: steps)) { counts, sample in
                counts[step > 0 ? min(steps - 1, Int((sample - from) / step)) : 0] += 1
            }
            return Self(fromMs: from, toMs: to, counts: counts)
        }
    }
}
