import Glibc

/// A file that takes its name only when it is complete: written under a temporary one in the same folder.
package final class NewFile {
    /// The name it is to have.
    package let path: String
    private let overwriting: Bool
    private let replacedPermissions: mode_t?
    /// What to write to meanwhile. Gone with this object, unless it is committed.
    package let temporary: TemporaryFile

    /// Throws `FileError.cannotWrite` where `path` is that of a folder, a FIFO or a device, or its folder takes no
    /// file, and `exists` unless `overwriting`.
    package init(_ path: String, overwriting: Bool) throws {
        let present = FileStatus(path)
        if let present {
            guard present.kind == .file else {
                throw FileError.cannotWrite(path: path, reason: "it is not a regular file")
            }
            guard overwriting else { throw FileError.exists(path: path) }
        }
        (self.path, self.overwriting) = (path, overwriting)
        temporary = try Self.speaking(of: path) {
            try TemporaryFile(in: Folder.split(path).folder, permissions: 0o666)
        }
        replacedPermissions = present?.permissions
        // Whoever could not read what is replaced cannot read what replaces it; but the owner has to write it first.
        if let replacedPermissions { fchmod(temporary.descriptor, replacedPermissions | 0o600) }
    }

    /// Writes a file of these bytes, as a whole or not at all.
    package static func write(_ bytes: some Sequence<UInt8>, to path: String, overwriting: Bool) throws {
        let file = try NewFile(path, overwriting: overwriting)
        try file.write { temporary in
            try unsafe Array(bytes).withUnsafeBytes { try unsafe temporary.append($0) }
        }
        try file.commit()
    }

    /// Lets `body` write the file under its temporary name; what keeps it from doing so speaks of the file's own.
    package func write<Result>(_ body: (TemporaryFile) throws -> Result) throws -> Result {
        try Self.speaking(of: path) { try body(temporary) }
    }

    /// Gives the file its name, once its bytes are on the disk. Throws `FileError.cannotWrite`, `exists`.
    package func commit() throws { try Self.commit([self]) }

    /// Gives several files their names, the first last, once the bytes of all are on the disk. Where one cannot have
    /// its name, those that were new are removed again.
    package static func commit(_ files: [NewFile]) throws {
        for file in files {
            if let permissions = file.replacedPermissions { fchmod(file.temporary.descriptor, permissions) }
            guard fsync(file.temporary.descriptor) == 0 else { throw file.failure }
        }
        var named: [NewFile] = []
        do {
            for file in files.reversed() {
                try file.rename()
                named.append(file)
            }
        } catch {
            for file in named where file.replacedPermissions == nil { unsafe unlink(file.path) }
            throw error
        }
        for file in named {
            file.temporary.unlock()
            Folder.sync(Folder.split(file.path).folder)
        }
    }

    private func rename() throws {
        if !overwriting {
            // A second name, unlike a new one, takes no other file's.
            if unsafe link(temporary.path, path) == 0 {
                unsafe unlink(temporary.path)
                return
            }
            if errno == EEXIST { throw FileError.exists(path: path) }
            // A file system without second names: what came to be there since this was begun is overwritten.
        }
        guard unsafe Glibc.rename(temporary.path, path) == 0 else { throw failure }
    }

    private var failure: FileError { .cannotWrite(path: path, reason: lastSystemError) }

    private static func speaking<Result>(of path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let FileError.cannotWrite(_, reason) {
            throw FileError.cannotWrite(path: path, reason: reason)
        }
    }
}
