/// A folder inside a file; the root is one too.
package final class Group: Placed, Sendable {
    let object: Object
    private let contents: FileContents
    /// The absolute path inside the file, "/" for the root.
    package let path: String

    init(_ object: Object, path: String) { (self.object, contents, self.path) = (object, object.file, path) }

    package var attributes: Attributes { Attributes(object: object, path: path) }

    /// Where it is in the file: the same for every path that leads to it.
    package var address: Int { object.header.address }

    /// The names of the members: in the order of their creation where the group tracks it, else sorted by bytes.
    package func names() throws -> [String] { try reading { try object.linkedMembers().names } }

    /// The flags of HDF5's creation order: bit 0 tracked, bit 1 indexed.
    package func creationOrder() throws -> (links: UInt32, attributes: UInt32) {
        (try reading { try object.linkedMembers().order }, object.header.attributeOrder)
    }

    /// How this group names the member `name`; nil where there is none.
    package func link(_ name: String) throws -> Link? { try reading { try object.linkedMembers().links[name] } }

    /// What is at `path` (relative, or absolute with a leading slash); nil where nothing is, also when something on
    /// the way is missing. A link out of the file is `.other`.
    package func kind(of path: String) throws -> ObjectKind? {
        do {
            return try find(path)?.object.kind
        } catch HDF5Error.elsewhere {
            return .other
        }
    }

    /// The group at `path`. Throws `missing`, `wrongKind`, `elsewhere`, `damaged`.
    package func group(_ path: String) throws -> Group {
        let found = try member(path, .group)
        return Group(found.object, path: found.path)
    }

    /// The dataset at `path`. Throws `missing`, `wrongKind`, `elsewhere` (links out of the file, external storage,
    /// virtual datasets), `damaged`.
    package func dataset(_ path: String) throws -> Dataset {
        let found = try member(path, .dataset)
        return try Dataset(found.object, path: found.path)
    }

    /// The committed type at `path`. Throws as `group` does.
    package func committedType(_ path: String) throws -> CommittedType {
        let found = try member(path, .other)
        return try CommittedType(found.object, path: found.path)
    }

    /// This group and all groups below it, before their members, each once: links may make circles, and many paths
    /// lead to one group. `order` puts a group's names in order.
    package func subtree(order: ([String]) -> [String] = { $0 }) throws -> [Group] {
        var pending = [self], seen: Set<Int> = [], groups: [Group] = []
        while let group = pending.popLast() {
            guard seen.insert(group.address).inserted else { continue }
            groups.append(group)
            for name in order(try group.names()).reversed() where try group.kind(of: name) == .group {
                pending.append(try group.group(name))
            }
        }
        return groups
    }

    /// Throws `implausibleSize` where the numbers in it and in groups below are more than the file can hold, together
    /// or in one dataset: to be asked before all of them are read, however few at a time.
    package func requirePlausibleSize() throws {
        var bytes = 0
        for group in try subtree() {
            for name in try group.datasetNames() {
                let dataset = try group.dataset(name)
                try dataset.requirePlausibleSize()
                bytes = bytes.plusClamped(dataset.count.timesClamped(dataset.stored.size))
                try require(bytes, of: 1, within: FileContents.expandedLimit(object.file.size))
            }
        }
    }

    /// The names of the datasets in it.
    package func datasetNames() throws -> [String] { try names().filter { try kind(of: $0) == .dataset } }

    private func member(_ path: String, _ kind: ObjectKind) throws -> (object: Object, path: String) {
        guard let found = try find(path) else {
            throw HDF5Error.missing(file: file, object: Self.joined(path.hasPrefix("/") ? "/" : self.path, path))
        }
        guard found.object.kind == kind else {
            throw HDF5Error.wrongKind(file: file, object: found.path, expected: kind, found: found.object.kind)
        }
        return found
    }

    /// The object at `path`; nil where a link is missing, dangles, or leads through something that is no group. Throws
    /// `elsewhere` where a link leads to another file.
    private func find(_ path: String) throws -> (object: Object, path: String)? {
        var place = path.hasPrefix("/") ? "/" : self.path, names = Self.components(path)[...]
        var current = path.hasPrefix("/") ? try reading { try object.file.object(at: object.file.rootAddress) } : object
        // The place of a link by path is its own; where it leads is walked below.
        var resolved = names.count, followed = 0
        while let name = names.popFirst() {
            guard current.kind == .group else { return nil }
            if names.count < resolved {
                place = Self.joined(place, name)
                resolved = names.count
            }
            let here = place
            switch try reading(at: here, { try current.linkedMembers().links[name] }) {
            case nil: return nil
            case let .hard(address): current = try reading(at: here) { try current.file.object(at: address) }
            case .external: throw HDF5Error.elsewhere(file: file, object: place, means: "an external link")
            case let .soft(target):
                followed += 1
                guard followed <= Self.maximumSoftLinks else {
                    throw HDF5Error.damaged(
                        file: file, object: place, reason: "its links by path lead round in circles")
                }
                if target.hasPrefix("/") {
                    current = try reading(at: here) { try current.file.object(at: current.file.rootAddress) }
                }
                names = Self.components(target) + names
            }
        }
        return (current, place)
    }

    /// As many as the C library follows.
    private static let maximumSoftLinks = 16

    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    private static func joined(_ place: String, _ name: String) -> String {
        place == "/" ? "/" + name.drop { $0 == "/" } : place + "/" + name
    }
}

/// A type that was given a name of its own.
package final class CommittedType: Placed, Sendable {
    let object: Object
    private let contents: FileContents
    package let path: String
    package let type: Datatype

    init(_ object: Object, path: String) throws {
        (self.object, contents, self.path) = (object, object.file, path)
        do {
            type = try Datatype(object.body(.datatype) ?? [], object.file.widths)
        } catch {
            throw HDF5Error.damaged(file: object.file.path, object: path, reason: error.reason)
        }
    }

    package var attributes: Attributes { Attributes(object: object, path: path) }
    package var address: Int { object.header.address }
}
