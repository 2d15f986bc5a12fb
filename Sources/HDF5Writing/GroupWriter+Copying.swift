import CHDF5
import HDF5

extension GroupWriter {
    /// Copies the object at `name` in `source` to the same name here, with its attributes and, of a group, everything
    /// below it: values bit by bit, stored as they were. Several links to one object stay so, links by path stay links.
    /// References come out null, since they point into the file they came from.
    ///
    /// Throws `missing`, `alreadyExists`, `elsewhere` (where anything lies outside its file), `implausibleSize`,
    /// `damaged`, `failed`.
    package func copy(_ name: String, from source: Group) throws {
        _ = try object.use { try newPlace(name) }
        var copies = Copies()
        try copies.copy(name, of: source, to: self)
        while let next = copies.pending.popLast() {
            for name in try next.original.names() { try copies.copyMember(name, of: next.original, to: next.copy) }
        }
    }
}

/// A copy under way. Groups wait in a list, so that no depth of a file exhausts the stack.
private struct Copies {
    var pending: [(original: Group, copy: GroupWriter)] = []
    /// Where the objects copied so far are, by their address in the source.
    private var paths: [Int: String] = [:]

    mutating func copyMember(_ name: String, of original: Group, to copy: GroupWriter) throws {
        guard case let .soft(target)? = try original.link(name) else {
            return try self.copy(name, of: original, to: copy)
        }
        try copy.object.use {
            let place = try copy.newPlace(name), links = try copy.linkOptions(at: place)
            try place.check(H5Lcreate_soft(target, copy.object.id, name, links.id, CHDF5_DEFAULT), "link")
        }
    }

    mutating func copy(_ name: String, of source: Group, to parent: GroupWriter) throws {
        switch try source.kind(of: name) {
        case .group:
            let original = try source.group(name)
            guard try isNew(original.address, name, in: parent) else { return }
            let group = try parent.createGroup(name, like: original)
            pending.append((original, group))
            try group.attributes.copyAll(from: original.attributes)
        case .dataset:
            let original = try source.dataset(name)
            guard try isNew(original.address, name, in: parent) else { return }
            try parent.copy(original, as: name).copyAll(from: original.attributes)
        case .other, nil:
            // Says what is missing, or elsewhere.
            let original = try source.committedType(name)
            guard try isNew(original.address, name, in: parent) else { return }
            let copy = try parent.object.use {
                let place = try parent.newPlace(name), links = try parent.linkOptions(at: place)
                let type = try original.type.make(at: place)
                try place.check(
                    H5Tcommit2(parent.object.id, name, type.id, links.id, CHDF5_DEFAULT, CHDF5_DEFAULT), "create")
                return ObjectWriter(file: parent.object.file, path: place.object, handle: type)
            }
            try AttributesWriter(object: copy).copyAll(from: original.attributes)
        }
    }

    /// Whether the object at `address` was not copied yet; where it was, a link to the copy is made.
    private mutating func isNew(_ address: Int, _ name: String, in parent: GroupWriter) throws -> Bool {
        try parent.object.use {
            let place = parent.object.place.member(name)
            guard let path = paths[address] else {
                paths[address] = place.object
                return true
            }
            let links = try parent.linkOptions(at: place)
            try place.check(
                H5Lcreate_hard(parent.object.id, path, parent.object.id, name, links.id, CHDF5_DEFAULT), "link")
            return false
        }
    }
}

extension GroupWriter {
    /// A dataset of the same type, shape and storage as `source`, with the same elements; returns its attributes. Of
    /// what was never written, nothing is.
    fileprivate func copy(_ source: Dataset, as name: String) throws -> AttributesWriter {
        try source.requirePlausibleSize()
        let isWritten = try source.isWritten() && !source.stored.holdsReferences
        let copy = try object.use {
            let place = try newPlace(name)
            let type = try source.stored.make(at: place)
            let space = try source.space.make(growing: source.chunks != nil, at: place)
            let properties = try source.makeProperties(shape: source.shape, at: place)
            let copy = try create(name, type: type, space: space, properties: properties)
            return DatasetWriter(copy, shape: source.shape, type: source.type, strings: nil)
        }
        guard isWritten else { return copy.attributes }
        for rows in source.blocks(of: 16 << 20) {
            let elements = try source.elements(rows: rows)
            try copy.object.use {
                let type = try source.stored.make(at: copy.object.place)
                try elements.withMemory { try copy.write($0, type, rows: rows) }
            }
        }
        return copy.attributes
    }
}

extension Dataset {
    /// Ranges of rows of about `bytes` that cover the dataset; nil, for everything, where it is a scalar.
    fileprivate func blocks(of bytes: Int) -> [Range<Int>?] {
        guard let height = shape.first, height > 0 else { return [nil] }
        let step = max(1, bytes / max(1, count / height * stored.size))
        return stride(from: 0, to: height, by: step).map { $0..<min(height, $0 + step) }
    }
}
