import Tensors

/// The shape of a dataset or attribute, checked: the product of its axes fits into `Int`.
package struct Dataspace: Equatable, Sendable {
    /// Rank 0 for a scalar, `[0]` for HDF5's null space.
    package let shape: [Int]
    /// The product of the shape.
    package let count: Int
    /// How far each axis may grow, nil without end; as many as there are axes.
    package let maximum: [Int?]
    /// Whether it is HDF5's null space.
    package let isNull: Bool

    init(_ body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths)
        let version = try cursor.expect(version: 1...2, of: "a shape")
        let rank = try cursor.byte(), flags = try cursor.byte()
        guard rank <= 32 else { throw Damage("a shape of \(rank) axes") }
        let kind = version == 1 ? 1 : try cursor.byte()
        if version == 1 { try cursor.skip(5) }
        guard kind != 2 else {
            (shape, count, maximum, isNull) = ([0], 0, [0], true)
            return
        }
        var extents: [Int] = []
        for _ in 0..<rank { extents.append(try cursor.length()) }
        var maximum: [Int?] = extents
        if flags & 1 != 0 {
            let unlimited = UInt64.max >> UInt64(64 - 8 * widths.length)
            for axis in 0..<rank {
                let extent = try cursor.number(widths.length)
                maximum[axis] = extent == unlimited ? nil : Int(clamping: extent)
            }
        }
        guard let count = extents.product else { throw Damage("a shape \(extents) of more elements than 2^63") }
        (shape, self.count, self.maximum, isNull) = (extents, count, maximum, false)
    }
}
