import CHDF5

/// A folder inside a file; the root is one too.
package final class Group: Sendable {
    let object: Object

    init(_ object: Object) { self.object = object }

    /// The absolute path inside the file, "/" for the root.
    package var path: String { object.path }

    package var attributes: Attributes { Attributes(object: object) }

    /// The names of the members: in the order of their creation where the group tracks it, else sorted by bytes.
    package func names() throws -> [String] {
        try object.use {
            let index = try creationOrder().links & 1 == 1 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
            return try object.place.collectNames("list") { CHDF5_each_link(object.id, index, $0, $1) }
        }
    }

    /// What is at `path` (relative, or absolute with a leading slash); nil where nothing is, also when something on
    /// the way is missing. A link out of the file is `.other`.
    package func kind(of path: String) throws -> ObjectKind? {
        try object.use {
            do {
                return try object.find(path)?.kind
            } catch HDF5Error.elsewhere {
                return .other
            }
        }
    }

    /// The group at `path`. Throws `missing`, `wrongKind`, `elsewhere`.
    package func group(_ path: String) throws -> Group {
        try object.use { Group(try member(path).require(.group)) }
    }

    /// The dataset at `path`. Throws `missing`, `wrongKind`, `elsewhere` (links out of the file, external storage,
    /// virtual datasets), `implausibleSize` (a shape whose product overflows).
    package func dataset(_ path: String) throws -> Dataset {
        try object.use { try Dataset(try member(path).require(.dataset)) }
    }

    func member(_ path: String) throws -> Object {
        guard let found = try object.find(path) else {
            throw HDF5Error.missing(file: object.file.path, object: object.place.member(path).object)
        }
        return found
    }

    /// The flags of HDF5's creation order: bit 0 tracked, bit 1 indexed.
    func creationOrder() throws -> (links: UInt32, attributes: UInt32) {
        try object.use {
            let properties = try object.place.own(H5Gget_create_plist(object.id), "describe")
            var order: (links: UInt32, attributes: UInt32) = (0, 0)
            try object.place.check(H5Pget_link_creation_order(properties.id, &order.links), "describe")
            try object.place.check(H5Pget_attr_creation_order(properties.id, &order.attributes), "describe")
            return order
        }
    }
}
