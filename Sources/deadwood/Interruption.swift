import Files
import Foundation
import Synchronization
import Threads

/// What signals and closed streams do to the process.
enum Interruption {
    /// The number of the signal that asked a command to come to an end by itself; 0: none did.
    static let requested = Atomic<Int32>(0)
    static var isRequested: Bool { requested.load(ordering: .relaxed) != 0 }
    private static let isAwaited = Atomic(false)

    /// From now on the first signal is only noted in `requested`; the second one ends the process as ever.
    static func isNoted() { isAwaited.store(true, ordering: .relaxed) }

    /// Ctrl-C and its relatives take half-written files away and end the process with 128 + the signal's number, unless
    /// the caller had the signal ignored. Closed pipes and limits on file sizes are left to the writing calls to
    /// report.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // A file must not get the number of a standard stream that the caller closed.
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", O_RDWR)
        }
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { return }
        let watcher = SystemThread { [received = ends[0]] in
            while true {
                var number: UInt8 = 0
                while unsafe read(received, &number, 1) != 1 {}
                if isAwaited.load(ordering: .relaxed), !isRequested {
                    requested.store(Int32(number), ordering: .relaxed)
                    continue
                }
                Console.wipe()
                UnfinishedFiles.delete(andExit: 128 + Int32(number))
            }
        }
        watcher?.detach()
        if watcher != nil { unsafe signalsSent = ends[1] }
        var handled = sigset_t()
        unsafe sigemptyset(&handled)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            if unsafe unsafeBitCast(signal(number, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                continue
            }
            // The handler may do nothing but pass the number on to the thread, or note it. Where the system grants no
            // thread, half-written files stay for the next command to remove.
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                if unsafe signalsSent >= 0 {
                    unsafe write(signalsSent, &byte, 1)
                } else if isAwaited.load(ordering: .relaxed), !isRequested {
                    requested.store(number, ordering: .relaxed)
                } else {
                    _exit(128 + number)
                }
            }
            unsafe sigaddset(&handled, number)
        }
        // A program's worker threads often have all signals blocked, and what they start inherits that.
        unsafe pthread_sigmask(SIG_UNBLOCK, &handled, nil)
    }
}

/// The writing end of the pipe between handler and thread; set once, before there is a handler; -1 without a thread.
private nonisolated(unsafe) var signalsSent: Int32 = -1
