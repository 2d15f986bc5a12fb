import CHDF5
import TestSupport
import Testing
@testable import HDF5
@testable import HDF5Writing

@Suite struct Groups {
    private let folder = TemporaryFolder()

    @Test("Paths walk, relative and absolute, and what is not there is nil")
    func walk() throws {
        let root = try reopened { root in
            _ = try root.createGroup("model/conv").createDataset("kernel:0", shape: [1], type: .float32)
        }
        #expect(root.path == "/")
        #expect(try root.names() == ["model"])
        #expect(try root.group("model/conv").path == "/model/conv")
        #expect(try root.group("model").dataset("conv/kernel:0").path == "/model/conv/kernel:0")
        #expect(try root.group("model").dataset("/model//conv/./kernel:0").path == "/model/conv/kernel:0")
        #expect(try root.group("/").path == "/")
        #expect(try root.kind(of: "model") == .group)
        #expect(try root.kind(of: "model/conv/kernel:0") == .dataset)
        #expect(try root.kind(of: "model/missing/kernel:0") == nil)
        #expect(try root.kind(of: "model/conv/kernel:0/below") == nil)
        #expect(try root.kind(of: "mod\0el") == nil)
    }

    @Test("A group goes on working when its file is no longer held")
    func lifetime() throws {
        try withScratchPath { path in
            var group: GroupWriter? = try FileWriter(path).root.createGroup("g")
            try group?.attributes.set("a", .integer(1))
            group = nil
            let reopened = try File.open(path).root.group("g")
            #expect(try reopened.attributes.value("a") == .integer(1))
        }
    }

    @Test("A soft link inside the file is followed; one that dangles is not there, a circle is named")
    func softLinks() throws {
        let root = try reopened { root in
            try root.createDataset("x", shape: [1], type: .float32).write([3] as [Float])
            #expect(H5Lcreate_soft("/x", root.object.id, "link", 0, 0) >= 0)
            #expect(H5Lcreate_soft("/nowhere", root.object.id, "dangling", 0, 0) >= 0)
            #expect(H5Lcreate_soft("/circle", root.object.id, "circle", 0, 0) >= 0)
        }
        #expect(try root.dataset("link").read(Float.self) == [3])
        #expect(try root.kind(of: "dangling") == nil)
        #expect(throws: HDF5Error.self) { try root.kind(of: "circle") }
    }

