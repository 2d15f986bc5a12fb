import Foundation

/// What a path leads to, links followed.
struct FileStatus {
    enum Kind { case file, folder, other }

    let kind: Kind
    /// The length of a file.
    let bytes: Int

    /// Nil where nothing is, or where it cannot be seen.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        bytes = Int(status.st_size)
    }

    /// The length in bytes of the file at `path`. Throws `notFound`, `notReadable`.
    static func length(ofFile path: String) throws -> Int {
        guard let status = FileStatus(path) else { throw DatasetError.notFound(path: path) }
        guard status.kind == .file else {
            throw DatasetError.notReadable(path: path, reason: "it is not a regular file")
        }
        return status.bytes
    }
}
