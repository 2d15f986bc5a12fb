/// What a benchmark found; encodes to the JSON of `deadwood benchmark`.
package struct BenchmarkResult: Codable, Equatable, Sendable {
    package var schema = 1
    package var machine: MachineDescription
    /// What was measured, the reference first.
    package var models: [Model] = []
    /// One for each model, batch size and number of threads.
    package var runs: [Run] = []
    /// Each model against the first, under the same conditions.
    package var ratios: [Ratio] = []
    /// The kernel calls of each run, where they were asked for.
    package var layers: [LayerTime]?
    /// What became of the runs of an earlier benchmark; absent where none was named.
    package var sinceBaseline: [Change]?
    /// What makes the figures less certain, and what to do about it.
    package var warnings: [String] = []

    package init(machine: MachineDescription, models: [Model] = []) { (self.machine, self.models) = (machine, models) }

    /// What a model costs by itself.
    package struct Model: Codable, Equatable, Sendable {
        package let model: String
        package let parameters: Int
        /// Multiplications with addition for one image.
        package let macs: Int
        package let fileBytes: Int

        package init(model: String, parameters: Int, macs: Int, fileBytes: Int) {
            (self.model, self.parameters, self.macs, self.fileBytes) = (model, parameters, macs, fileBytes)
        }
    }

    /// The figures of one model under one set of conditions.
    package struct Run: Codable, Equatable, Sendable {
        package let model: String
        package let batch, threads: Int
        package let latencyMs: Latency
        /// Batch size over median latency.
        package let imagesPerSecond: Double
        /// Memory the model's run needs at its peak; absent where unknown.
        package let peakBytes: Int?
        /// How the latencies spread; absent in files of earlier versions.
        package private(set) var spread: Spread? = nil
    }

    /// How many runs took how long, in steps of equal length, the same for all models that were measured in turns.
    package struct Spread: Codable, Equatable, Sendable {
        package let fromMs, toMs: Double
        /// Of each step. The last counts what took longer, too.
        package let counts: [Int]
    }

    /// The time of one kernel call within a run.
    package struct LayerTime: Codable, Equatable, Sendable {
        package let model: String
        package let batch, threads: Int
        package let layer, kernel: String
        package let medianMs: Double
    }

    /// A run, and the one of an earlier benchmark under the same conditions.
    package struct Change: Codable, Equatable, Sendable {
        package let model: String
        package let batch, threads: Int
        /// Medians.
        package let beforeMs, nowMs: Double
        package let verdict: Verdict

        package enum Verdict: String, Codable, Sendable {
            case faster, slower
            /// The 95 % intervals of both medians overlap.
            case same
        }
    }

    /// How much faster one model is than another.
    package struct Ratio: Codable, Equatable, Sendable {
        package let model, against: String
        package let batch, threads: Int
        /// The median latency of `against` over that of `model`: above 1 where `model` is faster.
        package let speedup: Double
        /// Lower and upper end of the speedup's 95 % confidence interval.
        package let ci95: [Double]
    }
}

/// The distribution of the latency of one run, in milliseconds.
package struct Latency: Codable, Equatable, Sendable {
    package let min, median, mean, p90, p99: Double
    /// Lower and upper end of the median's 95 % confidence interval.
    package let ci95: [Double]

    /// The statistics of `samples`, at least one; the interval follows from them and `seed` alone.
    package init(samples: [Double], seed: UInt64) {
        let sorted = samples.sorted()
        min = Statistics.quantile(0, ofSorted: sorted)
        median = Statistics.quantile(0.5, ofSorted: sorted)
        mean = Statistics.mean(samples)
        p90 = Statistics.quantile(0.9, ofSorted: sorted)
        p99 = Statistics.quantile(0.99, ofSorted: sorted)
        ci95 = Bootstrap(seed: seed).medianInterval(samples)
    }
}
