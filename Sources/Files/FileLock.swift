import Glibc

/// What came of asking for the exclusive lock (flock) on an open file. It ends with the descriptor, hence with the
/// process, however that ends.
enum FileLock {
    case held
    /// Another owner, in this process or another, has it.
    case taken
    /// The file system has no locks.
    case unsupported

    static func request(_ descriptor: Int32) -> FileLock {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .held }
        return errno == EWOULDBLOCK ? .taken : .unsupported
    }
}
