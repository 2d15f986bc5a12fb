import CHDF5

/// The named values that hang on a group or dataset.
package struct Attributes: Sendable {
    let object: Object

    /// In the order of their creation where the object tracks it, else sorted by bytes.
    package var names: [String] {
        get throws {
            try object.use {
                let index = try isOrdered() ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
                return try object.place.collectNames("list the attributes of") {
                    CHDF5_each_attribute(object.id, index, $0, $1)
                }
            }
        }
    }

    /// The value of `name`, nil where there is none; numbers of any width widen, `uint64` above `Int64.max` and types
    /// without a case are `.other`. Throws `invalidText`, `implausibleSize`, `failed`.
    package func value(_ name: String) throws -> AttributeValue? {
        try object.use { try open(name)?.value() }
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
    func parts(of name: String) throws -> [String] {
        var parts: [String] = []
        guard name.last?.isNumber == false else { return [] }
        while try exists("\(name)\(parts.count)") { parts.append("\(name)\(parts.count)") }
        return parts
    }

    func exists(_ name: String) throws -> Bool {
        try object.use {
            guard !name.isEmpty, !name.utf8.contains(0) else { return false }
            return try object.place.attribute(name).check(H5Aexists(object.id, name), "look up") > 0
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

    func wrongType(_ name: String, expected: String, found: AttributeValue) -> HDF5Error {
        .wrongType(
            file: object.file.path, object: object.place.attribute(name).object, expected: expected, found: found.kind)
    }

    private func isOrdered() throws -> Bool {
        let properties =
            switch object.kind {
            case .group: H5Gget_create_plist(object.id)
            case .dataset: H5Dget_create_plist(object.id)
            case .other: H5Tget_create_plist(object.id)
            }
        let owner = try object.place.own(properties, "describe")
        var flags: UInt32 = 0
        try object.place.check(H5Pget_attr_creation_order(owner.id, &flags), "describe")
        return flags & 1 == 1
    }
}
