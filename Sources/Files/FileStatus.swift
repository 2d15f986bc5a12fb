import Glibc

/// What the system tells of a file: of what kind it is, how long, and which one it is whatever its names.
package struct FileStatus {
    package enum Kind { case file, folder, other }

    package let kind: Kind
    /// The length of a file.
    package let bytes: Int
    /// Who may read and write it, in the bits of `chmod`.
    let permissions: mode_t
    private let device: UInt
    private let number: UInt

    /// Of what a path leads to, links followed; nil where nothing is, or where it cannot be seen.
    package init?(_ path: String) { self.init { unsafe stat(path, &$0) } }

    /// Of what has the name `path` itself, a link perhaps.
    init?(named path: String) { self.init { unsafe lstat(path, &$0) } }

    /// Of an open file.
    init?(descriptor: Int32) { self.init { unsafe fstat(descriptor, &$0) } }

    private init?(_ ask: (inout stat) -> Int32) {
        var status = stat()
        guard ask(&status) == 0 else { return nil }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        bytes = Int(status.st_size)
        permissions = status.st_mode & 0o777
        (device, number) = (status.st_dev, status.st_ino)
    }

    /// Whether both are of one file; false where there is no other.
    package func isSameFile(as other: FileStatus?) -> Bool {
        other.map { ($0.device, $0.number) == (device, number) } ?? false
    }
}
