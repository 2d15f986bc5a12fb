import Files
import Glibc

/// Looks into a file: at its length, its ends, its text.
enum FileBytes {
    /// The length of a file in bytes.
    static func size(_ path: String) throws -> Int {
        guard let status = FileStatus(path) else { throw error(path, lastSystemError) }
        return status.bytes
    }

    /// Whether a file starts with `signature`; false where it cannot be read, for the reader proper to say why.
    static func begins(_ path: String, with signature: [UInt8]) throws -> Bool {
        try read(path, limit: signature.count, isWhole: false) == signature
    }

    /// The length of a file, and its first and last bytes, fewer where it is shorter; nil where it cannot be read.
    static func ends(_ path: String, first: Int, last: Int) -> (size: Int, first: [UInt8], last: [UInt8])? {
        guard let size = try? size(path), let beginning = try? read(path, limit: first, isWhole: false),
            let end = try? read(path, limit: last, isWhole: false, from: max(0, size - last))
        else { return nil }
        return (size, beginning, end)
    }

    /// The UTF-8 text of a file of at most `limit` bytes.
    static func text(_ path: String, limit: Int) throws -> String {
        guard let bytes = try read(path, limit: limit, isWhole: true) else { throw error(path, lastSystemError) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error(path, "it is not text") }
        return text
    }

    private static func error(_ path: String, _ reason: String) -> CheckpointError {
        .unknownFormat(file: path, reason: reason)
    }

    /// The first `limit` bytes from `start`; nil where the file cannot be opened or read.
    private static func read(_ path: String, limit: Int, isWhole: Bool, from start: Int = 0) throws -> [UInt8]? {
        // Else opening a FIFO waits for somebody to write to it.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw error(path, "it is not a regular file")
        }
        if isWhole, status.st_size > limit {
            throw error(path, "\(status.st_size) bytes are more than any architecture has")
        }
        var bytes = [UInt8](repeating: 0, count: min(limit, max(0, Int(status.st_size) - start))), filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled, start + filled)
            }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }
}
