import Files

/// Bytes of a file, read piece by piece from disk or, where they had to be unpacked, from memory.
enum ByteStore: Sendable {
    case file(path: String)
    case memory([UInt8])

    /// The bytes of `range`, which must lie inside. Throws `notReadable`, also where the file became shorter.
    func read(_ range: Range<Int>) throws -> [UInt8] {
        switch self {
        case let .memory(bytes): return Array(bytes[range])
        case let .file(path): return try DatasetError.naming { try InputFile(path).read(range) }
        }
    }
}

extension DatasetError {
    /// What `body` returns; what keeps a file from being read is one of these errors.
    static func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let FileError.cannotRead(path, reason) {
            throw DatasetError.notReadable(path: path, reason: reason)
        } catch let FileError.notRegular(path) {
            throw DatasetError.notReadable(path: path, reason: "it is not a regular file")
        }
    }
}
