import CHDF5

/// An array of numbers or texts in a file, rows first.
package final class Dataset: Sendable {
    let object: Object
    /// The extents of the axes, slowest first; empty for a scalar, `[0]` for HDF5's null space.
    package let shape: [Int]
    /// The number of elements, the product of the shape.
    package let count: Int
    package let type: ElementType
    let storage: Storage
    /// The extents of a chunk, where the dataset is stored in chunks.
    package var chunks: [Int]? { if case let .chunked(extents) = storage { extents } else { nil } }

    /// Throws `elsewhere`, `implausibleSize`. The order matters: nothing is asked of a virtual dataset that would
    /// make the library open its sources.
    init(_ object: Object) throws {
        let place = object.place
        let properties = try place.own(H5Dget_create_plist(object.id), "describe")
        storage = try Storage(reading: properties, at: place)
        let space = try Dataspace(reading: place.own(H5Dget_space(object.id), "measure"), at: place)
        (shape, count) = (space.shape, space.count)
        type = ElementType(reading: try place.own(H5Dget_type(object.id), "describe"))
        self.object = object
    }

    /// The absolute path inside the file.
    package var path: String { object.path }

    package var attributes: Attributes { Attributes(object: object) }

    func requireNumbers() throws { if !type.isNumeric { throw wrongType(expected: "numbers") } }

    func requireStrings() throws { if type != .string { throw wrongType(expected: "strings") } }

    func wrongType(expected: String) -> HDF5Error {
        .wrongType(file: object.file.path, object: path, expected: expected, found: type.description)
    }
}
