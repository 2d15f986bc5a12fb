import Foundation
import HDF5
import Tensors

/// The outputs of a model, written as they are computed to an HDF5 file: datasets `output_0`, `output_1`, … of 32-bit
/// floats, N × shape, each with its name in the model as attribute `name`.
///
/// The file has a temporary name in the same folder until `commit()`; without that nothing is left of it.
package final class PredictionFile {
    private let path: String
    private let temporaryPath: String
    private let names: [String]
    private let count: Int
    private let file: File
    private var outputs: [Dataset] = []
    private var written = 0
    private var isCommitted = false

    /// A file for `count` images and one output for each of `names`.
    ///
    /// Throws `exists` unless `overwriting`, `notWritable` where `path` is no file's or its folder takes none,
    /// `HDF5Error.cannotCreate`.
    package init(_ path: String, names: [String], count: Int, overwriting: Bool) throws {
        if let status = FileStatus(path) {
            guard status.kind == .file else { throw DatasetError.notWritable(path: path, reason: "it is not a regular file") }
            guard overwriting else { throw DatasetError.exists(path: path) }
        }
        self.path = path
        self.names = names
        self.count = count
        temporaryPath = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
        UnfinishedFiles.insert(temporaryPath)
        let descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            UnfinishedFiles.remove(temporaryPath)
            throw DatasetError.notWritable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        close(descriptor)
        file = try File.create(temporaryPath)
    }

    /// Writes the next images' outputs, one tensor N × shape for each name, all of the same N.
    ///
    /// Shapes follow from the first call. Throws `notWritable`, `HDF5Error`.
    package func append(_ tensors: [Tensor]) throws {
        precondition(tensors.count == names.count, "\(tensors.count) tensors for \(names.count) outputs")
        if outputs.isEmpty { outputs = try writing { try zip(names, tensors).enumerated().map { try create($0, name: $1.0, like: $1.1) } } }
        guard let first = tensors.first else { return }
        let rows = written..<(written + first.shape[0])
        precondition(rows.upperBound <= count, "\(rows.upperBound) images for a file of \(count)")
        for (output, tensor) in zip(outputs, tensors) {
            precondition(tensor.shape == [rows.count] + output.shape.dropFirst(), "\(tensor.shape) are no rows of \(output.shape)")
            try writing { try tensor.withSpan { try output.write(rows: rows, $0) } }
        }
        written = rows.upperBound
    }

    /// Gives the complete file its name, once it is on the disk. Throws `notWritable`, `HDF5Error`.
    package func commit() throws {
        precondition(written == count, "\(written) of \(count) images are written")
        try writing { try file.close() }
        do {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporaryPath))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw DatasetError.notWritable(path: path, reason: error.localizedDescription)
        }
        guard unsafe rename(temporaryPath, path) == 0 else {
            throw DatasetError.notWritable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        isCommitted = true
        UnfinishedFiles.remove(temporaryPath)
    }

    deinit {
        guard !isCommitted else { return }
        try? file.close()
        try? FileManager.default.removeItem(atPath: temporaryPath)
        UnfinishedFiles.remove(temporaryPath)
    }

    /// What `body` returns; what fails in the file under its temporary name is told of the name it was to have.
    private func writing<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let HDF5Error.failed(_, _, _, detail) { throw DatasetError.notWritable(path: path, reason: detail) }
    }

    private func create(_ index: Int, name: String, like tensor: Tensor) throws -> Dataset {
        let dataset = try file.root.createDataset("output_\(index)", shape: [count] + tensor.shape.dropFirst(), type: .float32)
        try dataset.attributes.set("name", .string(name))
        return dataset
    }
}
