/// What elements hold that were never written, and when space for them is taken.
package struct FillValue: Equatable, Sendable {
    /// An element in the file's type; nil for zeros.
    package var bytes: [UInt8]?
    /// The numbers of the library's `H5D_alloc_time_t` and `H5D_fill_time_t`; nil where the file does not tell.
    package var allocation: Int?
    package var writing: Int?

    init() {}

    init(old body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths)
        let size = try cursor.int(4)
        bytes = size == 0 ? nil : Array(try cursor.take(size))
    }

    init(_ body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths)
        let version = try cursor.expect(version: 1...3, of: "a fill value"), isDefined: Bool
        if version == 3 {
            let flags = try cursor.byte()
            (allocation, writing, isDefined) = (flags & 3, flags >> 2 & 3, flags & 0x20 != 0)
        } else {
            (allocation, writing) = (try cursor.byte(), try cursor.byte())
            isDefined = try cursor.byte() != 0 || version == 1
        }
        guard isDefined, cursor.remaining >= 4 else { return }
        let size = try cursor.int(4)
        bytes = size == 0 || size == Int(UInt32.max) ? nil : Array(try cursor.take(size))
    }
}
