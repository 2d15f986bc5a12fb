import Tensors

/// Confidence intervals of medians by resampling: the percentile bootstrap (Efron & Tibshirani 1993, chapter 13).
///
/// The same samples and seed give the same interval. Each of the 1,000 resamples draws as many rounds as there were,
/// with replacement; a resample is kept as how often each round was drawn, so that its median takes one pass over
/// samples sorted once.
struct Bootstrap {
    let seed: UInt64
    private let resamples = 1000

    init(seed: UInt64) { self.seed = seed }

    /// The central 95 % of the medians of resampled `samples`.
    func medianInterval(_ samples: [Double]) -> [Double] {
        let ranked = Ranked(samples)
        return interval(rounds: samples.count) { ranked.median(drawn: $0) }
    }

    /// The central 95 % of median(`numerator`) / median(`denominator`), both resampled by the same rounds: what
    /// slowed both down in a round cancels out.
    func ratioInterval(_ numerator: [Double], _ denominator: [Double]) -> [Double] {
        precondition(numerator.count == denominator.count, "paired samples come in equal numbers")
        let above = Ranked(numerator), below = Ranked(denominator)
        return interval(rounds: numerator.count) { above.median(drawn: $0) / below.median(drawn: $0) }
    }

    private func interval(rounds: Int, _ statistic: ([Int32]) -> Double) -> [Double] {
        precondition(rounds > 0, "no samples")
        var generator = SeededGenerator(seed: seed)
        var values: [Double] = []
        values.reserveCapacity(resamples)
        for _ in 0..<resamples {
            var drawn = [Int32](repeating: 0, count: rounds)
            for _ in 0..<rounds {
                drawn[Int(generator.next().multipliedFullWidth(by: UInt64(rounds)).high)] += 1
            }
            values.append(statistic(drawn))
        }
        values.sort()
        return [Statistics.quantile(0.025, ofSorted: values), Statistics.quantile(0.975, ofSorted: values)]
    }
}

/// Samples with the order of their values, sorted once for all resamples.
private struct Ranked {
    private let samples: [Double]
    /// Positions in `samples`, smallest value first.
    private let order: [Int]

    init(_ samples: [Double]) {
        self.samples = samples
        order = samples.indices.sorted { samples[$0] < samples[$1] }
    }

    /// The median of a resample that holds sample `i` `drawn[i]` times, as many in all as there are samples.
    func median(drawn: [Int32]) -> Double {
        let lower = (samples.count - 1) / 2, upper = samples.count / 2
        var passed = 0, low = 0.0
        for index in order {
            let before = passed
            passed += Int(drawn[index])
            if before <= lower, lower < passed { low = samples[index] }
            if upper < passed { return (low + samples[index]) / 2 }
        }
        return low
    }
}