    @Test("A copy takes a whole subtree to another file, attributes included")
    func copy() throws {
        try withScratchPath { path in
            let source = try written(path + ".source") { root in
                let model = try root.createGroup("model")
                try model.attributes.set("names", .strings(["conv"]))
                let kernel = try model.createDataset(
                    "conv/kernel", shape: [2, 2], type: .float16, gzip: 4, shuffle: true)
                try kernel.write([1, 2, 3, 4] as [Float])
                try kernel.attributes.set("note", .string("kept"))
                try model.createDataset(
                    "rows", shape: [20, 120_000], type: .int64, chunks: [7, 100_000], gzip: 1
                ).write(Array(0..<2_400_000))
            }
            let target = try written(path) { target in
                try target.copy("model", from: source)
                #expect(throws: HDF5Error.alreadyExists(file: path, object: "/model")) {
                    try target.copy("model", from: source)
                }
                #expect(throws: HDF5Error.missing(file: path + ".source", object: "/other")) {
                    try target.copy("other", from: source)
                }
            }
            #expect(try target.dataset("model/rows").read(Int.self) == Array(0..<2_400_000))
            let copied = try target.dataset("model/conv/kernel")
            #expect(copied.type == .float16)
            #expect(try copied.chunks == source.dataset("model/conv/kernel").chunks)
            #expect(try copied.read(Float.self) == [1, 2, 3, 4])
            #expect(try copied.attributes.string("note") == "kept")
            #expect(try target.group("model").attributes.strings("names") == ["conv"])
        }
    }

    @Test("A copy takes texts of variable length, in datasets and among any number of attributes")
    func copyTexts() throws {
        try withScratchPath { path in
            let texts = (0..<20).map { String(repeating: "text \($0) ", count: $0) }
            let source = try written(path + ".source") { root in
                let group = try root.createGroup("g")
                let plain = try group.createDataset("plain", shape: [20], type: .string)
                try plain.write(texts)
                try group.createDataset("chunked", shape: [20], type: .string, chunks: [3], gzip: 1).write(texts)
                for text in texts.enumerated() {
                    try group.attributes.set("a\(text.offset)", .string(text.element))
                    try plain.attributes.set("a\(text.offset)", .string(text.element))
                }
                #expect(H5Lcreate_hard(root.object.id, "g", root.object.id, "g/circle", 0, 0) >= 0)
                #expect(H5Lcreate_soft("/g/plain", root.object.id, "g/soft", 0, 0) >= 0)
            }
            let target = try written(path) { try $0.copy("g", from: source) }
            #expect(try target.group("g").names() == ["chunked", "circle", "plain", "soft"])
            #expect(try target.dataset("g/soft").readStrings() == texts)
            #expect(try target.dataset("g/circle/circle/plain").readStrings() == texts)
            #expect(try target.dataset("g/chunked").readStrings() == texts)
            #expect(try target.group("g").attributes.string("a7") == texts[7])
            #expect(try target.group("g/circle").attributes.names.count == 20)
            #expect(try target.dataset("g/plain").attributes.string("a19") == texts[19])
        }
    }

    @Test("A dataset made like another keeps its type, layout, filters and fill value, chunks clipped")
    func like() throws {
        let source = try reopened { root in
            _ = try root.createDataset(
                "packed", shape: [8, 6], type: .float16, chunks: [4, 3], gzip: 9, shuffle: true)
            let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
            let space = H5Screate_simple(1, [4], nil)
            H5Pset_layout(properties, H5D_COMPACT)
            H5Pset_fill_value(properties, CHDF5_H5T_STD_I64LE(), [9])
            let id = H5Dcreate2(root.object.id, "compact", CHDF5_H5T_STD_I64LE(), space, 0, properties, 0)
            for id in [properties, space, id] { H5Idec_ref(id) }
        }
        let root = try reopened { root in
            for (name, shape) in [("pruned", [3, 6]), ("none", [0, 6]), ("scalar", [])] {
                _ = try root.createDataset(name, shape: shape, like: source.dataset("packed"))
            }
            _ = try root.createDataset("small", shape: [2], like: source.dataset("compact"))
            _ = try root.createDataset("large", shape: [20_000], like: source.dataset("compact"))
        }
        let pruned = try root.dataset("pruned")
        #expect(pruned.type == .float16)
        #expect(pruned.chunks == [3, 3])
        #expect(pruned.filters.filters.map(\.id) == [FilterPipeline.shuffle, FilterPipeline.deflate])
        #expect(pruned.filters.filters.last?.parameters == [9])
        for name in ["none", "scalar", "large"] {
            let dataset = try root.dataset(name)
            #expect(dataset.chunks == nil && !dataset.isCompact && dataset.filters.filters.isEmpty)
        }
        #expect(try source.dataset("compact").isCompact)
        #expect(try root.dataset("small").isCompact)
        #expect(try root.dataset("small").read(Int.self) == [9, 9])
    }

    @Test("Nothing is made over what is there")
    func existing() throws {
        try withScratchPath { path in
            let file = try FileWriter(path)
            _ = try file.root.createGroup("a/b")
            let exists = HDF5Error.alreadyExists(file: path, object: "/a/b")
            #expect(throws: exists) { try file.root.createGroup("a/b") }
            #expect(throws: exists) { try file.root.createDataset("a/b", shape: [], type: .float32) }
        }
    }

    @Test("Many threads may read at once")
    func threads() async throws {
        let values = (0..<1000).map { Float($0) }
        let path = try folder.hdf5 {
            try $0.createDataset("x", shape: [100, 10], type: .float32, chunks: [7, 10], gzip: 1).write(values)
        }
        let dataset = try File.open(path).root.dataset("x")
        let sums = try await withThrowingTaskGroup(of: Float.self) { group in
            for _ in 0..<64 {
                group.addTask { try dataset.attributes.names.isEmpty ? dataset.read(Float.self).reduce(0, +) : -1 }
            }
            return try await group.reduce(into: Set<Float>()) { $0.insert($1) }
        }
        #expect(sums == [499_500])
    }
}
