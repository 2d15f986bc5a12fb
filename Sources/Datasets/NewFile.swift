import Foundation
import HDF5

/// An HDF5 file in the making: it has a temporary name in the same folder until `commit()`; without that nothing is
/// left of it.
final class NewFile {
    let file: File
    private let path: String
    private let temporaryPath: String
    private var isCommitted = false

    /// Throws `exists` unless `overwriting`, `notWritable` where `path` is no file's or its folder takes none,
    /// `HDF5Error.cannotCreate`.
    init(_ path: String, overwriting: Bool) throws {
        if let status = FileStatus(path) {
            guard status.kind == .file else {
                throw DatasetError.notWritable(path: path, reason: "it is not a regular file")
            }
            guard overwriting else { throw DatasetError.exists(path: path) }
        }
        self.path = path
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

    /// What `body` returns; what fails in the file under its temporary name is told of the name it is to have.
    func writing<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let HDF5Error.failed(_, _, _, detail) {
            throw DatasetError.notWritable(path: path, reason: detail)
        }
    }

    /// Gives the file its name, once it is on the disk. Throws `notWritable`, `HDF5Error`.
    func commit() throws {
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
}
