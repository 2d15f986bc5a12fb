import Foundation
import HDF5
import HDF5Writing
import TestSupport
import Testing

/// Runs that are cut into shards and put together again.
@Suite struct Shards {
    let folder = TemporaryFolder()
    private let model = fixture("fashion-basicnet.h5")
    private static let images = 1_170, shards = 16

    init() throws { try Self.corpus(folder, "corpus.h5") }

    /// The images of the fixture, and some of them once more, upside down or as they are.
    private static func corpus(_ folder: TemporaryFolder, _ name: String, flipping first: Int = 1000) throws {
        let source = try File.open(Fixture.corpus).root, pixels = try source.dataset("x").read(UInt8.self),
            labels = try source.dataset("y").read(UInt8.self)
        func image(_ index: Int) -> [UInt8] {
            let start = index % 1000 * 784, own = Array(pixels[start..<start + 784])
            return index >= first && index % 2 == 0 ? own.reversed() : own
        }
        try folder.hdf5(name) { root in
            let x = try root.add("x", [images, 28, 28, 1], (0..<images).flatMap(image))
            for (key, value) in [("scale", 1 / 255.0), ("mean", 0.286), ("std", 0.353)] {
                try x.attributes.set(key, .double(value))
            }
            try root.add("y", [images], (0..<images).map { labels[$0 % 1000] })
        }
    }

    private func part(_ number: Int) -> String { "part-\(number).h5" }

    /// Runs all shards, not in their order; returns the names of their files.
    private func run(_ arguments: [String], output: String = "-o", shards: Int = Self.shards) throws -> [String] {
        for number in (1...shards).reversed() {
            try? FileManager.default.removeItem(atPath: folder.file(part(number)))
            let outcome = try succeed(
                arguments + ["--shard", "\(number)/\(shards)", output, part(number)], in: folder)
            #expect(outcome.stdout.isEmpty)
        }
        return (1...shards).map(part)
    }

    @Test("An audit in 16 shards is that of one run, to the byte")
    func audit() throws {
        let arguments = ["analyze", model, "--corpus", "corpus.h5"]
        let whole = try result(succeed(arguments + ["--json", "-"], in: folder).stdout)
        let parts = try run(arguments)
        let merged = try succeed(["merge"] + parts.shuffled() + ["--json", "-"], in: folder)
        #expect(try result(merged.stdout) == whole)
        #expect(try succeed(["merge"] + parts, in: folder).stdout == succeed(arguments, in: folder).stdout)
        // Another size of batches, other numbers of threads and of shards.
        let other = try succeed(arguments + ["--batch", "50", "--threads", "1", "--json", "-"], in: folder)
        #expect(try result(other.stdout) == whole)
        let few = try run(arguments + ["--batch", "9"], shards: 3)
        #expect(try result(succeed(["merge"] + few + ["--json", "-"], in: folder).stdout) == whole)
        let size = try parts.reduce(0) { try $0 + folder.bytes($1).count }
        #expect(size < 8 << 20, "\(size) bytes")
    }

    @Test("A shard that was killed and done again changes nothing")
    func killed() throws {
        let arguments = ["analyze", model, "--corpus", "corpus.h5"]
        let parts = try run(arguments, shards: 4)
        try FileManager.default.removeItem(atPath: folder.file(part(2)))
        let again = arguments + ["--shard", "2/4", "-o", part(2), "--threads", "1"]
        let command = try Command(again, in: folder)
        while try folder.temporaryFiles.isEmpty { usleep(1000) }
        usleep(50_000)
        command.send(SIGKILL)
        #expect(try command.wait().status == -SIGKILL)
        #expect(!folder.exists(part(2)))
        let early = try deadwood(["merge"] + parts.filter { $0 != part(2) }, in: folder)
        #expect(early.status == 1 && early.stderr.contains("shard 2/4 is missing"))
        // What the killed one left goes with it.
        try succeed(again, in: folder)
        let merged = try succeed(["merge"] + parts + ["--json", "-"], in: folder).stdout
        #expect(try result(merged) == result(succeed(arguments + ["--json", "-"], in: folder).stdout))
    }

