import Glibc

/// What the system tells of a file: of what kind it is, how long, and which one it is whatever its names.
package struct FileStatus: Sendable {
    package enum Kind { case file, folder, other }

    package let kind: Kind
    /// The length of a file.
    package let bytes: Int
    /// Who may read and write it, in the bits of `chmod`.
    let permissions: mode_t
    let owner: uid_t
    /// The same text as long as the file is the same one, with the same contents as far as its length and the time of
    /// its last writing tell.
    let mark: String
    private let device: UInt
    private let number: UInt
    /// When contents, names or permissions changed last, in nanoseconds; nobody can set it.
    private let changed: Int

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
        owner = status.st_uid
        (device, number) = (status.st_dev, status.st_ino)
        changed = status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
        mark =
            "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }

    /// Whether both are of one file; false where there is no other.
    package func isSameFile(as other: FileStatus?) -> Bool {
        other.map { ($0.device, $0.number) == (device, number) } ?? false
    }

    /// Whether nothing was done to the file since it was as `earlier`.
    func isUnchanged(since earlier: FileStatus) -> Bool { mark == earlier.mark && changed == earlier.changed }
}
