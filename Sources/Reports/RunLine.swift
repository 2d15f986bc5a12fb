import Benchmarks
import Foundation

/// What a run itself was, apart from its result: two runs with the same result differ in nothing else.
package struct RunLine: Codable, Sendable {
    /// The command line, without the program.
    package let command: [String]
    package let version: String
    package let machine: MachineDescription
    /// The folder it was called in.
    package let folder: String
    package let started: String
    package let seconds: Double
    /// The files of the shards that were put together; absent elsewhere.
    package let parts: [String]?

    /// Of a run that ends now.
    package init(command: [String], version: String, folder: String, started: Date, parts: [String]? = nil) {
        (self.command, self.version, self.folder, self.parts) = (command, version, folder, parts)
        machine = .current()
        self.started = started.formatted(.iso8601)
        seconds = (1000 * Date().timeIntervalSince(started)).rounded() / 1000
    }
}

/// A result, under the key `kind` what it is, and under `run` the run that made it.
package struct ResultOfRun<Result: Report>: Report {
    let result: Result
    let run: RunLine

    package init(_ result: Result, _ run: RunLine) { (self.result, self.run) = (result, run) }

    package static var kind: String { Result.kind }
    package var subject: String { result.subject }
    package var sections: [Section] { result.sections }

    private enum Key: CodingKey { case kind, run }

    package func encode(to encoder: any Encoder) throws {
        try result.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Result.kind, forKey: .kind)
        try container.encode(run, forKey: .run)
    }
}
