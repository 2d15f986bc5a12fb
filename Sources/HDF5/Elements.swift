import CHDF5

extension Array where Element: BitwiseCopyable {
    /// `count` elements that `fill` sets, all of them; it is not called for none.
    static func filled(_ count: Int, by fill: (UnsafeMutablePointer<Element>) throws -> Void) rethrows -> Self {
        try Self(unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress, count > 0 else { return }
            try fill(start)
            initialized = count
        }
    }
}

/// What `body` returns, called with zeroed memory for `count` elements laid out as `type` says.
///
/// What the library allocates for them (texts of variable length) it takes back afterwards, whether or not all of them
/// could be read.
func withElements<R>(
    _ count: Int, of type: borrowing Handle, at place: Place, _ body: (UnsafeMutableRawPointer) throws -> R
) throws -> R {
    let space = try Dataspace.make([count], at: place)
    let size = max(1, count * H5Tget_size(type.id))
    let start = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    defer { start.deallocate() }
    start.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    defer { if count > 0 { H5Dvlen_reclaim(type.id, space.id, CHDF5_DEFAULT, start) } }
    return try body(start)
}
