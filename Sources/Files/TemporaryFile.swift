import Glibc

/// A file under a name of its own: gone with its owner or with an interrupted process, and, where the process was
/// killed, with the next one that is begun in the same folder.
///
/// Its owner holds an exclusive lock on it as long as it lives, which is how others tell it from a leftover. What else
/// opens it in this process must not lock it.
package final class TemporaryFile {
    package let path: String
    /// Of the open file, which holds the lock; -1 once it is given up.
    private(set) var descriptor: Int32
    private var isSettled = false

    /// An empty file in the folder for temporary files (`TMPDIR`, else `/tmp`), which only this user can read. Throws
    /// `FileError.cannotWrite`.
    package convenience init() throws {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        Leftover.settleAll(in: folder)
        try self.init(in: folder, permissions: 0o600)
    }

    /// An empty file in `folder`. Throws `FileError.cannotWrite` where the folder takes none.
    init(in folder: String, permissions: mode_t) throws {
        while true {
            let path = "\(folder)/\(TemporaryName.random())"
            UnfinishedFiles.insert(path)
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
            guard descriptor >= 0 else {
                let reason = lastSystemError, isTaken = errno == EEXIST
                UnfinishedFiles.remove(path)
                if isTaken { continue }
                throw FileError.cannotWrite(path: path, reason: reason)
            }
            // Until it was locked, another process may have taken it for a leftover.
            if FileLock.request(descriptor) != .taken, FileStatus(named: path) != nil {
                (self.path, self.descriptor) = (path, descriptor)
                return
            }
            close(descriptor)
            UnfinishedFiles.remove(path)
        }
    }

    /// An empty file at `path`, the name of another temporary file and more behind a dot, which is gone with that one.
    /// Throws `FileError.cannotWrite`.
    init(at path: String, permissions: mode_t) throws {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
        self.path = path
        guard descriptor >= 0 else { throw failure() }
    }

    deinit {
        remove()
        unlock()
    }

    /// Removes the file, unless it has its own name by now, and what was put beside it.
    func remove() {
        if isSettled { return }
        for path in TemporaryName.family(of: path) { unsafe unlink(path) }
        leave()
    }

    /// Leaves the file where it is, and all that was put beside it, for whoever settles leftovers.
    func leave() {
        isSettled = true
        UnfinishedFiles.remove(path)
    }

    /// Gives up the lock: of a file that has its own name now, others may read.
    func unlock() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Makes what `body` makes of a copy of the file at `source`, or of an empty file, the contents of this one: for
    /// libraries that replace a file instead of writing to it. Throws `FileError.cannotWrite`.
    package func replace(byCopyOf source: String? = nil, changedBy body: (String) throws -> Void) throws {
        let other = "\(path).new"
        defer { unsafe unlink(other) }
        let copy = unsafe open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw failure() }
        defer { close(copy) }
        if let source { try append(contentsOf: source, to: copy) }
        try body(other)
        let changed = unsafe open(other, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard changed >= 0 else { throw failure() }
        // The file that has the name is locked at every moment, before and after.
        guard fchmod(changed, permissions) == 0, FileLock.request(changed) != .taken,
            unsafe rename(other, path) == 0
        else {
            defer { close(changed) }
            throw failure()
        }
        unlock()
        descriptor = changed
    }

    /// Appends to the file. Throws `FileError.cannotWrite`.
    package func append(_ bytes: UnsafeRawBufferPointer) throws { try unsafe append(bytes, to: descriptor) }

    package func append(_ text: String) throws {
        var text = text
        try text.withUTF8 { try unsafe append(UnsafeRawBufferPointer($0)) }
    }

    private var permissions: mode_t { FileStatus(descriptor: descriptor)?.permissions ?? 0o600 }

    func failure() -> FileError { .cannotWrite(path: path, reason: lastSystemError) }

    private func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
    }

    private func append(contentsOf source: String, to descriptor: Int32) throws {
        do {
            try InputFile(source).forEachPiece { piece in
                try unsafe piece.withUnsafeBytes { try unsafe append($0, to: descriptor) }
            }
        } catch let FileError.cannotRead(_, reason) {
            throw FileError.cannotWrite(path: path, reason: "\(source): \(reason)")
        }
    }
}
