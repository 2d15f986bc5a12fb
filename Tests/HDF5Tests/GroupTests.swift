import CHDF5
import TestSupport
import Testing
@testable import HDF5

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
            var group: Group? = try File.create(path).root.createGroup("g")
            try group?.attributes.set("a", .integer(1))
            group = nil
            let reopened = try File.open(path).root.group("g")
            #expect(try reopened.attributes.value("a") == .integer(1))
        }
    }

    @Test("A soft link inside the file is followed; one that dangles or turns in a circle is not there")
    func softLinks() throws {
        let root = try reopened { root in
            try root.createDataset("x", shape: [1], type: .float32).write([3] as [Float])
            #expect(H5Lcreate_soft("/x", root.object.id, "link", 0, 0) >= 0)
            #expect(H5Lcreate_soft("/nowhere", root.object.id, "dangling", 0, 0) >= 0)
            #expect(H5Lcreate_soft("/circle", root.object.id, "circle", 0, 0) >= 0)
        }
        #expect(try root.dataset("link").read(Float.self) == [3])
        #expect(try root.kind(of: "dangling") == nil)
        #expect((try? root.kind(of: "circle")) == .some(nil))
    }

    @Test("A copy takes a whole subtree to another file, attributes included")
    func copy() throws {
        try withScratchPath { path in
            let source = try File.create(path + ".source").root
            let kernel = try source.createDataset(
                "model/conv/kernel", shape: [2, 2], type: .float16, gzip: 4, shuffle: true)
            try kernel.write([1, 2, 3, 4] as [Float])
            try kernel.attributes.set("note", .string("kept"))
            try source.group("model").attributes.set("names", .strings(["conv"]))
            let rows = try source.createDataset(
                "model/rows", shape: [20, 120_000], type: .int64, chunks: [7, 100_000], gzip: 1)
            try rows.write(Array(0..<2_400_000))
            let target = try File.create(path).root
            try target.copy("model", from: source)
            #expect(try target.dataset("model/rows").read(Int.self) == rows.read(Int.self))
            let copied = try target.dataset("model/conv/kernel")
            #expect(copied.type == .float16)
            #expect(copied.chunks == kernel.chunks)
            #expect(try copied.read(Float.self) == [1, 2, 3, 4])
            #expect(try copied.attributes.string("note") == "kept")
            #expect(try target.group("model").attributes.strings("names") == ["conv"])
            #expect(throws: HDF5Error.alreadyExists(file: path, object: "/model")) {
                try target.copy("model", from: source)
            }
            #expect(throws: HDF5Error.missing(file: path + ".source", object: "/other")) {
                try target.copy("other", from: source)
            }
        }
    }

    @Test("A copy takes texts of variable length, in datasets and among any number of attributes")
    func copyTexts() throws {
        try withScratchPath { path in
            let source = try File.create(path + ".source").root
            let texts = (0..<20).map { String(repeating: "text \($0) ", count: $0) }
            try source.createDataset("g/plain", shape: [20], type: .string).write(texts)
            try source.createDataset("g/chunked", shape: [20], type: .string, chunks: [3], gzip: 1).write(texts)
            for text in texts.enumerated() {
                try source.group("g").attributes.set("a\(text.offset)", .string(text.element))
                try source.dataset("g/plain").attributes.set("a\(text.offset)", .string(text.element))
            }
            #expect(Library.locked { H5Lcreate_hard(source.object.id, "g", source.object.id, "g/circle", 0, 0) } >= 0)
            #expect(Library.locked { H5Lcreate_soft("/g/plain", source.object.id, "g/soft", 0, 0) } >= 0)
            let target = try File.create(path).root
            try target.copy("g", from: source)
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
        func filters(_ dataset: Dataset) -> [H5Z_filter_t] {
            let properties = H5Dget_create_plist(dataset.object.id)
            defer { H5Idec_ref(properties) }
            return (0..<UInt32(max(0, H5Pget_nfilters(properties)))).map {
                H5Pget_filter2(properties, $0, nil, nil, nil, 0, nil, nil)
            }
        }
        let root = try reopened { root in
            let packed = try root.createDataset(
                "packed", shape: [8, 6], type: .float16, chunks: [4, 3], gzip: 9, shuffle: true)
            _ = try root.createDataset("pruned", shape: [3, 6], like: packed)
            _ = try root.createDataset("none", shape: [0, 6], like: packed)
            _ = try root.createDataset("scalar", shape: [], like: packed)

            let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
            let space = H5Screate_simple(1, [4], nil)
            H5Pset_layout(properties, H5D_COMPACT)
            H5Pset_fill_value(properties, CHDF5_H5T_STD_I64LE(), [9])
            let id = H5Dcreate2(root.object.id, "compact", CHDF5_H5T_STD_I64LE(), space, 0, properties, 0)
            for id in [properties, space, id] { H5Idec_ref(id) }
            _ = try root.createDataset("small", shape: [2], like: root.dataset("compact"))
            _ = try root.createDataset("large", shape: [20_000], like: root.dataset("compact"))
        }
        let pruned = try root.dataset("pruned")
        #expect(pruned.type == .float16)
        #expect(pruned.chunks == [3, 3])
        #expect(Library.locked { filters(pruned) } == [H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE])
        #expect(try root.dataset("none").storage == .contiguous)
        #expect(try root.dataset("scalar").storage == .contiguous)
        #expect(try root.dataset("compact").storage == .compact)
        #expect(try root.dataset("small").storage == .compact)
        #expect(try root.dataset("small").read(Int.self) == [9, 9])
        #expect(try root.dataset("large").storage == .contiguous)
    }

    @Test("Nothing is made over what is there, and reading does not write")
    func existing() throws {
        try withScratchPath { path in
            let file = try File.create(path)
            _ = try file.root.createGroup("a/b")
            let exists = HDF5Error.alreadyExists(file: path, object: "/a/b")
            #expect(throws: exists) { try file.root.createGroup("a/b") }
            #expect(throws: exists) { try file.root.createDataset("a/b", shape: [], type: .float32) }
            try file.close()
            let root = try File.open(path).root
            #expect(throws: HDF5Error.self) { try root.createGroup("c") }
            #expect(throws: HDF5Error.self) { try root.attributes.set("c", .integer(1)) }
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
