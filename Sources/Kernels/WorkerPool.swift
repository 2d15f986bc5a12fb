#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import CProcessor
import Synchronization
import Threads

/// Threads that wait for work, started once and ended with the pool. A pool of one starts none.
///
/// `@unchecked Sendable`: holds the crew, whose state is guarded by its mutex. One caller at a time.
package final class WorkerPool: @unchecked Sendable {
    private let crew = Crew()
    private var threads: [SystemThread] = []

    /// Starts `workers` − 1 threads, fewer where the system grants no more: the caller is a worker too.
    package init(workers: Int) {
        for worker in stride(from: 1, to: workers, by: 1) {
            guard let thread = SystemThread({ [crew] in crew.serve(as: worker) }) else { break }
            threads.append(thread)
        }
    }

    deinit {
        crew.dismiss()
        for thread in threads { thread.join() }
    }

    /// How many work, the caller included.
    package var workers: Int { threads.count + 1 }

    /// Calls `body` for parts 0..<`parts`, each once, on any worker, and returns when all are done.
    ///
    /// `worker` is below `workers` and its own on each thread.
    package func run(parts: Int, _ body: (_ part: Int, _ worker: Int) -> Void) {
        share(parts, divisor: .max) { parts, worker in
            for part in parts { body(part, worker) }
        }
    }

    /// Calls `body` for all of 0..<`units`, in ranges, on any worker, and returns when all are done.
    ///
    /// Ranges get shorter towards the end, so that workers finish at the same time: each is half a worker's share of what
    /// is left. Where that is at least half of `affinity` units, ranges end at multiples of it, but for the last ones.
    package func run(units: Int, affinity: Int = 1, _ body: (_ units: Range<Int>, _ worker: Int) -> Void) {
        share(units, divisor: 2 * workers, affinity: affinity, body)
    }

    private func share(_ units: Int, divisor: Int, affinity: Int = 1, _ body: (Range<Int>, Int) -> Void) {
        guard units > 1, !threads.isEmpty else {
            if units > 0 { body(0..<units, 0) }
            return
        }
        // Beside its check that nothing escaped the compiler notes how long this file's path is; by a name of our own the
        // binary is the same wherever it was built.
        #sourceLocation(file:"worker-pool",line:1)
        withoutActuallyEscaping(body) { body in
            crew.work(Job(units: units, divisor: divisor, affinity: affinity, body: body))
        }
        #sourceLocation()
    }
}

/// A number of units to compute, and how many of them are taken.
private final class Job: @unchecked Sendable {
    let units: Int
    /// A range taken at a time is what is left divided by this, or one.
    let divisor: Int
    /// Ranges end at multiples of this where that does not make them much longer.
    let affinity: Int
    let body: (Range<Int>, Int) -> Void
    private let next = Atomic(0)

    init(units: Int, divisor: Int, affinity: Int, body: @escaping (Range<Int>, Int) -> Void) {
        (self.units, self.divisor, self.affinity, self.body) = (units, divisor, affinity, body)
    }

    /// The end of the range that begins at `first`.
    private func end(from first: Int) -> Int {
        let share = (units - first) / divisor, end = first + max(1, share)
        return 2 * share >= affinity && units - first > affinity
            ? min(units, (end + affinity - 1) / affinity * affinity) : end
    }

    /// Takes ranges until nothing is left.
    func work(as worker: Int) {
        var first = next.load(ordering: .relaxed)
        while first < units {
            let end = self.end(from: first)
            let (exchanged, original) = next.compareExchange(expected: first, desired: end, ordering: .relaxed)
            guard exchanged else { first = original; continue }
            body(first..<end, worker)
            first = next.load(ordering: .relaxed)
        }
    }
}

/// Waits, without sleeping, until `condition` holds, for some ten microseconds at most: going to sleep and being woken takes
/// longer than many a kernel.
private func awaitBriefly(_ condition: () -> Bool) {
    for _ in 0..<1000 {
        if condition() { return }
        processor_pause()
    }
}

/// The state that a pool shares with its threads.
private final class Crew: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    /// Signalled when there is a job, and when the last helper is done with it.
    private let arrival: UnsafeMutablePointer<pthread_cond_t>
    private let completion: UnsafeMutablePointer<pthread_cond_t>
    private var job: Job?
    /// How many jobs there were.
    private let posted = Atomic(0)
    /// The threads at work on the job beside the caller; changed under the mutex.
    private let helpers = Atomic(0)
    private var dismissed = false

    init() {
        mutex = .allocate(capacity: 1)
        arrival = .allocate(capacity: 1)
        completion = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrival, nil)
        pthread_cond_init(completion, nil)
    }

    deinit {
        pthread_cond_destroy(completion)
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        completion.deallocate()
        arrival.deallocate()
        mutex.deallocate()
    }

    func dismiss() {
        pthread_mutex_lock(mutex)
        dismissed = true
        pthread_cond_broadcast(arrival)
        pthread_mutex_unlock(mutex)
    }

    /// The caller's side: hands the job out, works on it, waits for those that took part. Threads that have not even
    /// begun when nothing is left are not waited for.
    func work(_ job: Job) {
        pthread_mutex_lock(mutex)
        self.job = job
        posted.wrappingAdd(1, ordering: .releasing)
        pthread_cond_broadcast(arrival)
        pthread_mutex_unlock(mutex)
        job.work(as: 0)
        pthread_mutex_lock(mutex)
        self.job = nil
        pthread_mutex_unlock(mutex)
        awaitBriefly { helpers.load(ordering: .acquiring) == 0 }
        pthread_mutex_lock(mutex)
        while helpers.load(ordering: .acquiring) > 0 { pthread_cond_wait(completion, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// A thread's side: takes part in jobs, until dismissed.
    func serve(as worker: Int) {
        var seen = 0
        while true {
            awaitBriefly { posted.load(ordering: .acquiring) != seen }
            pthread_mutex_lock(mutex)
            while !dismissed, posted.load(ordering: .relaxed) == seen { pthread_cond_wait(arrival, mutex) }
            seen = posted.load(ordering: .relaxed)
            var current = job
            let takesPart = current != nil, isOver = dismissed
            if takesPart { helpers.wrappingAdd(1, ordering: .relaxed) }
            pthread_mutex_unlock(mutex)
            if isOver { return }
            guard takesPart else { continue }
            current?.work(as: worker)
            // The job borrows from its caller, which returns as soon as no helper is at work: let go of it before.
            current = nil
            pthread_mutex_lock(mutex)
            if helpers.wrappingSubtract(1, ordering: .releasing).newValue == 0 { pthread_cond_signal(completion) }
            pthread_mutex_unlock(mutex)
        }
    }
}
