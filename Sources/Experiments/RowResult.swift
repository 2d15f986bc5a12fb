import Files
import Foundation
import Training

/// What came of one row under one seed, as it is kept in a file.
package struct RowResult: Sendable, Codable, Equatable {
    package var schema = 1
    package let experiment: String
    package let row: String
    package let seed: UInt64
    /// All that the run was told: another run's result is not taken for this one's.
    package let settings: String
    package let steps: Int
    package let lambda: Double
    package let stepsTimesLambda: Double
    /// Nil where training failed.
    package let measurement: NetworkMeasurement?
    /// Why training failed: a loss that is no number any more.
    package let failure: String?
    package let history: [EpochRecord]

    func write(to path: String) throws {
        try NewFile.write(JSONEncoder.results().encode(self), to: path, overwriting: true)
    }

    /// The result at `path`; nil where there is no file. Throws `ExperimentError.otherRun` where it holds something
    /// else.
    static func read(_ path: String) throws -> RowResult? {
        guard FileStatus(path) != nil else { return nil }
        guard let file = try? InputFile(path), let bytes = try? file.read(0..<file.bytes),
            let result = try? JSONDecoder.results.decode(RowResult.self, from: Data(bytes)), result.schema == 1
        else { throw ExperimentError.otherRun(path: path, reason: "is no result of an experiment") }
        return result
    }
}
