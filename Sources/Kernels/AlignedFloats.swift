/// Floats in memory of their own, aligned to 64 bytes: a cache line and the widest vector register. A vector can be
/// read at any of them: what lies behind the last one is there, and of no meaning.
///
/// `@unchecked Sendable`: weights are written before they are shared and only read afterwards; an arena is used by
/// one run at a time, which its owner sees to.
package final class AlignedFloats: @unchecked Sendable {
    package let start: UnsafeMutablePointer<Float>
    package let count: Int
    private static let slack = 16
    /// What kernels have made of them as weights, so that all plans of a network share it.
    let preparations = Preparations()

    /// `count` zeros.
    package init(count: Int) {
        precondition(count >= 0, "negative count")
        let raw = UnsafeMutableRawPointer.allocate(byteCount: (count + Self.slack) * MemoryLayout<Float>.stride, alignment: 64)
        start = raw.bindMemory(to: Float.self, capacity: count + Self.slack)
        start.initialize(repeating: 0, count: count + Self.slack)
        self.count = count
    }

    package convenience init(_ elements: [Float]) {
        self.init(count: elements.count)
        elements.withUnsafeBufferPointer { if let source = $0.baseAddress { start.update(from: source, count: count) } }
    }

    deinit { start.deallocate() }

    package subscript(index: Int) -> Float { start[index] }
}
