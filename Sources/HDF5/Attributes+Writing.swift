import CHDF5

extension Attributes {
    /// Sets `name` to `value`, whether or not it was there.
    ///
    /// Strings are stored as `kind` says; else as the attribute `name` of `like` stores them, else as the one that is
    /// replaced does, a fixed length growing where it must; else a single string gets a variable length and a list
    /// a fixed one, as Keras writes them. A fixed length that makes more than 64 000 bytes gives way to a variable one.
    /// Of a list that was split into `name0`, `name1`, … the parts are removed. Numbers are stored in 64 bits.
    ///
    /// Throws `invalidText` for a NUL byte inside a string, `wrongType` for `.other`.
    package func set(
        _ name: String, _ value: AttributeValue, like: Attributes? = nil, as kind: StringType? = nil
    ) throws {
        try object.use {
            switch value {
            case let .string(text):
                try set(name, [text], shape: [], as: kind ?? kindOfStrings(name, like: like) ?? .variable)
            case let .strings(texts):
                let parts = try exists(name) ? [] : parts(of: name)
                try set(name, texts, shape: [texts.count], as: kind ?? kindOfStrings(name, like: like) ?? .fixed(1))
                for part in parts { try remove(part) }
            case let .integer(number): try set(name, [number], shape: [])
            case let .integers(numbers): try set(name, numbers, shape: [numbers.count])
            case let .double(number): try set(name, [number], shape: [])
            case let .doubles(numbers): try set(name, numbers, shape: [numbers.count])
            case .other: throw wrongType(name, expected: "strings or numbers", found: value)
            }
        }
    }

    /// Removes `name`; does nothing where it is not there.
    package func remove(_ name: String) throws {
        try object.use {
            guard try exists(name) else { return }
            try object.place.attribute(name).check(H5Adelete(object.id, name), "remove")
        }
    }

    /// Copies every attribute of `source`, often of another file, bit by bit and over those of the same name, except
    /// the names in `excluded`. References are left out: they point into the file they came from.
    package func copyAll(from source: Attributes, except excluded: Set<String> = []) throws {
        try object.use {
            try source.object.use {
                for name in try source.names where !excluded.contains(name) {
                    guard let attribute = try source.open(name) else { continue }
                    guard H5Tdetect_class(attribute.type.id, H5T_REFERENCE) == 0 else { continue }
                    try attribute.copy(to: self, name: name)
                }
            }
        }
    }

    /// Makes the attribute `name`, instead of the one there was, and lets `write` fill it.
    func create(
        _ name: String, type: borrowing Handle, space: borrowing Handle, write: (hid_t) throws -> Void
    ) throws {
        let place = object.place.attribute(name)
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw place.invalidText("a name is neither empty nor holds NUL bytes")
        }
        try remove(name)
        let attribute = try place.own(
            H5Acreate2(object.id, name, type.id, space.id, CHDF5_DEFAULT, CHDF5_DEFAULT), "create")
        try write(attribute.id)
    }

    /// The open attribute `name`, nil where there is none.
    func open(_ name: String) throws -> Attribute? {
        guard try exists(name) else { return nil }
        let place = object.place.attribute(name)
        return try Attribute(place.own(H5Aopen(object.id, name, CHDF5_DEFAULT), "open"), of: object, at: place)
    }

    private func set(_ name: String, _ texts: [String], shape: [Int], as kind: StringType) throws {
        let place = object.place.attribute(name)
        let kind = kind.fitting(texts)
        let type = try kind.makeType(at: place)
        try create(name, type: type, space: Dataspace.make(shape, at: place)) { attribute in
            try kind.write(texts, at: place) { H5Awrite(attribute, $0, $1) }
        }
    }

    private func set<T: Element>(_ name: String, _ numbers: [T], shape: [Int]) throws {
        let place = object.place.attribute(name)
        let type = try T.elementType.makeType(at: place)
        try create(name, type: type, space: Dataspace.make(shape, at: place)) { attribute in
            try numbers.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
                try place.check(H5Awrite(attribute, type.id, start), "write")
            }
        }
    }

    /// How `name`, or the first part of its split form, is stored in `like` or here; nil where neither has it.
    private func kindOfStrings(_ name: String, like: Attributes?) throws -> StringType? {
        for attributes in [like, self].compactMap({ $0 }) {
            let stored = try attributes.exists(name) ? name : attributes.parts(of: name).first
            if let stored, let kind = try attributes.stringType(stored) { return kind }
        }
        return nil
    }

    /// How the text of `name` is stored; nil where there is none.
    func stringType(_ name: String) throws -> StringType? {
        try object.use {
            guard let found = try open(name), ElementType(reading: found.type) == .string else { return nil }
            return StringType(reading: found.type)
        }
    }
}
