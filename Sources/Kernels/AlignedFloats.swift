#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import Synchronization

/// Floats in memory of their own, aligned to 64 bytes: a cache line and the widest vector register. A vector can be
/// read at any of them: what lies behind the last one is there, and of no meaning.
///
/// `@unchecked Sendable`: weights are written before they are shared and only read afterwards; an arena is used by
/// one run at a time, which its owner sees to.
package final class AlignedFloats: @unchecked Sendable {
    package let count: Int
    /// Nil for floats that are lent.
    private let own: UnsafeMutablePointer<Float>?
    private let lent: LentFloats?
    private static let slack = 16
    /// The size of a page where the system can map memory by large ones. Megabytes of weights and activations, read
    /// from all over, otherwise need more pages than the processor's TLB has entries for.
    private static let largePage = 2 << 20
    /// What kernels packed of them, if they are weights: shared by all plans of a network.
    let packedWeightCache: PackedWeightCache

    /// `count` zeros. `areReloaded`: see `PackedWeightCache`.
    package init(count: Int, areReloaded: Bool = false) {
        precondition(count >= 0, "negative count")
        (self.count, own, lent) = (count, Self.zeros(count), nil)
        packedWeightCache = PackedWeightCache(areReloaded: areReloaded)
    }

    /// `count` floats that `lend` hands to its argument, the same each time: for weights that are somewhere else and
    /// only packed. They get memory of their own when somebody asks for `start`.
    package init(count: Int, lentBy lend: @escaping LentFloats.Lender) {
        (self.count, own, lent) = (count, nil, LentFloats(lend))
        packedWeightCache = PackedWeightCache(areReloaded: false)
    }

    /// The first of them, for as long as this object lives.
    package var start: UnsafeMutablePointer<Float> {
        if let own { return own }
        guard let lent else { preconditionFailure("floats have memory of their own or are lent") }
        return lent.kept(count)
    }

    /// What `body` returns, called with the first of them, which it does not keep.
    func withFloats<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        guard let lent, !lent.isKept else { return body(start) }
        var result: Result?
        lent.lend { result = body($0) }
        guard let result else { preconditionFailure("who lends floats hands them over") }
        return result
    }

    package convenience init(_ elements: [Float]) {
        self.init(count: elements.count)
        elements.withUnsafeBufferPointer { if let source = $0.baseAddress { start.update(from: source, count: count) } }
    }

    deinit { own?.deallocate() }

    fileprivate static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = (count + slack) * MemoryLayout<Float>.stride, isLarge = bytes >= largePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? largePage : 64)
        #if os(Linux)
        // Only a hint: the system may ignore it.
        if isLarge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
        #endif
        let start = raw.bindMemory(to: Float.self, capacity: count + slack)
        start.initialize(repeating: 0, count: count + slack)
        return start
    }

    package subscript(index: Int) -> Float { start[index] }
}

/// Floats that are somewhere else, until somebody wants to keep them.
package final class LentFloats: Sendable {
    package typealias Lender = @Sendable ((UnsafePointer<Float>) -> Void) -> Void

    fileprivate let lend: Lender
    private let copy = Mutex<Copy>(Copy())

    private struct Copy: @unchecked Sendable { var start: UnsafeMutablePointer<Float>? }

    init(_ lend: @escaping Lender) { self.lend = lend }

    deinit { copy.withLock { $0.start?.deallocate() } }

    fileprivate var isKept: Bool { copy.withLock { $0.start != nil } }

    fileprivate func kept(_ count: Int) -> UnsafeMutablePointer<Float> {
        copy.withLock { copy in
            if let start = copy.start { return start }
            let start = AlignedFloats.zeros(count)
            lend { start.update(from: $0, count: count) }
            copy.start = start
            return start
        }
    }
}
