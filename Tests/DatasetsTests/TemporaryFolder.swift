import Foundation
import HDF5

/// A folder for a test's files, gone with the last reference to it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("deadwood-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `bytes` to `name`, folders on the way included, and returns the path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    /// Makes an HDF5 file that `body` fills, and returns the path.
    func hdf5(_ name: String = "corpus.h5", _ body: (Group) throws -> Void) throws -> String {
        let path = "\(path)/\(name)"
        let file = try File.create(path)
        try body(try file.root)
        try file.close()
        return path
    }

    var contents: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

extension Group {
    /// A new dataset of `values`, in the file as `type`.
    @discardableResult
    func add(_ name: String, _ shape: [Int], _ values: [Double], as type: ElementType = .uint8) throws -> Dataset {
        let dataset = try createDataset(name, shape: shape, type: type)
        try dataset.write(values)
        return dataset
    }
}

/// 0, 1, 2, …
func counting(_ count: Int) -> [Double] { (0..<count).map(Double.init) }
