import CHDF5
import HDF5

/// A group of a file in the making.
package final class GroupWriter: Sendable {
    let object: ObjectWriter

    init(_ object: ObjectWriter) { self.object = object }

    /// The absolute path inside the file, "/" for the root.
    package var path: String { object.path }

    package var attributes: AttributesWriter { AttributesWriter(object: object) }

    /// The group at `path` that was made before. Throws `failed` where there is none.
    package func group(_ path: String) throws -> GroupWriter {
        try object.use {
            let place = object.place.member(path)
            let handle = try place.own(H5Gopen2(object.id, path, CHDF5_DEFAULT), "open")
            return GroupWriter(ObjectWriter(file: object.file, path: place.object, handle: handle))
        }
    }

    /// A new group at `path`, with the groups on the way where they are missing.
    ///
    /// It tracks the creation order of its links and attributes as `source` does. Throws `alreadyExists`.
    package func createGroup(_ path: String, like source: Group? = nil) throws -> GroupWriter {
        let order = try source?.creationOrder()
        return try object.use {
            let place = try newPlace(path)
            let links = try linkOptions(at: place)
            let properties = try place.own(H5Pcreate(CHDF5_H5P_GROUP_CREATE()), "prepare")
            try place.check(H5Pset_obj_track_times(properties.id, false), "prepare")
            if let order {
                try place.check(H5Pset_link_creation_order(properties.id, order.links), "prepare")
                try place.check(H5Pset_attr_creation_order(properties.id, order.attributes), "prepare")
            }
            let id = H5Gcreate2(object.id, path, links.id, properties.id, CHDF5_DEFAULT)
            return GroupWriter(
                ObjectWriter(file: object.file, path: place.object, handle: try place.own(id, "create")))
        }
    }

    /// A new dataset at `path`, groups on the way included, of little-endian numbers or strings of variable length.
    ///
    /// - Parameters:
    ///   - shape: empty for a scalar.
    ///   - chunks: extents of a chunk, one for each axis; clipped to the shape. Where `gzip` or `shuffle` is asked for
    ///     and no chunks are given, chunks are whole rows of about 1 MiB. Nothing is chunked where there are no
    ///     elements.
    ///   - gzip: the level of compression, 0 to 9.
    ///
    /// Throws `alreadyExists`, `wrongType` for types that can only be read, `failed`.
    package func createDataset(
        _ path: String, shape: [Int], type: ElementType, chunks: [Int]? = nil, gzip: Int? = nil, shuffle: Bool = false
    ) throws -> DatasetWriter {
        precondition(chunks == nil || chunks?.count == shape.count, "chunks need an extent for each axis")
        precondition(gzip == nil || (0...9).contains(gzip ?? 0), "gzip has levels 0 to 9")
        return try object.use {
            let place = try newPlace(path)
            let fileType = try type.makeType(at: place)
            let properties = try place.own(H5Pcreate(CHDF5_H5P_DATASET_CREATE()), "prepare")
            let isFiltered = gzip != nil || shuffle
            if !shape.isEmpty, !shape.contains(0), chunks != nil || isFiltered {
                let extents = chunks ?? Self.rows(of: shape, elementBytes: H5Tget_size(fileType.id))
                try Self.setChunks(extents, shape: shape, in: properties, at: place)
                if shuffle { try place.check(H5Pset_shuffle(properties.id), "prepare") }
                if let gzip { try place.check(H5Pset_deflate(properties.id, UInt32(gzip)), "prepare") }
            }
            return try create(path, shape: shape, type: type, made: fileType, properties: properties)
        }
    }

    /// A new dataset of strings at `path`, contiguous, groups on the way included; `shape` is empty for a scalar.
    package func createDataset(_ path: String, shape: [Int], strings kind: StringType) throws -> DatasetWriter {
        try object.use {
            let place = try newPlace(path)
            let properties = try place.own(H5Pcreate(CHDF5_H5P_DATASET_CREATE()), "prepare")
            return try create(
                path, shape: shape, type: .string, strings: kind, made: kind.makeType(at: place),
                properties: properties)
        }
    }

    /// A new dataset at `path` that is stored as `source` is: type and byte order, layout, chunks, filters, fill value.
    ///
    /// Chunks are clipped to the shape, which is fixed even where the source's could grow. Where the layout cannot hold
    /// the shape (chunks: another rank or no elements; compact: above 64 KiB), it is contiguous, without filters.
    package func createDataset(_ path: String, shape: [Int], like source: Dataset) throws -> DatasetWriter {
        try object.use {
            let place = try newPlace(path)
            let type = try source.stored.make(at: place)
            let properties = try source.makeProperties(shape: shape, at: place)
            return try create(
                path, shape: shape, type: source.type, strings: StringType(source.stored), made: type,
                properties: properties)
        }
    }

    private static func rows(of shape: [Int], elementBytes: Int) -> [Int] {
        let rowBytes = shape.dropFirst().reduce(Double(elementBytes)) { $0 * Double($1) }
        let rows = max(1, Int(1_048_576 / rowBytes))
        return [rows] + shape.dropFirst()
    }

    static func setChunks(
        _ chunks: [Int], shape: [Int], in properties: borrowing Handle, at place: Place
    ) throws {
        let extents = zip(chunks, shape).map { hsize_t(max(1, min($0, $1))) }
        try place.check(H5Pset_chunk(properties.id, Int32(extents.count), extents), "prepare")
    }

    private func create(
        _ path: String, shape: [Int], type: ElementType, strings: StringType? = nil, made: borrowing Handle,
        properties: borrowing Handle
    ) throws -> DatasetWriter {
        precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extents: \(shape)")
        let space = try Dataspace.make(shape, at: object.place.member(path))
        let object = try create(path, type: made, space: space, properties: properties)
        return DatasetWriter(object, shape: shape, type: type, strings: strings)
    }

    func create(
        _ path: String, type: borrowing Handle, space: borrowing Handle, properties: borrowing Handle
    ) throws -> ObjectWriter {
        let place = object.place.member(path)
        let links = try linkOptions(at: place)
        // The time of writing is kept nowhere: the same contents give the same bytes.
        try place.check(H5Pset_obj_track_times(properties.id, false), "prepare")
        let id = H5Dcreate2(object.id, path, type.id, space.id, links.id, properties.id, CHDF5_DEFAULT)
        return ObjectWriter(file: object.file, path: place.object, handle: try place.own(id, "create"))
    }

    /// Where `path` will be. Throws `alreadyExists`, and `invalidText` for what cannot be the name of a new object.
    func newPlace(_ path: String) throws -> Place {
        let place = object.place.member(path)
        let isRelative = !path.hasPrefix("/") && path.split(separator: "/").contains { $0 != "." }
        guard isRelative, !path.utf8.contains(0) else {
            throw place.invalidText("found a name that is empty, absolute or holds a NUL byte")
        }
        guard try !exists(path) else {
            throw HDF5Error.alreadyExists(file: place.file, object: place.object)
        }
        return place
    }

    private func exists(_ path: String) throws -> Bool {
        var name = ""
        for component in path.split(separator: "/") where component != "." {
            name += name.isEmpty ? String(component) : "/\(component)"
            guard try object.place.member(name).check(H5Lexists(object.id, name, CHDF5_DEFAULT), "look up") > 0 else {
                return false
            }
        }
        return true
    }

    /// Names are UTF-8, missing groups on the way are made.
    func linkOptions(at place: Place) throws -> Handle {
        let options = try place.own(H5Pcreate(CHDF5_H5P_LINK_CREATE()), "prepare")
        try place.check(H5Pset_char_encoding(options.id, H5T_CSET_UTF8), "prepare")
        try place.check(H5Pset_create_intermediate_group(options.id, 1), "prepare")
        return options
    }
}
