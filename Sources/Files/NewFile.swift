import Glibc

/// A file that takes its name only when it is complete: written under a temporary one in the same folder.
package final class NewFile {
    /// The name it is to have.
    package let path: String
    let overwriting: Bool
    private let replacedPermissions: mode_t?
    /// What to write to meanwhile. Gone with this object, unless it is committed.
    package let temporary: TemporaryFile

    /// A file that is to be at `path`; `beside`: in one folder with the file that it will be committed with.
    ///
    /// Throws `FileError.cannotWrite` where `path` is that of a folder, a FIFO or a device, or its folder takes no
    /// file, and `exists` unless `overwriting`.
    package init(_ path: String, overwriting: Bool, beside first: NewFile? = nil) throws {
        let folder = Folder.split(path).folder
        precondition(first.map { Folder.split($0.path).folder == folder } ?? true, "a pair is in one folder")
        // What a killed command left may be the rest of this very file.
        Leftover.settleAll(in: folder)
        let present = FileStatus(path)
        if let present {
            guard present.kind == .file else {
                throw FileError.cannotWrite(path: path, reason: "it is not a regular file")
            }
            guard overwriting else { throw FileError.exists(path: path) }
        }
        (self.path, self.overwriting) = (path, overwriting)
        replacedPermissions = present?.permissions
        // Whoever could not read what is replaced cannot read what replaces it, at no moment.
        let permissions: mode_t = present == nil ? 0o666 : 0o600
        temporary = try Self.speaking(of: path) {
            try first.map { try TemporaryFile(at: "\($0.temporary.path).second", permissions: permissions) }
                ?? TemporaryFile(in: folder, permissions: permissions)
        }
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

    /// Gives the file its name, once its bytes are on the disk; and, first, a second file that was begun beside it.
    /// Where one cannot have its name, all is as it was. Throws `FileError.cannotWrite`, `exists`.
    package func commit(with second: NewFile? = nil) throws {
        for file in [self, second].compactMap({ $0 }) { try file.finish() }
        guard let second else {
            try UnfinishedFiles.undivided(take)
            return settle()
        }
        try Self.speaking(of: path) { try PairNote(self, second).write() }
        var isUndone = true
        do {
            try UnfinishedFiles.undivided {
                second.keepReplaced()
                try second.take()
                do { try take() } catch {
                    isUndone = second.giveBack()
                    throw error
                }
            }
        } catch {
            // What cannot be undone now is completed by the next file that is begun in the folder.
            if !isUndone { temporary.leave() }
            throw error
        }
        second.settle()
        settle()
    }

    private func finish() throws {
        if let replacedPermissions, fchmod(temporary.descriptor, replacedPermissions) != 0 { throw failure }
        guard fsync(temporary.descriptor) == 0 else { throw failure }
    }

    private func take() throws { try Naming(temporary: temporary.path, path: path, overwriting: overwriting).apply() }

    /// Gives what is replaced a second name, where the file system has such.
    private func keepReplaced() {
        if replacedPermissions != nil { unsafe link(path, replaced) }
    }

    /// Takes the name from the file again, and gives it back to what it replaced; whether that was possible.
    private func giveBack() -> Bool {
        unsafe replacedPermissions == nil ? unlink(path) == 0 : rename(replaced, path) == 0
    }

    private var replaced: String { "\(temporary.path).replaced" }

    /// The file has its name: others may read it, and nothing beside it is needed any more.
    private func settle() {
        temporary.unlock()
        Folder.sync(Folder.split(path).folder)
        temporary.remove()
    }

    private var failure: FileError { .cannotWrite(path: path, reason: lastSystemError) }

    private static func speaking<Result>(of path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let FileError.cannotWrite(_, reason) {
            throw FileError.cannotWrite(path: path, reason: reason)
        }
    }
}
