import CHDF5
import HDF5

extension Dataspace {
    /// A new dataspace of fixed extents; a scalar for the empty shape.
    static func make(_ shape: [Int], at place: Place) throws -> Handle {
        guard !shape.isEmpty else { return try place.own(H5Screate(H5S_SCALAR), "shape") }
        let axes = shape.map { hsize_t($0) }
        return try place.own(H5Screate_simple(Int32(axes.count), axes, nil), "shape")
    }

    /// The same again, with how far its axes may grow. What is not in chunks cannot grow.
    func make(growing: Bool, at place: Place) throws -> Handle {
        if isNull { return try place.own(H5Screate(H5S_NULL), "shape") }
        guard growing, !shape.isEmpty else { return try Self.make(shape, at: place) }
        let axes = shape.map { hsize_t($0) }
        let maximum = maximum.map { $0.map { hsize_t($0) } ?? CHDF5_UNLIMITED() }
        return try place.own(H5Screate_simple(Int32(axes.count), axes, maximum), "shape")
    }
}
