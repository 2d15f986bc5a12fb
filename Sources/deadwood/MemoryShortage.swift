import CMemory
import Files
import Glibc

/// What happens when the system refuses memory: one line in place of the trace in which Swift ends.
enum MemoryShortage {
    static func prepare() {
        memory_when_refused { bytes in
            var limit = rlimit()
            let isLimited = unsafe getrlimit(Int32(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
            let reason = isLimited ? ", at a limit of \(limit.rlim_cur >> 20) MiB (ulimit -v)" : ""
            Console.fail(
                "there is not enough memory: \(1 + bytes >> 20) MiB more were refused\(reason); take a smaller --batch, or allow more"
            )
            UnfinishedFiles.deleteIfUnlocked(andExit: 1)
        }
    }
}
