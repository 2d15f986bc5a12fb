import Foundation
import TestSupport
import Testing

/// Where results go: nothing is overwritten unasked, inputs never are, and what fails leaves nothing.
@Suite struct OutputTests {
    private let folder = TemporaryFolder()

    init() throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try folder.corpus("x.h5", ["x": ([2, 4, 4, 1], (0..<32).map(Double.init)), "y": ([2], [0, 1])])
    }

    @Test("A file that exists is only overwritten with --force")
    func force() throws {
        try folder.write("c.h5", "precious".utf8)
        try folder.write("r.json", "precious".utf8)
        for arguments in [
            ["predict", "m.h5", "--input", "x.h5", "--output", "c.h5"], ["prune", "m.h5", "-o", "c.h5"],
            ["compress", "m.h5", "-o", "c.h5", "--corpus", "x.h5"],
        ] { try fail(arguments, in: folder, saying: ["c.h5: exists", "--force"]) }
        for arguments in [
            ["inspect", "m.h5"], ["evaluate", "m.h5", "--data", "x.h5"], ["analyze", "m.h5"],
            ["prune", "m.h5", "-o", "new.h5"], ["benchmark", "m.h5"],
        ] {
            try fail(arguments + ["--json", "r.json"], in: folder, saying: ["r.json: exists", "--force"])
        }
        try succeed("prune", "m.h5", "-o", "c.h5", "--json", "r.json", "--force", in: folder)
        try succeed("inspect", "c.h5", in: folder)
        _ = try JSONDecoder().decode(Pruning.self, from: Data(folder.bytes("r.json")))
    }

    @Test(
        "An input is never written to, whatever it is called",
        arguments: ["m.h5", "./m.h5", "temporary/../m.h5", "link.h5", "hard.h5"])
    func model(name: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.h5"), withDestinationPath: "m.h5")
        try FileManager.default.linkItem(atPath: folder.file("m.h5"), toPath: folder.file("hard.h5"))
        let says = ["\(name): is ", "input", "never written to"]
        for arguments in [
            ["predict", "m.h5", "--input", "x.h5", "--output", name], ["prune", "m.h5", "-o", name],
            ["compress", "m.h5", "-o", name, "--corpus", "x.h5"],
            ["inspect", "m.h5", "--json", name], ["analyze", "m.h5", "--json", name],
            ["benchmark", "m.h5", "--json", name],
            ["prune", "m.h5", "-o", "c.h5", "--json", name],
        ] { try fail(arguments + ["--force"], in: folder, saying: says) }
    }

    @Test("Data and architectures are inputs too")
    func data() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.h5"), withDestinationPath: "x.h5")
        for name in ["x.h5", "link.h5"] {
            for arguments in [
                ["train", "--network", "mlp", "--dataset", "hdf5", "--data", "x.h5:x", "-o", name],
                ["predict", "m.h5", "--input", "x.h5:x", "--output", name],
                ["prune", "m.h5", "--verify", "x.h5", "-o", name],
                ["prune", "m.h5", "--corpus", "x.h5", "-o", name],
                ["compress", "m.h5", "--corpus", "x.h5", "-o", name],
                ["evaluate", "m.h5", "--data", "x.h5", "--json", name],
                ["analyze", "m.h5", "--corpus", "x.h5", "--json", name],
            ] { try fail(arguments + ["--force"], in: folder, saying: ["\(name): is ", "input", "never written to"]) }
        }
        try folder.copy("keras3-residual.weights.h5", as: "w.weights.h5")
        try folder.copy("keras3-residual.json", as: "c.json")
        let weights = ["w.weights.h5", "--architecture", "c.json", "--force"]
        try fail(["inspect"] + weights + ["--json", "c.json"], in: folder, saying: ["c.json: is an input"])
        // The compact architecture would be written beside c.weights.h5, as c.json.
        try fail(["prune"] + weights + ["-o", "c.weights.h5"], in: folder, saying: ["c.json: is the input"])
        try fail(
            ["prune"] + weights + ["-o", "d.weights.h5", "--json", "d.json"], in: folder,
            saying: ["d.json: is written by another option as well"])
        try fail(
            "prune", "m.h5", "-o", "c.h5", "--json", "./c.h5", in: folder,
            saying: "./c.h5: is written by another option as well")
    }

    @Test(
        "What cannot be written is told before any work",
        arguments: ["absent/y.h5", "x.h5/y.h5", "temporary", "/proc/y.h5"])
    func unwritable(path: String) throws {
        for arguments in [
            ["predict", "m.h5", "--input", "x.h5", "--output", path], ["inspect", "m.h5", "--json", path],
            ["evaluate", "m.h5", "--data", "x.h5", "--json", path],
        ] { try fail(arguments, in: folder, saying: ["\(path): cannot be written", "choose"]) }
        if path == "temporary" { return }
        for arguments in [["prune", "m.h5", "-o", path], ["compress", "m.h5", "--corpus", "x.h5", "-o", path]] {
            try fail(arguments, in: folder, saying: ["\(path): cannot be written", "choose"])
        }
    }

    @Test("FIFOs are neither written to nor replaced nor waited for")
    func fifo() throws {
        for name in ["out.h5", "in.h5", "r.json"] { #expect(mkfifo(folder.file(name), 0o600) == 0) }
        for arguments in [
            ["predict", "m.h5", "--input", "x.h5", "--output", "out.h5"], ["prune", "m.h5", "-o", "out.h5"],
            ["inspect", "m.h5", "--json", "r.json"], ["convert", "m.h5", "-o", "out.h5"],
        ] {
            let outcome = try deadwood(arguments + ["--force"], in: folder)
            #expect(outcome.status == 1 && outcome.stderr.contains("cannot be written"), "\(outcome.stderr)")
        }
        for arguments in [["inspect", "in.h5"], ["analyze", "m.h5", "--corpus", "in.h5"]] {
            let outcome = try deadwood(arguments, in: folder)
            #expect(outcome.status == 1 && outcome.stderr.contains("it is not a regular file"), "\(outcome.stderr)")
        }
        for name in ["out.h5", "in.h5", "r.json"] {
            let type = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.type] as? FileAttributeType
            #expect(type == .typeUnknown, "\(name) is no FIFO any more")
        }
    }

    @Test("A compact model is written in the format of its source only")
    func format() throws {
        try fail("prune", "m.h5", "-o", "c.keras", in: folder, saying: "c.keras: this model is written as .h5")
        try fail("prune", "m.h5", "-o", "c", in: folder, saying: "c: this model is written as .h5")
        try fail(
            "prune", fixture("keras3-adam.keras"), "-o", "c.h5", in: folder,
            saying: "c.h5: this model is written as .keras")
    }

    @Test(
        "A disk without room leaves nothing behind",
        arguments: [
            "keras3-adam.h5": "c.h5: cannot be written: File too large",
            "keras3-adam.keras": "c.keras: cannot be written: File too large",
            // Its weights are packed.
            "keras3-branches.keras": "keras3-branches.keras: cannot be unpacked: File too large; set TMPDIR",
        ])
    func full(model: String, reason: String) throws {
        // The shell's limit on the size of files fails writes as a full disk does; its unit is 512 or 1024 bytes.
        let shell = Process(), errors = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        let tool = try #require(Bundle.main.executableURL).deletingLastPathComponent().appending(path: "deadwood").path
        shell.arguments = [
            "-c", "ulimit -f 12 && exec \"$0\" \"$@\"", tool, "prune", fixture(model), "-o",
            model.hasSuffix(".h5") ? "c.h5" : "c.keras",
        ]
        shell.currentDirectoryURL = URL(filePath: folder.path)
        shell.environment = ["TMPDIR": folder.temporary, "PATH": "/usr/bin:/bin"]
        shell.standardError = errors
        try FileManager.default.createDirectory(atPath: folder.temporary, withIntermediateDirectories: true)
        let before = try folder.state
        try shell.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(shell.terminationReason == .exit && shell.terminationStatus == 1)
        #expect(text.hasPrefix("Error: ") && text.count { $0 == "\n" } == 1, "\(text)")
        #expect(text.contains(reason), "\(text)")
        #expect(try folder.state == before)
    }
}
