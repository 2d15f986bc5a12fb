import Glibc
import Synchronization

/// A thread that the system was asked for, and granted: users, containers and services may have so many and no more.
package struct SystemThread: Sendable {
    private let thread: pthread_t

    /// Calls `body` on a thread of its own; nil where the system refuses one. What is computed must not depend on it.
    package init?(_ body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { start in
                if let start = unsafe start { unsafe Unmanaged<Start>.fromOpaque(start).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            unsafe start.release()
            Self.observer.withLock { $0.take() }?()
            return nil
        }
        self.thread = thread
    }

    /// Waits for its end. To be called once, if `detach` was not.
    package func join() { pthread_join(thread, nil) }

    /// Lets it end by itself. To be called once, if `join` is not.
    package func detach() { pthread_detach(thread) }

    private static let observer = Mutex<(@Sendable () -> Void)?>(nil)

    /// Has `body` called at the next refusal, and at no other.
    package static func onRefusal(_ body: @escaping @Sendable () -> Void) { observer.withLock { $0 = body } }
}

/// What a thread is given when it starts.
private final class Start {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