    @Test("An evaluation in shards is that of one run, to the byte")
    func evaluation() throws {
        let arguments = ["evaluate", model, "--data", "corpus.h5"]
        let whole = try result(succeed(arguments + ["--json", "-"], in: folder).stdout)
        let parts = try run(arguments)
        #expect(try result(succeed(["merge"] + parts + ["--json", "-"], in: folder).stdout) == whole)
        #expect(try succeed(["merge"] + parts, in: folder).stdout == succeed(arguments, in: folder).stdout)
        let other = try succeed(arguments + ["--batch", "7", "--threads", "1", "--json", "-"], in: folder)
        #expect(try result(other.stdout) == whole)
    }

    @Test("Answers in shards are those of one run, to the byte")
    func prediction() throws {
        let arguments = ["predict", model, "--input", "corpus.h5"]
        try succeed(arguments + ["--output", "whole.h5"], in: folder)
        let parts = try run(arguments, output: "--output")
        try succeed(["merge"] + parts.reversed() + ["-o", "merged.h5"], in: folder)
        #expect(try folder.bytes("merged.h5") == folder.bytes("whole.h5"))
        try succeed(arguments + ["--output", "other.h5", "--batch", "100", "--threads", "1"], in: folder)
        #expect(try folder.bytes("other.h5") == folder.bytes("whole.h5"))
        try fail(["merge"] + parts, in: folder, saying: ["-o"])
    }

