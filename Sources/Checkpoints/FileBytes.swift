import Files

/// Looks into a file: at its length, its ends, its text.
enum FileBytes {
    /// The length of a file in bytes.
    static func size(_ path: String) throws -> Int {
        guard let status = FileStatus(path) else { throw error(path, lastSystemError) }
        return status.bytes
    }

    /// Whether a file starts with `signature`; false where it cannot be read, for the reader proper to say why.
    static func begins(_ path: String, with signature: [UInt8]) throws -> Bool {
        do {
            let file = try open(path)
            return try file.read(0..<min(signature.count, file.bytes)) == signature
        } catch FileError.cannotRead {
            return false
        }
    }

    /// The length of a file, and its first and last bytes, fewer where it is shorter; nil where it cannot be read.
    static func ends(_ path: String, first: Int, last: Int) -> (size: Int, first: [UInt8], last: [UInt8])? {
        guard let file = try? InputFile(path), let beginning = try? file.read(0..<min(first, file.bytes)),
            let end = try? file.read(max(0, file.bytes - last)..<file.bytes)
        else { return nil }
        return (file.bytes, beginning, end)
    }

    /// The UTF-8 text of a file of at most `limit` bytes.
    static func text(_ path: String, limit: Int) throws -> String {
        let bytes: [UInt8]
        do {
            let file = try open(path)
            guard file.bytes <= limit else {
                throw error(path, "\(file.bytes) bytes are more than any architecture has")
            }
            bytes = try file.read(0..<file.bytes)
        } catch let FileError.cannotRead(_, reason) {
            throw error(path, reason)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error(path, "it is not text") }
        return text
    }

    private static func open(_ path: String) throws -> InputFile {
        do { return try InputFile(path) } catch FileError.notRegular { throw error(path, "it is not a regular file") }
    }

    private static func error(_ path: String, _ reason: String) -> CheckpointError {
        .unknownFormat(file: path, reason: reason)
    }
}
