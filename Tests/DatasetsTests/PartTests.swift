import HDF5
import TestSupport
import Testing
@testable import Datasets

/// The parts of a sharded run.
@Suite struct ShardParts {
    let folder = TemporaryFolder()

    private func header(_ shard: String, _ edit: (inout PartHeader) -> Void = { _ in }) throws -> PartHeader {
        var header = PartHeader(
            verb: "evaluate", version: "1", shard: try #require(Shard(shard)), images: 200, model: "aa", corpus: "bb",
            settings: ["--criteria scale"], instructions: "AVX2", arguments: ["model.h5"], folder: "/tmp")
        edit(&header)
        return header
    }

    private func write(_ name: String, _ header: PartHeader, _ numbers: [Double] = [1, 2]) throws -> String {
        let part = try PartWriter(folder.file(name), header, overwriting: true)
        try part.write("group/numbers", numbers)
        try part.commit()
        return folder.file(name)
    }

    @Test("Shards cover all blocks once, whatever their number")
    func shards() throws {
        for images in [1, 63, 64, 65, 1000, 12_345] {
            for count in [1, 2, 3, 16, 64, 1000] {
                let ranges = try (1...count).map { try #require(Shard($0, of: count)).images(of: images) }
                #expect(ranges.flatMap { $0 } == Array(0..<images), "\(images) images in \(count) shards")
                #expect(ranges.allSatisfy { $0.isEmpty || $0.lowerBound % 64 == 0 })
            }
        }
    }

    @Test("Only numbers from 1 to the number of shards name one")
    func names() {
        #expect(Shard("3/64")?.text == "3/64" && Shard("1/1") != nil)
        for text in ["0/4", "5/4", "-1/4", "1/0", "1", "1/2/3", "", "/", "a/b", "1/99999999999"] {
            #expect(Shard(text) == nil, "\(text)")
        }
    }

    @Test("Parts are read in the order of their shards")
    func order() throws {
        let paths = try ["2/3", "3/3", "1/3"].map { try write("\($0.prefix(1)).h5", header($0)) }
        let set = try PartSet(paths)
        #expect(set.parts.map(\.header.shard.number) == [1, 2, 3])
        #expect(try set.parts[0].read("group/numbers", count: 2, as: Double.self) == [1, 2])
    }

    @Test("A lost shard and one that is there twice are named")
    func lost() throws {
        let first = try write("a.h5", header("1/3")), third = try write("c.h5", header("3/3"))
        #expect(throws: PartError.missing(shards: ["2/3"])) { try PartSet([third, first]) }
        let again = try write("d.h5", header("3/3"))
        #expect(throws: PartError.repeated(shard: "3/3", paths: [third, again])) { try PartSet([first, third, again]) }
    }

    @Test("A part of another run is refused with what differs")
    func foreign() throws {
        let first = try write("a.h5", header("1/2"))
        let cases: [(String, (inout PartHeader) -> Void)] = [
            ("command", { $0.verb = "analyze" }), ("version of deadwood", { $0.version = "2" }),
            ("number of shards", { $0.shard = Shard(2, of: 3) ?? $0.shard }), ("model", { $0.model = "ab" }),
            ("corpus", { $0.corpus = "b" }), ("corpus", { $0.images = 201 }),
            ("set of options", { $0.settings = ["--criteria scale,weight"] }),
        ]
        for (what, edit) in cases {
            let other = try write("b.h5", header("2/2", edit))
            let error = #expect(throws: PartError.self) { try PartSet([first, other]) }
            guard case let .other(path, found, _, _, of)? = error else {
                Issue.record("\(what): \(String(describing: error))")
                continue
            }
            #expect(path == other && found == what && of == first)
        }
    }

    @Test("Parts of different instructions are put together only when asked to")
    func mixed() throws {
        let first = try write("a.h5", header("1/2")),
            other = try write("b.h5", header("2/2") { $0.instructions = "SSE2" })
        #expect(throws: PartError.otherInstructions(path: other, found: "SSE2", expected: "AVX2", of: first)) {
            try PartSet([first, other])
        }
        #expect(try PartSet([first, other], isMixed: true).parts.count == 2)
    }

    @Test("What is no part, or holds more than it should, is refused")
    func hostile() throws {
        let other = try folder.hdf5("x.h5") { try $0.add("x", [2], [1, 2]) }
        #expect(throws: PartError.notAPart(path: other)) { try PartReader(other) }
        let path = try write("a.h5", header("1/1"), [1, 2, 3]), part = try PartReader(path)
        #expect(throws: PartError.self) { try part.read("group/numbers", count: 2, as: Double.self) }
        #expect(throws: PartError.self) { try part.read("group/numbers", most: 2, as: Double.self) }
        #expect(throws: HDF5Error.self) { try part.read("numbers", count: 3, as: Double.self) }
        let negative = try PartReader(write("b.h5", header("1/1"), [1, -2]))
        #expect(throws: PartError.self) { try negative.counts("group/numbers", count: 2) }
        for (name, value) in [("shards", 0 as Int64), ("shard", 2), ("images", 0), ("images", .max), ("layout", 2)] {
            let path = try folder.hdf5("y.h5") { root in
                try root.attributes.set(header("1/1"))
                try root.attributes.set(name, .integer(value))
            }
            #expect(throws: PartError.self, "\(name)") { try PartReader(path) }
        }
    }

    @Test("Another corpus has another digest, the same one the same")
    func digests() throws {
        func digest(_ count: Int, _ seed: UInt64) throws -> String {
            try ModelCorpus(.random(imageShape: [4, 4, 1], count: count, seed: seed)).digest()
        }
        #expect(try digest(100, 1) == digest(100, 1))
        #expect(try Set([digest(100, 1), digest(101, 1), digest(100, 2)]).count == 3)
    }
}