    @Test("More shards than blocks leave some empty, which are merged like others")
    func empty() throws {
        let arguments = ["evaluate", model, "--data", "corpus.h5", "--limit", "130"]
        let parts = try run(arguments, shards: 5)
        #expect(
            try result(succeed(["merge"] + parts + ["--json", "-"], in: folder).stdout)
                == result(succeed(arguments + ["--json", "-"], in: folder).stdout))
        let audit = ["analyze", model, "--corpus", "corpus.h5", "--limit", "130", "--force"]
        let audited = try run(audit, shards: 5)
        #expect(
            try result(succeed(["merge"] + audited + ["--json", "-"], in: folder).stdout)
                == result(succeed(audit + ["--json", "-"], in: folder).stdout))
        let predict = ["predict", model, "--input", "corpus.h5", "--limit", "130", "--force"]
        try succeed(["merge"] + run(predict, output: "--output", shards: 5) + ["-o", "merged.h5"], in: folder)
        try succeed(predict + ["--output", "whole.h5"], in: folder)
        #expect(try folder.bytes("merged.h5") == folder.bytes("whole.h5"))
    }

    @Test("Lost, repeated and foreign shards are refused by name")
    func refused() throws {
        let arguments = ["evaluate", model, "--data", "corpus.h5", "--limit", "200"]
        _ = try run(arguments, shards: 3)
        try fail("merge", part(1), part(3), in: folder, saying: "shard 2/3 is missing")
        try FileManager.default.copyItem(atPath: folder.file(part(1)), toPath: folder.file("copy.h5"))
        try fail(
            "merge", part(1), part(2), part(3), "copy.h5", in: folder, saying: "shard 1/3 is there twice", "copy.h5")
        func foreign(_ arguments: [String], saying what: String) throws {
            try succeed(arguments + ["--shard", "2/3", "-o", "other.h5", "--force"], in: folder)
            try fail(
                "merge", part(1), "other.h5", part(3), in: folder, saying: "other.h5: is of another \(what)", part(1))
        }
        try foreign(["evaluate", model, "--data", "corpus.h5", "--limit", "199"], saying: "corpus")
        try Self.corpus(folder, "corpus2.h5", flipping: 100)
        try foreign(["evaluate", model, "--data", "corpus2.h5", "--limit", "200"], saying: "corpus")
        try foreign(arguments + ["--exact-kernels"], saying: "set of options")
        try foreign(["analyze", model, "--corpus", "corpus.h5", "--limit", "200"], saying: "command")
        try succeed("prune", model, "-o", "cut.h5", in: folder)
        try foreign(["evaluate", "cut.h5", "--data", "corpus.h5", "--limit", "200"], saying: "model")
        try fail("merge", "corpus.h5", in: folder, saying: "corpus.h5: is no part")
    }

    @Test("An audit's model and images are found again, moved or not, and no others taken for them")
    func inputs() throws {
        try FileManager.default.copyItem(atPath: model, toPath: folder.file("model.h5"))
        let arguments = ["analyze", "model.h5", "--corpus", "corpus.h5", "--limit", "200"]
        let whole = try result(succeed(arguments + ["--json", "-"], in: folder).stdout)
        let merge = try ["merge"] + run(arguments, shards: 2) + ["--json", "-"]
        #expect(try result(succeed(merge, in: folder).stdout) == whole)
        try FileManager.default.moveItem(atPath: folder.file("model.h5"), toPath: folder.file("moved.h5"))
        try FileManager.default.moveItem(atPath: folder.file("corpus.h5"), toPath: folder.file("images.h5"))
        try fail(merge, in: folder, saying: ["model.h5", "--model"])
        #expect(
            try result(succeed(merge + ["--model", "moved.h5", "--corpus", "images.h5"], in: folder).stdout) == whole)
        try fail(
            merge + ["--model", fixture("keras3-adam.h5"), "--corpus", "images.h5"], in: folder,
            saying: ["is not the model"])
        try Self.corpus(folder, "corpus2.h5", flipping: 100)
        try fail(
            merge + ["--model", "moved.h5", "--corpus", "corpus2.h5"], in: folder, saying: ["is not the corpus"])
    }

    @Test("Parts that contradict themselves end in one line")
    func damaged() throws {
        let arguments = ["analyze", model, "--corpus", "corpus.h5", "--limit", "100"]
        let parts = try run(arguments, shards: 2)
        let bytes = try folder.bytes(part(2))
        for cut in [0, 100, 4000, bytes.count / 2, bytes.count - 1] {
            try folder.write(part(2), bytes[..<cut])
            try fail(["merge"] + parts, in: folder, saying: [part(2)])
        }
        // Its own shard's numbers under the name of another one.
        try folder.write(part(2), bytes)
        let first = try File.open(folder.file(part(1))).root
        try folder.hdf5(part(2)) { root in
            for name in try first.names() { try root.copy(name, from: first) }
            try root.attributes.copyAll(from: File.open(folder.file(part(1))).root.attributes)
            try root.attributes.set("shard", .integer(2))
        }
        try fail(["merge"] + parts, in: folder, saying: [part(2), "damaged or not what it claims"])
    }

    @Test("Shards that do not exist, or lack a file, are wrong usage")
    func usage() throws {
        let analyze = ["analyze", model, "--corpus", "corpus.h5"]
        for wrong in [
            ["--shard", "0/4", "-o", "a.h5"], ["--shard", "5/4", "-o", "a.h5"], ["--shard", "x", "-o", "a.h5"],
            ["--shard", "1/4"], ["-o", "a.h5"], ["--shard", "1/4", "-o", "a.h5", "--json", "-"],
            ["--shard", "1/4", "-o", "a.h5", "--exact-universality"],
        ] {
            #expect(try deadwood(analyze + wrong, in: folder).status == 64, "\(wrong)")
        }
        #expect(try deadwood(["analyze", model, "--shard", "1/4", "-o", "a.h5"], in: folder).status == 64)
        #expect(try deadwood(["merge"], in: folder).status == 64)
        #expect(!folder.exists("a.h5"))
    }
}
