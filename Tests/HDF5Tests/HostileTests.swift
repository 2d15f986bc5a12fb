import CHDF5
import Foundation
import Testing
@testable import HDF5
@testable import HDF5Writing

@Suite struct HostileFiles {
    @Test("An external link is not followed, not even through a soft link")
    func externalLink() throws {
        try withScratchPath { path in
            let secret = path + ".secret"
            _ = try written(secret) { try $0.createDataset("x", shape: [1], type: .float32).write([42] as [Float]) }
            let root = try written(path) { root in
                _ = try root.createGroup("g")
                #expect(H5Lcreate_external(secret, "/", root.object.id, "out", 0, 0) >= 0)
                #expect(H5Lcreate_external(secret, "/", root.object.id, "g/out", 0, 0) >= 0)
                #expect(H5Lcreate_soft("/out/x", root.object.id, "soft", 0, 0) >= 0)
            }
            let elsewhere = HDF5Error.elsewhere(file: path, object: "/out", means: "an external link")
            #expect(throws: elsewhere) { try root.group("out") }
            #expect(throws: elsewhere) { try root.dataset("out/x") }
            #expect(try root.kind(of: "out") == .other)
            #expect(throws: HDF5Error.self) { try root.dataset("soft") }
            let copy = try FileWriter(path + ".copy").root
            #expect(throws: elsewhere) { try copy.copy("out", from: root) }
            #expect(throws: HDF5Error.elsewhere(file: path, object: "/g/out", means: "an external link")) {
                try copy.copy("g", from: root)
            }
        }
    }

    @Test("External storage and virtual datasets are not read")
    func externalData() throws {
        try withScratchPath { path in
            try Data("secret".utf8).write(to: URL(filePath: path + ".secret"))
            let root = try written(path) { root in
                let space = H5Screate_simple(1, [6], nil)
                let stored = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
                #expect(H5Pset_external(stored, path + ".secret", 0, 6) >= 0)
                let virtual = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
                #expect(H5Pset_virtual(virtual, space, path + ".secret", "/x", space) >= 0)
                H5Idec_ref(H5Dcreate2(root.object.id, "stored", CHDF5_H5T_STD_U8LE(), space, 0, stored, 0))
                H5Idec_ref(H5Dcreate2(root.object.id, "virtual", CHDF5_H5T_STD_U8LE(), space, 0, virtual, 0))
                for id in [space, stored, virtual] { H5Idec_ref(id) }
            }
            let external = HDF5Error.elsewhere(file: path, object: "/stored", means: "external storage")
            #expect(throws: external) { try root.dataset("stored") }
            let copy = try FileWriter(path + ".copy").root
            #expect(throws: external) { try copy.copy("stored", from: root) }
            #expect(throws: HDF5Error.elsewhere(file: path, object: "/virtual", means: "a virtual dataset")) {
                try root.dataset("virtual")
            }
        }
    }

    @Test(
        "A small file that declares a huge dataset does not get the memory for it",
        arguments: [nil, [1 << 16]] as [[Int]?])
    func declared(chunks: [Int]?) throws {
        let root = try reopened { root in
            _ = try root.createDataset("x", shape: [1 << 40], type: .float32, chunks: chunks)
            _ = try root.createDataset("t", shape: [1 << 40], type: .string, chunks: chunks)
        }
        let dataset = try root.dataset("x")
        #expect {
            try dataset.read(Float.self)
        } throws: { error in
            if case .implausibleSize(_, "/x", 1 << 42, _)? = error as? HDF5Error { true } else { false }
        }
        #expect(throws: HDF5Error.self) { try dataset.readBytes() }
        #expect(throws: HDF5Error.self) { try root.dataset("t").readStrings() }
        try withScratchPath { path in
            let target = try FileWriter(path)
            #expect(throws: HDF5Error.self) { try target.root.copy("x", from: root) }
        }
        var row: [Float] = [1]
        var span = row.mutableSpan
        try dataset.read(rows: 1 << 39..<1 << 39 + 1, into: &span)
        #expect(row == [0])
    }

    @Test("Datasets that are more than their file together are refused before they are read piece by piece")
    func implausibleGroup() throws {
        func isRefused(_ shapes: [[Int]]) throws -> Bool {
            let root = try reopened { root in
                for (index, shape) in shapes.enumerated() {
                    _ = try root.createDataset("g/\(index)", shape: shape, type: .float32, chunks: [16, 16])
                }
            }
            do {
                try root.group("g").requirePlausibleSize()
                return false
            } catch HDF5Error.implausibleSize { return true }
        }
        #expect(try isRefused([[1 << 20, 1 << 20]]))
        #expect(try !isRefused([[4096, 4096]]))
        #expect(try isRefused([[4096, 4096], [4096, 4096], [4096, 4096]]))
    }

    @Test("A chunk far larger than the file is not unpacked")
    func hugeChunk() throws {
        let root = try reopened { _ = try $0.createDataset("x", shape: [1 << 30], type: .uint8, chunks: [1 << 30]) }
        let dataset = try root.dataset("x")
        var row: [UInt8] = [1]
        #expect(throws: HDF5Error.self) {
            var span = row.mutableSpan
            try dataset.read(rows: 0..<1, into: &span)
        }
    }

    @Test("A shape whose product overflows is refused")
    func overflow() throws {
        let root = try reopened { root in
            let space = H5Screate_simple(3, [1 << 31, 1 << 31, 1 << 31], nil)
            let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
            H5Pset_chunk(properties, 3, [1, 1, 1])
            H5Idec_ref(H5Dcreate2(root.object.id, "x", CHDF5_H5T_STD_U8LE(), space, 0, properties, 0))
            for id in [space, properties] { H5Idec_ref(id) }
        }
        #expect(try root.names() == ["x"])
        #expect(throws: HDF5Error.self) { try root.dataset("x") }
    }

    @Test("Damaged compressed data are an error, and leave the other chunks readable")
    func damaged() throws {
        try withScratchPath { path in
            var address: haddr_t = 0
            _ = try written(path) { root in
                let dataset = try root.createDataset("x", shape: [2000], type: .int32, chunks: [1000], gzip: 6)
                try dataset.write((0..<2000).map { $0 * $0 % 1009 })
                let space = H5Dget_space(dataset.object.id)
                #expect(H5Dget_chunk_info(dataset.object.id, space, 1, nil, nil, &address, nil) >= 0)
                H5Idec_ref(space)
            }
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.replaceSubrange(Int(address)..<Int(address) + 64, with: repeatElement(0xFF, count: 64))
            try bytes.write(to: URL(filePath: path))
            let damaged = try File.open(path).root.dataset("x")
            #expect {
                try damaged.read(Int32.self)
            } throws: { error in
                if case .damaged(path, "/x", _)? = error as? HDF5Error { true } else { false }
            }
            var rows = [Int](repeating: 0, count: 1000)
            var span = rows.mutableSpan
            try damaged.read(rows: 0..<1000, into: &span)
            #expect(rows[999] == 999 * 999 % 1009)
        }
    }
}
