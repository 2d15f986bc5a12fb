import ArgumentParser
import Benchmarks
import Foundation
import Networks

/// Under which conditions latency is measured.
struct BenchmarkOptions: ParsableArguments {
    @Option(
        name: .customLong("batch"), help: ArgumentHelp("Batch sizes. Default: 1,32.", valueName: "n,…"),
        transform: Self.counts)
    var batches: [Int] = [1, 32]

    @Option(
        name: .customLong("threads"),
        help: ArgumentHelp("Numbers of threads. Default: 1 and all cores.", valueName: "n,…"), transform: Self.counts)
    var threads: [Int] = Set([1, min(ProcessInfo.processInfo.activeProcessorCount, NetworkOptions.mostThreads)])
        .sorted()

    @Option(help: ArgumentHelp("Seconds of measuring for each batch size and number of threads.", valueName: "s"))
    var seconds = 3.0

    func validate() throws {
        for count in threads { try requireThreads(count) }
        if let batch = batches.first(where: { $0 > Self.largestBatch }) {
            throw ValidationError(
                "--batch takes sizes up to \(Self.largestBatch), not \(batch): the time of larger ones is their number times that of smaller ones."
            )
        }
        if !(seconds > 0 && seconds.isFinite) {
            throw ValidationError("--seconds takes a positive number, not \(seconds).")
        }
        if seconds > 86_400 { throw ValidationError("--seconds takes at most 86400, a day, not \(seconds).") }
    }

    /// Far above any batch whose latency is of interest; what does not fit into memory below it is found out model by
    /// model.
    private static let largestBatch = 1 << 16

    var measurement: MeasurementOptions { MeasurementOptions(warmup: min(0.5, seconds / 4), seconds: seconds) }

    @Sendable private static func counts(_ text: String) throws -> [Int] {
        try list(text, "a list of positive numbers like 1,32", where: { $0.allSatisfy { $0 > 0 } }) { Int($0) }
    }
}
