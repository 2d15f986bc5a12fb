import CHDF5

/// The shape of a dataset or attribute, checked: the product of its axes fits into `Int`.
struct Dataspace {
    /// Rank 0 for a scalar, `[0]` for HDF5's null space.
    let shape: [Int]
    let count: Int

    /// Throws `implausibleSize` where the product overflows.
    init(reading space: borrowing Handle, at place: Place) throws {
        guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
            (shape, count) = ([0], 0)
            return
        }
        let rank = try place.check(H5Sget_simple_extent_ndims(space.id), "measure")
        var axes = [hsize_t](repeating: 0, count: Int(rank))
        try place.check(H5Sget_simple_extent_dims(space.id, &axes, nil), "measure")
        shape = axes.map { Int(clamping: $0) }
        var count = 1
        for extent in shape where !shape.contains(0) {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, extent < .max else {
                throw HDF5Error.implausibleSize(file: place.file, object: place.object, declared: nil, limit: .max)
            }
            count = product
        }
        self.count = shape.contains(0) ? 0 : count
    }

    /// A new dataspace of fixed extents; a scalar for the empty shape.
    static func make(_ shape: [Int], at place: Place) throws -> Handle {
        guard !shape.isEmpty else { return try place.own(H5Screate(H5S_SCALAR), "shape") }
        let axes = shape.map { hsize_t($0) }
        return try place.own(H5Screate_simple(Int32(axes.count), axes, nil), "shape")
    }
}
