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
        storage = TensorStorage(count: Self.count(of: shape)) { unsafe $0.initialize(repeating: value) }
    }

    /// A tensor of `shape` holding `elements` in row-major order; their number must be the product of the shape.
    package init(shape: [Int], _ elements: [Float]) {
        precondition(elements.count == Self.count(of: shape), "\(elements.count) elements do not fill shape \(shape)")
        self.shape = shape
        storage = TensorStorage(count: elements.count) { _ = unsafe $0.initialize(from: elements) }
    }

    /// A tensor whose elements `load` fills in when they are first needed, and again after they were let go: of
    /// large tensors that nobody is looking at only so many stay in memory. `load` must fill in all of them, the same
    /// each time, or end the process.
    package init(shape: [Int], loadedBy load: @escaping @Sendable (inout MutableSpan<Float>) -> Void) {
        self.shape = shape
        storage = TensorStorage(loaded: LoadedElements(count: Self.count(of: shape), by: load))
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
            return unsafe withUnsafeBuffer { unsafe $0[position] }
        }
        set {
            precondition(position >= 0 && position < count, "position \(position) outside \(count) elements")
            unsafe makeUnique()[position] = newValue
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
        let buffer = unsafe storage.borrow()
        defer { storage.giveBack() }
        return try unsafe body(buffer.span)
    }

    /// Calls `body` with the elements in row-major order, writable.
    package mutating func withMutableSpan<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe makeUnique()
        defer { withExtendedLifetime(storage) {} }
        var span = unsafe buffer.mutableSpan
        return try body(&span)
    }

    /// Calls `body` with a pointer to the elements, valid during the call: for kernels.
    @unsafe
    package func withUnsafeBuffer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe UnsafeBufferPointer(storage.borrow())
        defer { storage.giveBack() }
        return try unsafe body(buffer)
    }

    /// Calls `body` with a writable pointer to the elements, valid during the call: for kernels.
    @unsafe
    package mutating func withUnsafeMutableBuffer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe makeUnique()
        defer { withExtendedLifetime(storage) {} }
        return try unsafe body(buffer)
    }

    private init(shape: [Int], storage: TensorStorage) {
        (self.shape, self.storage) = (shape, storage)
    }

    /// The elements, to be written to: this tensor's alone, and in memory for good.
    private mutating func makeUnique() -> UnsafeMutableBufferPointer<Float> {
        if let own = unsafe storage.own, isKnownUniquelyReferenced(&storage) { return unsafe own }
        let old = storage
        storage = TensorStorage(count: old.count) { _ = unsafe $0.initialize(fromContentsOf: old.borrow()) }
        old.giveBack()
        guard let own = unsafe storage.own else { preconditionFailure("new storage has memory of its own") }
        return unsafe own
    }
}

/// The elements behind a tensor: in aligned memory of their own, freed with the last owner, or loaded when needed.
///
/// `@unchecked Sendable`: written only by a `Tensor` that holds the sole reference, read-only once shared.
private final class TensorStorage: @unchecked Sendable {
    let count: Int
    /// Nil where they are loaded.
    let own: UnsafeMutableBufferPointer<Float>?
    private let loaded: LoadedElements?

    init(count: Int, _ initialize: (UnsafeMutableBufferPointer<Float>) -> Void) {
        let memory = unsafe UnsafeMutableBufferPointer<Float>.aligned(count)
        unsafe initialize(memory)
        unsafe (self.count, own, loaded) = (count, memory, nil)
    }

    init(loaded: LoadedElements) { unsafe (count, own, self.loaded) = (loaded.count, nil, loaded) }

    /// The elements, in memory until they are given back.
    func borrow() -> UnsafeMutableBufferPointer<Float> {
        if let own = unsafe own { return unsafe own }
        guard let loaded else { preconditionFailure("elements are in memory or loaded") }
        return unsafe loaded.borrow()
    }

    func giveBack() { loaded?.giveBack() }

    deinit { unsafe own?.baseAddress?.deallocate() }
}

extension UnsafeMutableBufferPointer<Float> {
    /// New memory for `count` elements, aligned to 64 bytes.
    static func aligned(_ count: Int) -> Self {
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: Swift.max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        return unsafe Self(start: raw.bindMemory(to: Float.self, capacity: count), count: count)
    }
}
