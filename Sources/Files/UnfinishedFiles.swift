import Glibc
import Synchronization

/// The files that this process writes under temporary names, so that an interrupted one can take them away.
package enum UnfinishedFiles {
    private static let paths = Mutex<Set<String>>([])

    /// To be called before there is a file at `path`.
    static func insert(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    /// To be called when the file is gone, or has another name.
    static func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    /// What `body` returns, which no interruption parts; it must neither begin nor drop a file.
    static func undivided<Result>(_ body: () throws -> Result) rethrows -> Result {
        try paths.withLock { _ in try body() }
    }

    /// Deletes them all, and what was put beside them under longer names, and ends the process.
    ///
    /// Whoever would begin a file meanwhile waits for the end.
    package static func delete(andExit status: Int32) -> Never {
        paths.withLock { paths in
            for path in paths.flatMap(TemporaryName.family) { unsafe unlink(path) }
            _exit(status)
        }
    }

    /// Deletes them all and ends the process as a failure of which `reason`, a line on stderr, is all that is said: for
    /// what cannot be thrown.
    package static func fail(_ reason: String) -> Never {
        var line = "Error: \(reason)\n"
        line.withUTF8 { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        delete(andExit: 1)
    }

    /// The same for a thread that may hold the lock, such as one that is refused memory in the midst of this: then the
    /// files stay for the next command to remove.
    package static func deleteIfUnlocked(andExit status: Int32) -> Never {
        for _ in 0..<100 {
            _ = paths.withLockIfAvailable { paths in
                for path in paths.flatMap(TemporaryName.family) { unsafe unlink(path) }
                _exit(status)
            }
            usleep(1000)
        }
        _exit(status)
    }
}
