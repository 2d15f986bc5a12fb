import ArgumentParser
import Benchmarks
import Foundation

/// Under which conditions latency is measured.
struct BenchmarkOptions: ParsableArguments {
    @Option(name: .customLong("batch"), help: ArgumentHelp("Batch sizes. Default: 1,32.", valueName: "n,…"), transform: Self.counts)
    var batches: [Int] = [1, 32]

    @Option(name: .customLong("threads"), help: ArgumentHelp("Numbers of threads. Default: 1 and all cores.", valueName: "n,…"), transform: Self.counts)
    var threads: [Int] = Set([1, ProcessInfo.processInfo.activeProcessorCount]).sorted()

    @Option(help: ArgumentHelp("Seconds of measuring for each batch size and number of threads.", valueName: "s"))
    var seconds = 3.0

    func validate() throws {
        if !(seconds > 0 && seconds.isFinite) { throw ValidationError("--seconds takes a positive number, not \(seconds).") }
    }

    var measurement: MeasurementOptions { MeasurementOptions(warmup: min(0.5, seconds / 4), seconds: seconds) }

    @Sendable private static func counts(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map {
            guard let count = Int($0), count > 0 else { throw ValidationError("'\(text)' is not a list of positive numbers like 1,32.") }
            return count
        }
    }
}
