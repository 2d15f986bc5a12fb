import Foundation
import TestSupport
import Testing

/// The built `deadwood`, run as a process of its own.
struct Command {
    /// How a run ended and what it said.
    struct Outcome {
        let status: Int32
        let stdout: String
        let stderr: String

        /// What stands on the standard error beside warnings and the line that tells how pixels are fed.
        var failures: [Substring] {
            stderr.split(separator: "\n").filter { !$0.hasPrefix("warning: ") && !$0.hasPrefix("pixels: ") }
        }

        /// The standard output as JSON of `T`'s shape: every key of `T` that is not optional must be there.
        func json<T: Decodable>(_: T.Type = T.self) throws -> T {
            try JSONDecoder().decode(T.self, from: Data(stdout.utf8))
        }
    }

    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    private let streams = TemporaryFolder()

    var processIdentifier: Int32 { process.processIdentifier }

    /// Starts it in `folder`, with temporary files going to `folder.temporary`.
    ///
    /// `addressSpace`: bytes of memory beyond which it gets none.
    init(
        _ arguments: [String], in folder: TemporaryFolder, stdin: FileHandle = .nullDevice, stdout: FileHandle? = nil,
        addressSpace: Int? = nil
    ) throws {
        try FileManager.default.createDirectory(atPath: folder.temporary, withIntermediateDirectories: true)
        let bundle = try #require(Bundle.main.executableURL)
        let deadwood = bundle.deletingLastPathComponent().appending(path: "deadwood")
        if let addressSpace {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments =
                ["-c", "ulimit -v \(addressSpace >> 10); exec \"$0\" \"$@\"", deadwood.path] + arguments
        } else {
            process.executableURL = deadwood
            process.arguments = arguments
        }
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ProcessInfo.processInfo.environment.merging(["COLUMNS": "80", "TMPDIR": folder.temporary])
        { $1 }
        process.standardInput = stdin
        process.standardOutput = try stdout ?? streams.newFile("stdout")
        process.standardError = try streams.newFile("stderr")
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        // Foundation keeps an ended Process, and with it every file it was given: the descriptors would pile up.
        try [process.standardOutput, process.standardError].forEach { try ($0 as? FileHandle)?.close() }
    }

    /// Waits for the end; a run of more than two minutes is killed and fails the test.
    func wait() throws -> Outcome {
        if ended.wait(timeout: .now() + 120) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            Issue.record("'deadwood \((process.arguments ?? []).joined(separator: " "))' did not end")
        }
        let crashed = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: crashed ? -process.terminationStatus : process.terminationStatus,
            stdout: try streams.text("stdout"), stderr: try streams.text("stderr"))
    }

    /// Sends a signal.
    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
}

/// Runs `deadwood` in `folder` to its end.
@discardableResult
func deadwood(_ arguments: String..., in folder: TemporaryFolder) throws -> Command.Outcome {
    try deadwood(arguments, in: folder)
}

func deadwood(_ arguments: [String], in folder: TemporaryFolder) throws -> Command.Outcome {
    try Command(arguments, in: folder).wait()
}

/// Runs `deadwood` in `folder` and expects that it works, with nothing but warnings on stderr and no temporary file
/// left.
@discardableResult
func succeed(_ arguments: String..., in folder: TemporaryFolder, sourceLocation: SourceLocation = #_sourceLocation)
    throws -> Command.Outcome
{
    try succeed(arguments, in: folder, sourceLocation: sourceLocation)
}

@discardableResult
func succeed(_ arguments: [String], in folder: TemporaryFolder, sourceLocation: SourceLocation = #_sourceLocation)
    throws -> Command.Outcome
{
    let outcome = try deadwood(arguments, in: folder)
    #expect(outcome.status == 0, "\(outcome.stderr)", sourceLocation: sourceLocation)
    #expect(outcome.failures.isEmpty, "\(outcome.stderr)", sourceLocation: sourceLocation)
    #expect(try folder.hasNoTemporaryFiles, sourceLocation: sourceLocation)
    return outcome
}

/// Runs `deadwood` in `folder` and expects that the work fails: status 1, nothing on stdout, one line `Error: …` on
/// stderr that holds all `fragments`, and the folder as it was.
func fail(
    _ arguments: String..., in folder: TemporaryFolder, saying fragments: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try fail(arguments, in: folder, saying: fragments, sourceLocation: sourceLocation)
}

func fail(
    _ arguments: [String], in folder: TemporaryFolder, saying fragments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let before = try folder.state, outcome = try deadwood(arguments, in: folder)
    let errors = outcome.failures
    #expect(outcome.status == 1, "\(outcome.stderr)", sourceLocation: sourceLocation)
    #expect(outcome.stdout.isEmpty, sourceLocation: sourceLocation)
    #expect(
        errors.count == 1 && errors[0].hasPrefix("Error: ") && outcome.stderr.hasSuffix("\n"), "\(outcome.stderr)",
        sourceLocation: sourceLocation)
    for fragment in fragments { #expect(outcome.stderr.contains(fragment), sourceLocation: sourceLocation) }
    #expect(try folder.state == before, "\(arguments) left something behind", sourceLocation: sourceLocation)
    #expect(try folder.hasNoTemporaryFiles, sourceLocation: sourceLocation)
}
