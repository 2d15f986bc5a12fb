import Files
import HDF5
import HDF5Writing

/// An HDF5 file in the making: it has a temporary name in the same folder until `commit()`; without that nothing is
/// left of it.
final class NewHDF5File {
    let file: FileWriter
    private let output: NewFile

    /// Throws `exists` unless `overwriting`, `notWritable` where `path` is no file's or its folder takes none.
    init(_ path: String, overwriting: Bool) throws {
        (output, file) = try Self.speaking(of: path) {
            let output = try NewFile(path, overwriting: overwriting)
            return (output, try output.writingHDF5 { try FileWriter(output.temporary.path) })
        }
    }

    /// What `body` returns; what fails in the file under its temporary name is told of the name it is to have.
    func writing<R>(_ body: () throws -> R) throws -> R {
        try Self.speaking(of: output.path) { try output.writingHDF5(body) }
    }

    /// Gives the file its name, once it is on the disk. Throws `notWritable`, `exists`.
    func commit() throws {
        try writing {
            try file.close()
            try output.commit()
        }
    }

    private static func speaking<R>(of path: String, _ body: () throws -> R) throws -> R {
        do { return try body() } catch let FileError.cannotWrite(_, reason) {
            throw DatasetError.notWritable(path: path, reason: reason)
        } catch FileError.exists {
            throw DatasetError.exists(path: path)
        }
    }
}
