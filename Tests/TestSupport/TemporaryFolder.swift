import Foundation
import HDF5
import HDF5Writing

/// A folder for a test's files, gone with the last reference to it.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// Where the folder cannot be made, whatever is written to it fails.
    package init() {
        path = FileManager.default.temporaryDirectory.appending(path: "deadwood-test-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` inside.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// The names of everything inside, hidden files too.
    package var contents: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

    package func bytes(_ name: String) throws -> [UInt8] { try [UInt8](contentsOf: file(name)) }

    /// Writes `bytes` to `name`, folders on the way included, and returns the path.
    @discardableResult
    package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let url = URL(filePath: file(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    /// Makes an HDF5 file that `body` fills, and returns the path.
    @discardableResult
    package func hdf5(_ name: String = "corpus.h5", _ body: (GroupWriter) throws -> Void) throws -> String {
        let file = try FileWriter(self.file(name))
        try body(try file.root)
        try file.close()
        return self.file(name)
    }
}

extension GroupWriter {
    /// A new dataset of `values`, in the file as `type`.
    @discardableResult
    package func add<Number: Element>(
        _ name: String, _ shape: [Int], _ values: [Number], as type: ElementType = .uint8
    ) throws -> DatasetWriter {
        let dataset = try createDataset(name, shape: shape, type: type)
        try dataset.write(values)
        return dataset
    }
}

extension [UInt8] {
    /// What a file holds.
    package init(contentsOf path: String) throws { self.init(try Data(contentsOf: URL(filePath: path))) }
}
