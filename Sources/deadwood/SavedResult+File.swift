import Files
import Reports

extension SavedResult {
    /// Larger files are no results: that of a network with a million filters takes about 200 MB.
    private static let mostBytes = 1 << 28

    /// What `read` makes of the result in a file. Errors name the file.
    static func reading<Value>(_ path: String, _ read: ([UInt8]) throws -> Value) throws -> Value {
        let file = try InputFile(path)
        guard file.bytes <= mostBytes else { throw CommandError.noResult(path: path, reason: "it is too large") }
        do {
            return try read(file.read(0..<file.bytes))
        } catch let error as SavedResultError {
            throw CommandError.noResult(path: path, reason: "\(error)")
        }
    }
}
