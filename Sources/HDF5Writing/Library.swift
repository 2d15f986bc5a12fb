import CHDF5
import Foundation

/// The door to libhdf5: its serial build is not thread-safe, so every call happens inside `locked`.
enum Library {
    /// Recursive, because handles that go out of scope inside a locked body lock again to close themselves.
    private static let lock = NSRecursiveLock()

    /// No work at exit: files are closed by their owners.
    private static let started: Bool = {
        // Where this asks for the library's locks, it outranks what is said file by file, and files whose lock this
        // process holds could not be opened. Locks are then as they are without it.
        if let locking = getenv("HDF5_USE_FILE_LOCKING"), !["FALSE", "0"].contains(String(cString: locking)) {
            unsetenv("HDF5_USE_FILE_LOCKING")
        }
        H5dont_atexit()
        return H5open() >= 0
    }()

    /// What `body` returns, run while no other thread is inside the library. The library prints nothing: a
    /// thread-safe build keeps that setting per thread, hence once per call.
    static func locked<R: ~Copyable>(_ body: () throws -> R) rethrows -> R {
        lock.lock()
        defer { lock.unlock() }
        precondition(started, "libhdf5 failed to start")
        H5Eset_auto2(CHDF5_DEFAULT, nil, nil)
        return try body()
    }
}
