import Glibc

/// An n-dimensional array of 32-bit floats, row-major, with value semantics.
///
/// Copies share storage until one of them is written to. The storage is aligned to 64 bytes, a cache line and the
/// widest vector register. A scalar has the empty shape and one element; a dimension of 0 makes an empty tensor.
package struct Tensor: Sendable {
    /// Lengths of the axes, outermost first.
    package let shape: [Int]
    private var storage: TensorStorage

    package var count: Int { storage.count }

    /// A tensor of `shape` with every element `value`.
    package init(shape: [Int], repeating value: Float = 0) {
        self.shape = shape
        storage = TensorStorage(count: Self.count(of: shape))
        unsafe storage.buffer.initialize(repeating: value)
    }

    /// A tensor of `shape` holding `elements` in row-major order; their number must be the product of the shape.
    package init(shape: [Int], _ elements: [Float]) {
        precondition(elements.count == Self.count(of: shape), "\(elements.count) elements do not fill shape \(shape)")
        self.shape = shape
        storage = TensorStorage(count: elements.count)
        _ = unsafe storage.buffer.initialize(from: elements)
    }

    /// A tensor that stands for one of this shape whose numbers nobody asks for: zeros, and where they are many, such
    /// that the system gives no memory for them until they are touched.
    package init(placeholderOf shape: [Int]) {
        self.shape = shape
        storage = TensorStorage(zeros: Self.count(of: shape))
    }

    /// A vector.
    package init(_ elements: [Float]) { self.init(shape: [elements.count], elements) }

    /// The number of elements a shape has; the product of its axes.
    package static func count(of shape: [Int]) -> Int {
        precondition(shape.allSatisfy { $0 >= 0 }, "negative axis in shape \(shape)")
        return shape.reduce(1, *)
    }

    /// The element at a row-major position.
    package subscript(position: Int) -> Float {
        get {
            precondition(position >= 0 && position < count, "position \(position) outside \(count) elements")
            return unsafe storage.buffer[position]
        }
        set {
            precondition(position >= 0 && position < count, "position \(position) outside \(count) elements")
            makeUnique()
            unsafe storage.buffer[position] = newValue
        }
    }

    /// The elements in row-major order.
    package var elements: [Float] { unsafe withUnsafeBuffer { unsafe Array($0) } }

    /// The same elements under another shape of the same count.
    package func reshaped(_ newShape: [Int]) -> Tensor {
        precondition(Self.count(of: newShape) == count, "cannot reshape \(shape) to \(newShape)")
        return Tensor(shape: newShape, storage: storage)
    }

    /// Calls `body` with the elements in row-major order.
    package func withSpan<Result: ~Copyable, Failure: Error>(_ body: (Span<Float>) throws(Failure) -> Result)
        throws(Failure) -> Result
    {
        let buffer = unsafe storage.buffer
        defer { withExtendedLifetime(storage) {} }
        return try unsafe body(buffer.span)
    }

    /// Calls `body` with the elements in row-major order, writable.
    package mutating func withMutableSpan<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeUnique()
        let buffer = unsafe storage.buffer
        defer { withExtendedLifetime(storage) {} }
        var span = unsafe buffer.mutableSpan
        return try body(&span)
    }

    /// Calls `body` with a pointer to the elements, valid during the call: for kernels.
    @unsafe
    package func withUnsafeBuffer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe UnsafeBufferPointer(storage.buffer)
        defer { withExtendedLifetime(storage) {} }
        return try unsafe body(buffer)
    }

    /// Calls `body` with a writable pointer to the elements, valid during the call: for kernels.
    @unsafe
    package mutating func withUnsafeMutableBuffer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeUnique()
        let buffer = unsafe storage.buffer
        defer { withExtendedLifetime(storage) {} }
        return try unsafe body(buffer)
    }

    private init(shape: [Int], storage: TensorStorage) {
        (self.shape, self.storage) = (shape, storage)
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = unsafe TensorStorage(copying: storage.buffer) }
    }
}

/// The aligned memory behind a tensor; freed with its last owner.
///
/// `@unchecked Sendable`: written only by a `Tensor` that holds the sole reference, read-only once shared.
private final class TensorStorage: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Float>
    /// Whether the memory is a mapping of its own, in bytes of that length.
    private let mapped: Int?
    var count: Int { buffer.count }

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        unsafe buffer = UnsafeMutableBufferPointer(start: raw.bindMemory(to: Float.self, capacity: count), count: count)
        mapped = nil
    }

    /// Small ones are written at once: a process may have only so many mappings.
    init(zeros count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride, isLarge = bytes >= 1 << 20
        let raw =
            isLarge
            ? unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            : nil
        if let raw = unsafe raw, unsafe raw != MAP_FAILED {
            unsafe buffer = UnsafeMutableBufferPointer(
                start: raw.bindMemory(to: Float.self, capacity: count), count: count)
            mapped = bytes
        } else {
            let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            unsafe buffer = UnsafeMutableBufferPointer(
                start: raw.bindMemory(to: Float.self, capacity: count), count: count)
            unsafe buffer.initialize(repeating: 0)
            mapped = nil
        }
    }

    convenience init(copying source: UnsafeMutableBufferPointer<Float>) {
        self.init(count: source.count)
        _ = unsafe buffer.initialize(fromContentsOf: source)
    }

    deinit {
        guard let mapped else { return unsafe buffer.baseAddress?.deallocate() ?? () }
        unsafe munmap(buffer.baseAddress, mapped)
    }
}
