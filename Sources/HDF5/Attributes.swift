/// The named values that hang on a group or dataset.
package struct Attributes: Placed, Sendable {
    let object: Object
    private let contents: FileContents
    let path: String

    init(object: Object, path: String) { (self.object, contents, self.path) = (object, object.file, path) }

    /// In the order of their creation where the object tracks it, else sorted by bytes.
    package var names: [String] { get throws { try reading { try object.storedAttributes().names } } }

    /// The value of `name`, nil where there is none; numbers of any width widen, `uint64` above `Int64.max` and types
    /// without a case are `.other`. Throws `invalidText`, `damaged`.
    package func value(_ name: String) throws -> AttributeValue? {
        guard let found = try elements(name) else { return nil }
        let isScalar = found.space.shape.isEmpty, place = place(of: name)
        switch ElementType(found.type) {
        case .string:
            let texts = try reading(at: place) { try object.file.strings(found.bytes, of: found.type) }
            guard let texts = texts.valid else { throw invalidText(name) }
            return isScalar ? .string(texts[0]) : .strings(texts)
        case let numbers where numbers.isFloatingPoint:
            let values = numbers.converted(found.bytes, of: found.type, to: Double.self)
            return isScalar ? .double(values[0]) : .doubles(values)
        case .uint64:
            let values = ElementType.uint64.converted(found.bytes, of: found.type, to: UInt64.self)
            guard values.allSatisfy({ $0 <= UInt64(Int64.max) }) else { return .other }
            return isScalar ? .integer(Int64(values[0])) : .integers(values.map { Int64($0) })
        case let numbers where numbers.isNumeric:
            let values = numbers.converted(found.bytes, of: found.type, to: Int64.self)
            return isScalar ? .integer(values[0]) : .integers(values)
        default:
            return .other
        }
    }

    /// The text of `name`, nil where there is none. Throws `wrongType` where it is not one string.
    package func string(_ name: String) throws -> String? {
        switch try value(name) {
        case nil: return nil
        case let .string(text): return text
        case let .strings(texts) where texts.count == 1: return texts[0]
        case let other?: throw wrongType(name, expected: "a string", found: other)
        }
    }

    /// The texts of `name`, nil where there are none. Throws `wrongType` where they are no strings.
    ///
    /// Keras splits lists above 64 KiB into `name0`, `name1`, …: where `name` is absent, those are joined in order.
    /// An empty list of any type counts as no strings, since numpy makes empty lists floats.
    package func strings(_ name: String) throws -> [String]? {
        if let whole = try list(name) { return whole }
        let parts = try parts(of: name)
        return parts.isEmpty ? nil : try parts.flatMap { try list($0) ?? [] }
    }

    /// The names among `name0`, `name1`, … that exist, up to the first gap; none where `name` is such a part itself.
    package func parts(of name: String) throws -> [String] {
        var parts: [String] = []
        guard name.last?.isNumber == false else { return [] }
        while try exists("\(name)\(parts.count)") { parts.append("\(name)\(parts.count)") }
        return parts
    }

    package func exists(_ name: String) throws -> Bool {
        try reading { try object.storedAttributes()[name] != nil }
    }

    /// How the text of `name` is stored; nil where there is none.
    package func stringType(_ name: String) throws -> StringType? { try elements(name).flatMap { StringType($0.type) } }

    /// The elements of `name` as they lie in the file, nil where there is none.
    package func elements(_ name: String) throws -> StoredElements? {
        guard let stored = try reading({ try object.storedAttributes()[name] }) else { return nil }
        return try reading(at: place(of: name)) {
            let (type, space, bytes) = try stored.parsed()
            return StoredElements(type: type, space: space, bytes: bytes, file: object.file, place: place(of: name))
        }
    }

    private func list(_ name: String) throws -> [String]? {
        switch try value(name) {
        case nil: nil
        case let .string(text): [text]
        case let .strings(texts): texts
        case .integers([]), .doubles([]): []
        case let other?: throw wrongType(name, expected: "strings", found: other)
        }
    }

    private func place(of name: String) -> String { "\(path)@\(name)" }

    private func wrongType(_ name: String, expected: String, found: AttributeValue) -> HDF5Error {
        .wrongType(file: file, object: place(of: name), expected: expected, found: found.kind)
    }

    private func invalidText(_ name: String) -> HDF5Error {
        .invalidText(file: file, object: place(of: name), reason: "found bytes of another encoding")
    }
}
