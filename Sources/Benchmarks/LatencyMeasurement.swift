/// Something to be timed: a model at a batch size, with everything but the run itself done beforehand.
package struct Contender {
    /// The name under which results are reported.
    package let name: String
    /// Memory that the run needs at its peak, in bytes; nil where unknown.
    package let peakBytes: Int?
    /// One run over one batch.
    package let run: () throws -> Void

    package init(name: String, peakBytes: Int? = nil, run: @escaping () throws -> Void) {
        (self.name, self.peakBytes, self.run) = (name, peakBytes, run)
    }
}

/// How long and how to measure.
package struct MeasurementOptions: Sendable {
    /// Seconds of unmeasured rounds beforehand; at least two rounds whatever they take.
    package var warmup = 0.5
    /// Seconds of measured rounds, all contenders together. Ends early after 50,000 rounds.
    package var seconds = 3.0
    /// Rounds that are measured whatever they take.
    package var minimumRounds = 10
    /// The seed of the bootstrap.
    package var seed: UInt64 = 1

    package init(warmup: Double = 0.5, seconds: Double = 3, minimumRounds: Int = 10, seed: UInt64 = 1) {
        (self.warmup, self.seconds, self.minimumRounds, self.seed) = (warmup, seconds, minimumRounds, seed)
    }
}

/// The latencies of contenders, measured in turns.
package struct LatencyMeasurement: Sendable {
    package let names: [String]
    /// Milliseconds of one run, `[contender][round]`; the same round of two contenders was measured back to back.
    package let samples: [[Double]]

    package init(names: [String], samples: [[Double]]) {
        precondition(names.count == samples.count, "each contender has its samples")
        precondition(
            samples.allSatisfy { $0.count == samples[0].count && !$0.isEmpty }, "each round measures every contender")
        (self.names, self.samples) = (names, samples)
    }

    /// Times `contenders` in rounds of one run each, the order reversed every other round (A B, B A, A B, …), so that
    /// drift of the machine's speed falls on all of them alike. Throws what a run throws.
    package static func measure(_ contenders: [Contender], _ options: MeasurementOptions = .init()) throws
        -> LatencyMeasurement
    {
        precondition(!contenders.isEmpty, "nothing to measure")
        try repeatRounds(seconds: options.warmup, atLeast: 2) { _ in
            for contender in contenders { try contender.run() }
        }

        var samples = [[Double]](repeating: [], count: contenders.count)
        try repeatRounds(seconds: options.seconds, atLeast: max(1, options.minimumRounds)) { round in
            for index in round.isMultiple(of: 2) ? Array(contenders.indices) : contenders.indices.reversed() {
                let duration = try ContinuousClock().measure(contenders[index].run)
                samples[index].append(max(duration / .milliseconds(1), 1e-6))  // the clock counts nanoseconds
            }
        }
        return LatencyMeasurement(names: contenders.map(\.name), samples: samples)
    }

    private static func repeatRounds(seconds: Double, atLeast minimum: Int, _ body: (_ round: Int) throws -> Void)
        rethrows
    {
        let end = ContinuousClock.now + .seconds(seconds)
        var round = 0
        while round < minimum || (ContinuousClock.now < end && round < 50_000) {
            try body(round)
            round += 1
        }
    }
}
