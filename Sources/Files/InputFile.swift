import Glibc

/// A regular file, open for reading: the way in for all input. Safe to use from any thread.
///
/// What is no regular file is not opened: a FIFO would wait for somebody to write to it, a device might do anything.
package final class InputFile: Sendable {
    package let path: String
    /// The length when it was opened, or of the part that is read.
    package let bytes: Int
    private let descriptor: Int32
    /// Where the part begins.
    private let start: Int
    /// Of the file when it was opened.
    private let status: FileStatus

    /// `part`: the bytes that are read as if they were a file, such as what an archive stores; nil: all.
    ///
    /// Throws `FileError.cannotRead`, where nothing has this name or the part lies behind its end too, and
    /// `notRegular`.
    package init(_ path: String, part: Range<Int>? = nil) throws {
        if let status = FileStatus(path), status.kind != .file { throw FileError.notRegular(path: path) }
        // Should a FIFO take its place just now, opening it does not wait.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.cannotRead(path: path, reason: lastSystemError) }
        guard let status = FileStatus(descriptor: descriptor), status.kind == .file else {
            close(descriptor)
            throw FileError.notRegular(path: path)
        }
        let part = part ?? 0..<status.bytes
        guard part.lowerBound >= 0, part.upperBound <= status.bytes else {
            close(descriptor)
            throw FileError.cannotRead(path: path, reason: "it ends after \(status.bytes) bytes")
        }
        (self.path, self.descriptor, self.status) = (path, descriptor, status)
        (start, bytes) = (part.lowerBound, part.count)
    }

    deinit { close(descriptor) }

    /// Locks it against writers that ask for its lock too, while it is open; false where one has it.
    package func lock() -> Bool { FileLock.request(descriptor, isShared: true) != .taken }

    /// Whether it was written to since it was opened, as far as its length and the time of its last writing tell.
    package var isRewritten: Bool { FileStatus(descriptor: descriptor)?.mark != status.mark }

    /// The bytes of `range`. Throws `FileError.cannotRead`, also where the file ends before them.
    package func read(_ range: Range<Int>) throws -> [UInt8] {
        var result = [UInt8](repeating: 0, count: range.count)
        try unsafe result.withUnsafeMutableBytes { try unsafe read(range.lowerBound, into: $0) }
        return result
    }

    /// Fills `buffer` with the bytes from `offset`. Throws as `read(_:)` does.
    package func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard offset >= 0, buffer.count <= bytes, offset <= bytes - buffer.count else {
            throw FileError.cannotRead(path: path, reason: "it ends after \(bytes) bytes")
        }
        var filled = 0
        while filled < buffer.count {
            let count = unsafe pread(
                descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
                start + offset + filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = count < 0 ? lastSystemError : "it ends after \(offset + filled) bytes"
                throw FileError.cannotRead(path: path, reason: reason)
            }
            filled += count
        }
    }

    /// Hands all of it to `body`, piece by piece. Throws as `read(_:)` does.
    package func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        let size = 1 << 20
        for start in stride(from: 0, to: bytes, by: size) { try body(read(start..<min(bytes, start + size))) }
    }

    /// A descriptor of the same file, all of it from its start, for a library that closes it. Throws
    /// `FileError.cannotRead`.
    package func descriptorForLibrary() throws -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else {
            throw FileError.cannotRead(path: path, reason: lastSystemError)
        }
        return copy
    }
}
