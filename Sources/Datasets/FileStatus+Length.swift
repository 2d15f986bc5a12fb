import Files

extension FileStatus {
    /// The length in bytes of the file at `path`. Throws `notFound`, `notReadable`.
    static func length(ofFile path: String) throws -> Int {
        guard let status = FileStatus(path) else { throw DatasetError.notFound(path: path) }
        guard status.kind == .file else {
            throw DatasetError.notReadable(path: path, reason: "it is not a regular file")
        }
        return status.bytes
    }
}
