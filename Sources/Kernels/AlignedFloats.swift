#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Floats in memory of their own, aligned to 64 bytes: a cache line and the widest vector register. A vector can be
/// read at any of them: what lies behind the last one is there, and of no meaning.
///
/// `@unchecked Sendable`: weights are written before they are shared and only read afterwards; an arena is used by
/// one run at a time, which its owner sees to.
package final class AlignedFloats: @unchecked Sendable {
    package let start: UnsafeMutablePointer<Float>
    package let count: Int
    private static let slack = 16
    /// The size of a page where the system can map memory by large ones. Megabytes of weights and activations, read
    /// from all over, otherwise need more pages than the processor's TLB has entries for.
    private static let largePage = 2 << 20
    /// What kernels packed of them, if they are weights: shared by all plans of a network.
    let packedWeightCache: PackedWeightCache

    /// `count` zeros. `areReloaded`: see `PackedWeightCache`.
    package init(count: Int, areReloaded: Bool = false) {
        precondition(count >= 0, "negative count")
        let bytes = (count + Self.slack) * MemoryLayout<Float>.stride, isLarge = bytes >= Self.largePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.largePage : 64)
        #if os(Linux)
        // Only a hint: the system may ignore it.
        if isLarge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
        #endif
        start = raw.bindMemory(to: Float.self, capacity: count + Self.slack)
        start.initialize(repeating: 0, count: count + Self.slack)
        self.count = count
        packedWeightCache = PackedWeightCache(areReloaded: areReloaded)
    }

    package convenience init(_ elements: [Float]) {
        self.init(count: elements.count)
        elements.withUnsafeBufferPointer { if let source = $0.baseAddress { start.update(from: source, count: count) } }
    }

    deinit { start.deallocate() }

    package subscript(index: Int) -> Float { start[index] }
}
