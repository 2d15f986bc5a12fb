import Foundation
import TestSupport
import Testing
@testable import Checkpoints

@Suite struct ArchiveDirectoryTests {
    private let folder = TemporaryFolder()
    private static let stored = "keras3-adam.keras"

    @Test("Weights that an archive stores as they are lie in it as an HDF5 file; packed ones do not")
    func place() throws {
        let path = fixture(Self.stored), bytes = try Array(Data(contentsOf: URL(filePath: path)))
        let part = try #require(try Archive.storedBytes(of: "model.weights.h5", in: path))
        #expect(bytes[part].starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(try Archive.storedBytes(of: "weights.h5", in: path) == nil)
        #expect(try Archive.storedBytes(of: "model.weights.h5", in: fixture("keras3-branches.keras")) == nil)
    }

    @Test("They are held against their checksum before anything is made of them")
    func checksum() throws {
        var bytes = try Array(Data(contentsOf: URL(filePath: fixture(Self.stored))))
        let checkpoint = try Checkpoint.open(fixture(Self.stored))
        let part = try #require(try Archive.storedBytes(of: "model.weights.h5", in: fixture(Self.stored)))
        // The lowest byte of some weight.
        let kernel = try #require(checkpoint.graph.layers.lazy.compactMap { $0[.kernel] }.first)
        let first =
            kernel.withSpan { withUnsafeBytes(of: $0[0].bitPattern, Array.init) }
            + kernel.withSpan { withUnsafeBytes(of: $0[1].bitPattern, Array.init) }
        let place = try #require(part.dropLast(8).first { bytes[$0..<($0 + 8)].elementsEqual(first) })
        bytes[place] ^= 1
        let path = try folder.write("m.keras", bytes)
        #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        // What only looks at the model does not read all of them.
        #expect(try Checkpoint.open(path, readsWeights: false).graph.layers.count == checkpoint.graph.layers.count)
    }

    @Test("Headers that do not agree leave the archive to the library")
    func disagreement() throws {
        let whole = try Array(Data(contentsOf: URL(filePath: fixture(Self.stored))))
        let part = try #require(try Archive.storedBytes(of: "model.weights.h5", in: fixture(Self.stored)))
        let name = Array("model.weights.h5".utf8)
        // In the header before the bytes: its signature, its method, the length of its name, its name.
        for (offset, byte) in [(0, 0), (8, 8), (26, 200), (30, UInt8(ascii: "M"))] {
            let header = try #require(
                whole[..<part.lowerBound].indices.last { whole[$0...].starts(with: [0x50, 0x4B, 3, 4]) })
            var bytes = whole
            #expect(whole[(header + 30)...].starts(with: name))
            bytes[header + offset] = byte
            let path = try folder.write("\(offset).keras", bytes)
            #expect(try Archive.storedBytes(of: "model.weights.h5", in: path) == nil)
        }
        // In the directory: encrypted, a length beyond the archive, a place beyond it.
        let entry = try #require(whole.indices.last { whole[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        #expect(whole[(entry + 46)...].starts(with: name))
        for (offset, byte) in [(8, 1), (26, 200), (45, 127)] {
            var bytes = whole
            bytes[entry + offset] = UInt8(byte)
            if offset == 26 { bytes[entry + 22] = UInt8(byte) }
            let path = try folder.write("entry-\(offset).keras", bytes)
            #expect(try Archive.storedBytes(of: "model.weights.h5", in: path) == nil)
        }
    }
}
