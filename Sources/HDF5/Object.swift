import CHDF5

/// What a name in a file stands for.
package enum ObjectKind: Equatable, Sendable {
    case group, dataset
    /// A committed datatype, or a link that leads out of the file.
    case other
}

/// An open object and the file that must outlive it.
final class Object: Sendable {
    let file: File
    let path: String
    let id: hid_t

    init(file: File, path: String, handle: consuming Handle) {
        (self.file, self.path) = (file, path)
        id = handle.take()
    }

    deinit { file.giveBack(id, at: place) }

    var place: Place { Place(file: file.path, object: path) }

    var kind: ObjectKind {
        switch H5Iget_type(id) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: .other
        }
    }

    /// This object, when it is of the kind `expected`.
    func require(_ expected: ObjectKind) throws -> Object {
        guard kind == expected else {
            throw HDF5Error.wrongKind(file: file.path, object: path, expected: expected, found: kind)
        }
        return self
    }

    /// The object at `path`, relative to this one or, with a leading slash, to the root; nil where a link is missing,
    /// dangles, or leads through something that is no group. Throws `elsewhere` where a link leads to another file.
    func find(_ path: String) throws -> Object? {
        let names = path.split(separator: "/").filter { $0 != "." },
            start = path.hasPrefix("/") ? try file.rootObject() : self
        if start.kind == .group, !names.isEmpty, !path.utf8.contains(0) {
            // At one go, which is much faster than name by name; the library follows no link out of the file.
            let place = names.reduce(start.place) { $0.member(String($1)) }
            let id = H5Oopen(start.id, names.joined(separator: "/"), CHDF5_DEFAULT)
            if id >= 0 { return Object(file: file, path: place.object, handle: Handle(id: id)) }
        }
        // What is in the way?
        return try names.reduce(start) { try $0?.member(String($1)) }
    }

    private func member(_ name: String) throws -> Object? {
        guard kind == .group, !name.utf8.contains(0) else { return nil }
        let place = place.member(name)
        guard try place.check(H5Lexists(id, name, CHDF5_DEFAULT), "look up") > 0 else { return nil }
        if try softLinkTarget(name) != nil,
            try place.check(H5Oexists_by_name(id, name, CHDF5_DEFAULT), "follow the link") == 0
        {
            return nil
        }
        let handle = try place.own(H5Oopen(id, name, CHDF5_DEFAULT), "open")
        return Object(file: file, path: place.object, handle: handle)
    }

    /// The path inside the same file by which this group names the member `name`; nil for a hard link. Throws
    /// `elsewhere` where the member is in another file.
    func softLinkTarget(_ name: String) throws -> String? {
        let place = place.member(name)
        var size = 0
        switch CHDF5_link_type(id, name, &size) {
        case H5L_TYPE_HARD:
            return nil
        case H5L_TYPE_SOFT:
            var target = [UInt8](repeating: 0, count: size)
            try place.check(H5Lget_val(id, name, &target, size, CHDF5_DEFAULT), "follow the link")
            return String(decoding: target.prefix { $0 != 0 }, as: UTF8.self)
        default:
            throw HDF5Error.elsewhere(file: place.file, object: place.object, means: "an external link")
        }
    }

    /// What `body` returns, run inside the lock while the file is open.
    func use<R: ~Copyable>(_ body: () throws -> R) throws -> R { try file.use(body) }
}
