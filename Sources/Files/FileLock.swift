import Glibc

/// What came of asking for the lock (flock) on an open file. It ends with the descriptor, hence with the
/// process, however that ends.
enum FileLock {
    case held
    /// Another owner, in this process or another, has one that stands against it.
    case taken
    /// The file system has no locks.
    case unsupported

    /// `isShared`: with others that ask for a shared one; else for this owner alone.
    static func request(_ descriptor: Int32, isShared: Bool = false) -> FileLock {
        if flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return .held }
        return errno == EWOULDBLOCK ? .taken : .unsupported
    }
}
