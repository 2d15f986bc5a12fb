import Foundation

/// Bytes of a file, read piece by piece from disk or, where they had to be unpacked, from memory.
enum ByteStore: Sendable {
    case file(path: String)
    case memory([UInt8])

    /// The bytes of `range`, which must lie inside. Throws `notReadable`, `wrongSize` where the file became shorter.
    func read(_ range: Range<Int>) throws -> [UInt8] {
        switch self {
        case let .memory(bytes): return Array(bytes[range])
        case let .file(path):
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw DatasetError.notReadable(path: path, reason: "no permission to read it")
            }
            let data: Data
            do {
                try handle.seek(toOffset: UInt64(range.lowerBound))
                data = try handle.read(upToCount: range.count) ?? Data()
                try handle.close()
            } catch {
                throw DatasetError.notReadable(path: path, reason: error.localizedDescription)
            }
            guard data.count == range.count else {
                throw DatasetError.wrongSize(
                    path: path, expected: "\(range.upperBound) bytes", found: "\(range.lowerBound + data.count)")
            }
            return [UInt8](data)
        }
    }
}
