import Foundation
import TestSupport
import Testing

/// The command as a process among others: signals, pipes, closed streams.
@Suite struct ProcessTests {
    private let folder = TemporaryFolder()
    private let model = fixture("fashion-basicnet.h5")

    /// Work of many seconds, on the slowest kernels where there is a choice, that writes to `out.h5`.
    private func work(_ verb: String) -> [String] {
        switch verb {
        case "predict": ["predict", model, "--input", Fixture.corpus, "--output", "out.h5", "--backend", "reference"]
        // An exact cut, so that the file is there before anything is compared.
        case "prune":
            [
                "prune", model, "--criteria", "unread", "--verify", Fixture.corpus, "-o", "out.h5", "--backend",
                "reference",
            ]
        default: ["compress", model, "--corpus", Fixture.corpus, "-o", "out.h5", "--limit", "60", "--seconds", "30"]
        }
    }

    @Test(
        "An interrupted command takes its half-written files away", arguments: ["predict", "prune", "compress"],
        [SIGINT, SIGTERM])
    func interrupted(verb: String, signal: Int32) throws {
        let command = try Command(work(verb), in: folder)
        let deadline = Date.now + 300
        while try !folder.hasHalfWrittenFile, Date.now < deadline { usleep(2000) }
        if try !folder.hasHalfWrittenFile { command.send(SIGKILL) }
        try #require(try folder.hasHalfWrittenFile, "it ended before it could be interrupted")
        command.send(signal)
        let outcome = try command.wait()
        #expect(outcome.status == 128 + signal)
        #expect(outcome.stdout.isEmpty && outcome.failures.isEmpty)
        #expect(try folder.hasNoTemporaryFiles && !folder.exists("out.h5"))
    }

    @Test("The next command takes away what a killed one left, and nothing else")
    func killed() throws {
        let alive = try Command(work("predict"), in: folder)
        defer { alive.send(SIGKILL) }
        let deadline = Date.now + 300
        while try !folder.hasHalfWrittenFile, Date.now < deadline { usleep(2000) }
        let own = try folder.temporaryFiles
        let command = try Command(
            ["predict", model, "--input", Fixture.corpus, "--output", "dead.h5", "--backend", "reference"], in: folder)
        while try folder.temporaryFiles.count == own.count, Date.now < deadline { usleep(2000) }
        command.send(SIGKILL)
        #expect(try command.wait().status == -SIGKILL)
        #expect(try folder.temporaryFiles.count == own.count + 1)
        try folder.write(".deadwood-notes", "mine".utf8)
        try deadwood("inspect", model, "--json", "i.json", in: folder)
        #expect(try Set(folder.temporaryFiles) == Set(own + [".deadwood-notes"]))
    }

    @Test("A command that writes nothing is interrupted as well")
    func benchmark() throws {
        let command = try Command(["benchmark", fixture("keras3-adam.h5"), "--seconds", "60"], in: folder)
        usleep(500_000)
        command.send(SIGINT)
        #expect(try command.wait().status == 130)
    }

    @Test("A reader that goes away ends nothing but the output")
    func closedPipe() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let outcome = try Command(["prune", model, "-o", "c.h5"], in: folder, stdout: pipe.fileHandleForWriting).wait()
        #expect(outcome.status == 0 && outcome.failures.isEmpty)
        #expect(folder.exists("c.h5"))
    }

    #if os(Linux)
    @Test("A result that is lost on its way is a failure")
    func lostOutput() throws {
        for arguments in [["inspect", model], ["inspect", model, "--json", "-"]] {
            let outcome = try Command(
                arguments, in: folder, stdout: FileHandle(forWritingTo: URL(filePath: "/dev/full"))
            ).wait()
            #expect(outcome.status == 1)
            #expect(outcome.stderr == "Error: the result could not be written to stdout: No space left on device\n")
        }
    }
    #endif

    @Test("JSON goes to stdout alone, warnings to stderr")
    func streams() throws {
        let outcome = try deadwood(
            "inspect", fixture("keras3-custom.h5"), "--declare", "nothing=relu", "--json", "-", in: folder)
        #expect(outcome.stderr.hasPrefix("warning: "))
        #expect(try outcome.json(Inspection.self).opaque == ["clipped"])
    }
}
