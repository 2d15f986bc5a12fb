import Files
import HDF5

extension NewFile {
    /// What `body` returns, which writes HDF5 files; what keeps the library from that is told of the name that this
    /// file is to have, as `FileError.cannotWrite`.
    package func writingHDF5<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let HDF5Error.cannotCreate(_, reason), let HDF5Error.failed(_, _, _, reason) {
            throw FileError.cannotWrite(path: path, reason: reason)
        }
    }
}
