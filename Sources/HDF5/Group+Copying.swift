import CHDF5

extension Group {
    /// Copies the object at `name` in `source`, often of another file, to the same name here, with its attributes and,
    /// of a group, everything below it: values bit by bit, stored as they were. Several links to one object stay so,
    /// links by path stay links. References come out null, since they point into the file they came from.
    ///
    /// Not left to `H5Ocopy`: up to HDF5 1.10.8 at least it crashes where a header is damaged, and where texts of
    /// variable length are among more than eight attributes of an object.
    ///
    /// Throws `missing`, `alreadyExists`, `elsewhere` (where anything lies outside its file), `implausibleSize`,
    /// `failed`.
    package func copy(_ name: String, from source: Group) throws {
        try object.use {
            try source.object.use {
                _ = try newPlace(name)
                var copies = Copies()
                try copies.copy(source.member(name), to: name, in: self)
                while let next = copies.pending.popLast() { try copies.copyMembers(of: next.original, to: next.copy) }
            }
        }
    }
}

/// A copy under way. Groups wait in a list, so that no depth of a file exhausts the stack.
private struct Copies {
    var pending: [(original: Group, copy: Group)] = []
    /// Where the objects copied so far are, by their address in the source.
    private var paths: [haddr_t: String] = [:]

    mutating func copyMembers(of original: Group, to copy: Group) throws {
        for name in try original.names() {
            let place = try copy.newPlace(name)
            if let target = try original.object.softLinkTarget(name) {
                let links = try copy.linkOptions(at: place)
                try place.check(H5Lcreate_soft(target, copy.object.id, name, links.id, CHDF5_DEFAULT), "link")
            } else {
                try self.copy(original.member(name), to: name, in: copy)
            }
        }
    }

    mutating func copy(_ original: Object, to name: String, in parent: Group) throws {
        let place = parent.object.place.member(name)
        let links = try parent.linkOptions(at: place)
        var address: haddr_t = 0
        try original.place.check(CHDF5_address(original.id, &address), "find")
        if let path = paths[address] {
            try place.check(
                H5Lcreate_hard(parent.object.id, path, parent.object.id, name, links.id, CHDF5_DEFAULT), "link")
            return
        }
        paths[address] = place.object
        let copy: Object
        switch original.kind {
        case .group:
            let group = try parent.createGroup(name, like: Group(original))
            pending.append((Group(original), group))
            copy = group.object
        case .dataset:
            copy = try Dataset(original).copyElements(to: name, in: parent).object
        case .other:
            let type = try original.place.own(H5Tcopy(original.id), "copy")
            try place.check(
                H5Tcommit2(parent.object.id, name, type.id, links.id, CHDF5_DEFAULT, CHDF5_DEFAULT), "create")
            copy = Object(file: parent.object.file, path: place.object, handle: type)
        }
        try Attributes(object: copy).copyAll(from: Attributes(object: original))
    }
}

extension Dataset {
    /// A dataset of the same type, shape and storage as `name` in `parent`, with the same elements. Of what was never
    /// written, nothing is.
    fileprivate func copyElements(to name: String, in parent: Group) throws -> Dataset {
        let place = object.place
        let type = try place.own(H5Dget_type(object.id), "describe")
        let space = try place.own(H5Dget_space(object.id), "measure")
        let properties = try place.own(H5Dget_create_plist(object.id), "describe")
        let size = H5Tget_size(type.id)
        try requireReadable(elementBytes: size)
        let copy = try parent.create(name, type: type, space: space, properties: properties)
        let isWritten = count > 0 && H5Dget_storage_size(object.id) > 0
        guard isWritten, H5Tdetect_class(type.id, H5T_REFERENCE) == 0 else { return copy }
        for rows in blocks(of: 16 << 20, elementBytes: size) {
            try withElements(rows.map { elements(in: $0) } ?? count, of: type, at: place) { start in
                try select(rows) { memory, file in
                    try place.check(H5Dread(object.id, type.id, memory, file, CHDF5_DEFAULT, start), "read")
                    try copy.object.place.check(
                        H5Dwrite(copy.object.id, type.id, memory, file, CHDF5_DEFAULT, start), "write")
                }
            }
        }
        return copy
    }

    /// Ranges of rows of about `bytes` that cover the dataset; nil, for everything, where it is a scalar.
    private func blocks(of bytes: Int, elementBytes: Int) -> [Range<Int>?] {
        guard let height = shape.first, height > 0 else { return [nil] }
        let (rowBytes, overflow) = (count / height).multipliedReportingOverflow(by: elementBytes)
        let step = overflow ? 1 : max(1, bytes / max(1, rowBytes))
        return stride(from: 0, to: height, by: step).map { $0..<min(height, $0 + step) }
    }
}
