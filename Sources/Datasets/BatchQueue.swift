import Foundation
import Threads

/// The batches of an epoch.
package typealias TrainingBatches = BatchQueue<TrainingBatch>

/// Batches that are made by threads in the background and handed out in order.
///
/// One thread reads. The others end with the last batch, or when this is let go. Where the system grants none, the
/// reader makes each batch when it asks for it.
package final class BatchQueue<Batch: Sendable> {
    private let queue: SharedBatches<Batch>
    private let make: (Int) throws -> Batch
    private let isMadeAhead: Bool

    /// `make` gives the batch of a step; it is called from `threads` threads, for steps that are at most `ahead` of the
    /// reader.
    init(steps: Range<Int>, ahead: Int, threads: Int, make: @escaping @Sendable (Int) throws -> Batch) {
        let queue = SharedBatches<Batch>(steps: steps, ahead: ahead)
        var makers = 0
        while makers < min(threads, steps.count),
            let maker = SystemThread({
                while let step = queue.nextStep() { queue.put(Result { try make(step) }, at: step) }
            })
        {
            maker.detach()
            makers += 1
        }
        (self.queue, self.make, isMadeAhead) = (queue, make, makers > 0)
    }

    /// The next batch, nil after the last. Waits only while it is being made. Throws, at its step, what reading it
    /// threw.
    package func next() throws -> Batch? {
        if !isMadeAhead, let step = queue.nextStep() { queue.put(Result { try make(step) }, at: step) }
        return try queue.take()?.get()
    }

    deinit { queue.stop() }
}

/// What the threads share.
///
/// `@unchecked Sendable`: its variables are only touched while `condition` is locked.
private final class SharedBatches<Batch: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let end: Int
    private let ahead: Int
    /// The step that the reader asks for next, and the one that a thread begins next.
    private var reading: Int, making: Int
    private var finished: [Int: Result<Batch, any Error>] = [:]
    private var isStopped = false

    init(steps: Range<Int>, ahead: Int) {
        (reading, making, end, self.ahead) = (steps.lowerBound, steps.lowerBound, steps.upperBound, ahead)
    }

    /// A step to make, once the reader is near enough; nil when there is nothing left to do.
    func nextStep() -> Int? {
        condition.withLock {
            while !isStopped, making < end, making >= reading + ahead { condition.wait() }
            guard !isStopped, making < end else { return nil }
            defer { making += 1 }
            return making
        }
    }

    func put(_ batch: Result<Batch, any Error>, at step: Int) {
        condition.withLock {
            finished[step] = batch
            condition.broadcast()
        }
    }

    func take() -> Result<Batch, any Error>? {
        condition.withLock {
            guard reading < end else { return nil }
            while finished[reading] == nil { condition.wait() }
            defer {
                reading += 1
                condition.broadcast()
            }
            return finished.removeValue(forKey: reading)
        }
    }

    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }
}
