import Glibc

/// A regular file, open for reading: the way in for all input but HDF5.
///
/// What is no regular file is not opened: a FIFO would wait for somebody to write to it, a device might do anything.
package final class InputFile {
    package let path: String
    /// The length when it was opened.
    package let bytes: Int
    private let descriptor: Int32

    /// Throws `FileError.cannotRead`, where nothing has this name too, and `notRegular`.
    package init(_ path: String) throws {
        if let status = FileStatus(path), status.kind != .file { throw FileError.notRegular(path: path) }
        // Should a FIFO take its place just now, opening it does not wait.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotRead(path: path, reason: lastSystemError) }
        guard let status = FileStatus(descriptor: descriptor), status.kind == .file else {
            close(descriptor)
            throw FileError.notRegular(path: path)
        }
        (self.path, self.descriptor, bytes) = (path, descriptor, status.bytes)
    }

    deinit { close(descriptor) }

    /// The bytes of `range`. Throws `FileError.cannotRead`, also where the file ends before them.
    package func read(_ range: Range<Int>) throws -> [UInt8] {
        var result = [UInt8](repeating: 0, count: range.count), filled = 0
        while filled < result.count {
            let count = unsafe result.withUnsafeMutableBytes {
                unsafe pread(
                    descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled, range.lowerBound + filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = count < 0 ? lastSystemError : "it ends after \(range.lowerBound + filled) bytes"
                throw FileError.cannotRead(path: path, reason: reason)
            }
            filled += count
        }
        return result
    }

    /// A descriptor of the same file, from its start, for a library that closes it. Throws `FileError.cannotRead`.
    package func descriptorForLibrary() throws -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else {
            throw FileError.cannotRead(path: path, reason: lastSystemError)
        }
        return copy
    }
}
