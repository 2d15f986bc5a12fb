import Synchronization

/// Elements that are loaded when somebody needs them, and may be let go when nobody does.
final class LoadedElements: Sendable {
    let count: Int
    private let load: @Sendable (inout MutableSpan<Float>) -> Void
    private let state = Mutex(State())

    private struct State: @unchecked Sendable {
        var memory: UnsafeMutableBufferPointer<Float>?
        var borrowers = 0
    }

    init(count: Int, by load: @escaping @Sendable (inout MutableSpan<Float>) -> Void) {
        (self.count, self.load) = (count, load)
    }

    deinit { state.withLock { state in unsafe state.memory?.baseAddress?.deallocate() } }

    fileprivate var bytes: Int { count * MemoryLayout<Float>.stride }

    /// The elements, in memory until they are given back; whoever asks while they are loaded waits.
    func borrow() -> UnsafeMutableBufferPointer<Float> {
        var isNew = false
        let memory = unsafe state.withLock { state in
            state.borrowers += 1
            if let memory = unsafe state.memory { return unsafe memory }
            let memory = unsafe UnsafeMutableBufferPointer<Float>.aligned(count)
            // Floats need no initial values, and `load` leaves none out.
            var span = unsafe memory.mutableSpan
            load(&span)
            unsafe state.memory = unsafe memory
            isNew = true
            return unsafe memory
        }
        if isNew { LoadedTensors.add(self) }
        return unsafe memory
    }

    func giveBack() { state.withLock { $0.borrowers -= 1 } }

    /// Gives the memory back to the system; false where somebody is looking at it.
    fileprivate func letGo() -> Bool {
        state.withLockIfAvailable { state in
            guard state.borrowers == 0 else { return false }
            unsafe state.memory?.baseAddress?.deallocate()
            unsafe state.memory = nil
            return true
        } ?? false
    }
}

/// Which elements are loaded, the oldest first: beyond 64 MiB those that nobody is looking at are let go.
private enum LoadedTensors {
    private struct Entry {
        weak var elements: LoadedElements?
        let bytes: Int
    }

    private static let maximumBytes = 64 << 20
    private static let entries = Mutex<[Entry]>([])

    static func add(_ elements: LoadedElements) {
        entries.withLock { entries in
            entries.removeAll { $0.elements == nil }
            var bytes = entries.reduce(elements.bytes) { $0 + $1.bytes }
            entries.removeAll { entry in
                guard bytes > maximumBytes, entry.elements?.letGo() == true else { return false }
                bytes -= entry.bytes
                return true
            }
            entries.append(Entry(elements: elements, bytes: elements.bytes))
        }
    }
}
