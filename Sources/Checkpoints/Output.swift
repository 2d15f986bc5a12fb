import Glibc
import HDF5

/// A file that takes its name only when it is complete: written under a temporary one in the same folder.
package final class Output {
    /// The name it is to have.
    package let path: String
    private let folder: String
    private let temporary: TemporaryFile

    /// Throws `outputIsInput` where `path` is one of `inputs` (by whatever name), `outputExists`, `cannotWrite`.
    package init(_ path: String, overwrite: Bool, inputs: [String]) throws {
        if let present = Files.identity(path) {
            if inputs.contains(where: { Files.identity($0) == present }) {
                throw CheckpointError.outputIsInput(file: path)
            }
            guard present.isRegular else {
                throw CheckpointError.cannotWrite(file: path, reason: "it is not a regular file")
            }
            guard overwrite else { throw CheckpointError.outputExists(file: path) }
        }
        self.path = path
        folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        do {
            temporary = try TemporaryFile(in: folder, permissions: 0o666)
        } catch let CheckpointError.cannotWrite(_, reason) {
            throw CheckpointError.cannotWrite(file: path, reason: reason)
        }
    }

    /// Where to write meanwhile. Gone with this object, unless it is committed.
    package var temporaryPath: String { temporary.path }

    /// Lets `body` write the file under its temporary name; what keeps it from doing so speaks of the file's own.
    func write(_ body: (String) throws -> Void) throws {
        do {
            try body(temporaryPath)
        } catch let CheckpointError.cannotWrite(_, reason), let HDF5Error.cannotCreate(_, reason), let HDF5Error.failed(
            _, _, _, reason)
        {
            throw CheckpointError.cannotWrite(file: path, reason: reason)
        }
    }

    /// Gives the file its name, once its bytes are on the disk.
    package func commit() throws {
        do {
            try Files.sync(temporary.path)
            guard unsafe rename(temporary.path, path) == 0 else {
                throw CheckpointError.cannotWrite(file: path, reason: Files.lastError)
            }
        } catch let CheckpointError.cannotWrite(_, reason) {
            throw CheckpointError.cannotWrite(file: path, reason: reason)
        }
        try? Files.sync(folder)
    }
}
