import Synchronization

/// What a name in a file stands for.
package enum ObjectKind: Equatable, Sendable {
    case group, dataset
    /// A committed datatype, or a link that leads out of the file.
    case other
}

/// A group, dataset or committed type as its header tells of it.
final class Object: Sendable {
    /// Which keeps this object, and is kept by whatever an object is handed out in.
    unowned let file: FileContents
    let header: ObjectHeader
    let kind: ObjectKind
    /// What takes more than the header to read, once it was.
    private let members = Mutex<Result<Members, Damage>?>(nil)
    private let attributes = Mutex<Result<StoredAttributes, Damage>?>(nil)
    private let chunks = Mutex<Result<ChunkIndex, Damage>?>(nil)

    init(_ header: ObjectHeader, in file: FileContents) throws(Damage) {
        (self.header, self.file) = (header, file)
        if header[.symbolTable] != nil || header[.linkInfo] != nil || header[.link] != nil {
            kind = .group
        } else if header[.layout] != nil {
            kind = .dataset
        } else if header[.datatype] != nil {
            kind = .other
        } else {
            throw Damage("an object that is neither group nor dataset nor type")
        }
    }

    /// The body of the message of a kind, wherever it is; nil where there is none.
    func body(_ kind: ObjectHeader.Kind) throws(Damage) -> ArraySlice<UInt8>? {
        guard let message = header[kind] else { return nil }
        return try message.isShared ? shared(message.body, kind) : message.body
    }

    /// The message that `reference` leads to: a type that was committed under a name of its own.
    func shared(_ reference: ArraySlice<UInt8>, _ kind: ObjectHeader.Kind) throws(Damage) -> ArraySlice<UInt8> {
        var cursor = Cursor(reference, file.widths)
        let version = try cursor.expect(version: 1...3, of: "a shared message"), place = try cursor.byte()
        if version == 1 { try cursor.skip(6) }
        guard version < 3 || place == 2 else {
            throw Damage(
                "its messages are in a heap that several objects share, which is not read here; repack the file with h5repack"
            )
        }
        guard let address = try cursor.address() else { throw Damage("a shared message that is nowhere") }
        guard let message = try ObjectHeader(at: address, in: file)[kind], !message.isShared else {
            throw Damage("a shared message that is not where it should be")
        }
        return message.body
    }

    /// Of a group.
    func linkedMembers() throws(Damage) -> Members {
        try once(members) { () throws(Damage) in try Members(of: self) }
    }

    func storedAttributes() throws(Damage) -> StoredAttributes {
        try once(attributes) { () throws(Damage) in try StoredAttributes(of: self) }
    }

    /// Of a dataset in chunks.
    func chunkIndex(_ make: () throws(Damage) -> ChunkIndex) throws(Damage) -> ChunkIndex { try once(chunks, make) }

    private func once<Value: Sendable>(
        _ known: borrowing Mutex<Result<Value, Damage>?>, _ make: () throws(Damage) -> Value
    ) throws(Damage) -> Value {
        if let result = known.withLock({ $0 }) { return try result.get() }
        let result = Result(catching: make)
        known.withLock { $0 = result }
        return try result.get()
    }
}

/// What the names in a group lead to.
struct Members: Sendable {
    /// In the order of their creation where the group tracks it, else sorted by bytes.
    let names: [String]
    let links: [String: Link]
    /// The flags of HDF5's creation order: bit 0 tracked, bit 1 indexed.
    let order: UInt32

    init(of group: Object) throws(Damage) {
        let file = group.file
        var found: [(name: String, link: Link, order: UInt64?)] = [], order: UInt32 = 0
        if let body = try group.body(.symbolTable) {
            var cursor = Cursor(body, file.widths)
            guard let tree = try cursor.address(), let heap = try cursor.address() else {
                throw Damage("a group without a table of its members")
            }
            found = try SymbolTable.links(tree: tree, heap: heap, in: file).map { ($0.name, $0.link, nil) }
        }
        for message in group.header.messages where message.kind == .link {
            found.append(try Link.parse(message.body, file.widths))
        }
        if let body = try group.body(.linkInfo) {
            let info = try DenseStorage(body, hasWideOrder: true, file.widths)
            order = info.order
            for object in try info.objects(recordKind: 5, file: file) {
                found.append(try Link.parse(object.body, file.widths))
            }
        }
        if order & 1 == 1 {
            found.sort { ($0.order ?? 0, $0.name) < ($1.order ?? 0, $1.name) }
        } else {
            found.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
        names = found.map(\.name)
        links = Dictionary(found.map { ($0.name, $0.link) }) { first, _ in first }
        self.order = order
        guard links.count == names.count else { throw Damage("a group with two members of one name") }
    }
}

/// Where links or attributes are that are too many for the header, or too large.
struct DenseStorage {
    /// The flags of HDF5's creation order: bit 0 tracked, bit 1 indexed.
    let order: UInt32
    private let heap: Int?
    private let names: Int?

    /// `hasWideOrder`: whether the largest number of the order has eight bytes, as for links, or two.
    init(_ body: ArraySlice<UInt8>, hasWideOrder: Bool, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths)
        _ = try cursor.expect(version: 0...0, of: "where members are kept")
        order = UInt32(try cursor.byte())
        if order & 1 == 1 { try cursor.skip(hasWideOrder ? 8 : 2) }
        heap = try cursor.address()
        names = try cursor.address()
    }

    /// The messages in the heap. `recordKind`: 5 for links, 8 for attributes, of which it is told in the record whether
    /// they are shared, and their order.
    func objects(recordKind: Int, file: FileContents) throws(Damage) -> [(
        body: ArraySlice<UInt8>, isShared: Bool, order: Int?
    )] {
        guard let heap, let names else { return [] }
        let records = try SecondTree.records(at: names, kinds: recordKind...recordKind, in: file).records
        var identifiers: [ArraySlice<UInt8>] = [], told: [(isShared: Bool, order: Int?)] = []
        for record in records {
            var cursor = Cursor(record, file.widths)
            if recordKind == 5 {
                try cursor.skip(4)
                identifiers.append(try cursor.take(cursor.remaining))
                told.append((false, nil))
            } else {
                identifiers.append(try cursor.take(8))
                told.append((try cursor.byte() & 2 != 0, order & 1 == 1 ? try cursor.int(4) : nil))
            }
        }
        let objects = try FractalHeap(at: heap, in: file).objects(identifiers)
        return zip(objects, told).map { ($0, $1.isShared, $1.order) }
    }
}
