import Tensors

/// The attributes of an object as the file has them.
struct StoredAttributes: Sendable {
    /// In the order of their creation where the object tracks it, else sorted by bytes.
    let names: [String]
    private let attributes: [String: StoredAttribute]

    init(of object: Object) throws(Damage) {
        var found: [(attribute: StoredAttribute, order: Int?)] = []
        for message in object.header.messages where message.kind == .attribute {
            let body = message.isShared ? try object.shared(message.body, .attribute) : message.body
            found.append((try StoredAttribute(body, of: object), message.order))
        }
        var isOrdered = object.header.attributeOrder & 1 == 1
        if let body = try object.body(.attributeInfo) {
            let info = try DenseStorage(body, hasWideOrder: false, object.file.widths)
            isOrdered = isOrdered || info.order & 1 == 1
            for (body, isShared, order) in try info.objects(recordKind: 8, file: object.file) {
                let body = isShared ? try object.shared(body, .attribute) : body
                found.append((try StoredAttribute(body, of: object), order))
            }
        }
        if isOrdered {
            found.sort { ($0.order ?? 0) < ($1.order ?? 0) }
        } else {
            found.sort { $0.attribute.name.utf8.lexicographicallyPrecedes($1.attribute.name.utf8) }
        }
        names = found.map(\.attribute.name)
        attributes = Dictionary(found.map { ($0.attribute.name, $0.attribute) }) { first, _ in first }
        guard attributes.count == names.count else { throw Damage("two attributes of one name") }
    }

    subscript(name: String) -> StoredAttribute? { attributes[name] }
}

/// One attribute: what its elements are, and their bytes.
package struct StoredAttribute: Sendable {
    let name: String
    /// Parsed when it is asked for, so that an attribute of an unknown type hides no other.
    private let typeBody: ArraySlice<UInt8>
    private let spaceBody: ArraySlice<UInt8>
    private let data: ArraySlice<UInt8>
    private unowned let file: FileContents

    init(_ body: ArraySlice<UInt8>, of object: Object) throws(Damage) {
        file = object.file
        var cursor = Cursor(body, file.widths)
        let version = try cursor.expect(version: 1...3, of: "an attribute"), flags = try cursor.byte()
        let nameBytes = try cursor.int(2), typeBytes = try cursor.int(2), spaceBytes = try cursor.int(2)
        if version == 3 { try cursor.skip(1) }
        func part(_ bytes: Int) throws(Damage) -> ArraySlice<UInt8> {
            let part = try cursor.take(bytes)
            if version == 1 { try cursor.skip((8 - bytes % 8) % 8) }
            return part
        }
        name = try part(nameBytes).untilZero.text
        let type = try part(typeBytes), space = try part(spaceBytes)
        // In version 1 these flags have no meaning.
        typeBody = version > 1 && flags & 1 != 0 ? try object.shared(type, .datatype) : type
        spaceBody = version > 1 && flags & 2 != 0 ? try object.shared(space, .dataspace) : space
        data = try cursor.take(cursor.remaining)
    }

    /// Its type, its shape and its elements as they lie in the file, all of them.
    func parsed() throws(Damage) -> (type: Datatype, space: Dataspace, bytes: ArraySlice<UInt8>) {
        let type = try Datatype(typeBody, file.widths), space = try Dataspace(spaceBody, file.widths)
        guard let bytes = [space.count, type.size].product, bytes <= data.count else {
            throw Damage("its elements are more than it has bytes")
        }
        return (type, space, data.prefix(bytes))
    }
}
