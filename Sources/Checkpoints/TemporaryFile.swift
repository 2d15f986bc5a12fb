import Glibc
import HDF5

/// A file under a name of its own, gone with its owner or with an interrupted process.
final class TemporaryFile {
    let path: String

    /// An empty file in the folder for temporary files (`TMPDIR`, else `/tmp`), which only this user can read.
    convenience init() throws {
        try self.init(in: unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp", permissions: 0o600)
    }

    /// An empty file in `folder`. Throws `cannotWrite` where the folder takes none.
    init(in folder: String, permissions: mode_t) throws {
        path = "\(folder)/.deadwood-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        UnfinishedFiles.insert(path)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
        guard descriptor >= 0 else { throw CheckpointError.cannotWrite(file: path, reason: Files.lastError) }
        close(descriptor)
    }

    deinit {
        unsafe unlink(path)
        UnfinishedFiles.remove(path)
    }
}
