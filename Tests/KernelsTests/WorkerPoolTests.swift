import Synchronization
import Testing
@testable import Kernels

@Suite struct WorkerPools {
    @Test("Every part is done once, whatever the number of workers and parts", arguments: [1, 2, 3, 8])
    func once(workers: Int) {
        let pool = WorkerPool(workers: workers)
        #expect(pool.workers == workers)
        for parts in [0, 1, 2, 7, 1000] {
            let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: parts)
            counts.initialize(repeating: 0)
            pool.run(parts: parts) { part, worker in
                precondition(worker < workers)
                counts[part] += 1
            }
            #expect(counts.allSatisfy { $0 == 1 })
            counts.deallocate()
        }
    }

    @Test("Every unit is done once, whatever stays together", arguments: [1, 2, 3, 8])
    func together(workers: Int) {
        let pool = WorkerPool(workers: workers)
        for units in [0, 1, 2, 7, 64, 1000] {
            for affinity in [1, 2, 5, 64, 2000] {
                let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: units)
                counts.initialize(repeating: 0)
                pool.run(units: units, affinity: affinity) { range, worker in
                    precondition(worker < workers)
                    for unit in range { counts[unit] += 1 }
                }
                #expect(counts.allSatisfy { $0 == 1 }, "\(units) units, affinity \(affinity)")
                counts.deallocate()
            }
        }
    }

    @Test("A worker's number is its own while it works")
    func exclusive() {
        let pool = WorkerPool(workers: 4), busy = Busy()
        for _ in 0..<50 {
            pool.run(parts: 64) { _, worker in
                busy.enter(worker)
                busy.leave(worker)
            }
        }
        #expect(busy.collisions == 0)
    }

    @Test("Pools end with their threads, used or not")
    func lifetime() {
        for round in 0..<50 {
            let pool = WorkerPool(workers: 3)
            if round % 2 == 0 { pool.run(parts: 5) { _, _ in } }
        }
    }

    private final class Busy: Sendable {
        private let state = Mutex((busy: Set<Int>(), collisions: 0))
        var collisions: Int { state.withLock { $0.collisions } }
        func enter(_ worker: Int) { state.withLock { if !$0.busy.insert(worker).inserted { $0.collisions += 1 } } }
        func leave(_ worker: Int) { state.withLock { _ = $0.busy.remove(worker) } }
    }
}
