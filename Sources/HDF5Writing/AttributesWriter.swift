import CHDF5
import HDF5

/// The attributes of an object of a file in the making.
package struct AttributesWriter: Sendable {
    let object: ObjectWriter

    /// Sets `name` to `value`, whether or not it was there.
    ///
    /// Strings are stored as `kind` says; else as the attribute `name` of `like` stores them, a fixed length growing
    /// where it must; else a single string gets a variable length and a list a fixed one, as Keras writes them. A fixed
    /// length that makes more than 64 000 bytes gives way to a variable one. Numbers are stored in 64 bits.
    ///
    /// Throws `invalidText` for a NUL byte inside a string, `wrongType` for `.other`.
    package func set(
        _ name: String, _ value: AttributeValue, like: Attributes? = nil, as kind: StringType? = nil
    ) throws {
        let known = try kind ?? like?.stringTypeOrPart(name)
        try object.use {
            switch value {
            case let .string(text): try set(name, [text], shape: [], as: known ?? .variable)
            case let .strings(texts): try set(name, texts, shape: [texts.count], as: known ?? .fixed(1))
            case let .integer(number): try set(name, [number], shape: [])
            case let .integers(numbers): try set(name, numbers, shape: [numbers.count])
            case let .double(number): try set(name, [number], shape: [])
            case let .doubles(numbers): try set(name, numbers, shape: [numbers.count])
            case .other:
                throw HDF5Error.wrongType(
                    file: object.file.path, object: object.place.attribute(name).object,
                    expected: "strings or numbers", found: value.kind)
            }
        }
    }

    /// Copies every attribute of `source`, bit by bit and over those of the same name, except the names in `excluded`.
    /// References are left out: they point into the file they came from.
    package func copyAll(from source: Attributes, except excluded: Set<String> = []) throws {
        for name in try source.names where !excluded.contains(name) {
            guard let elements = try source.elements(name) else { continue }
            if elements.type.holdsReferences { continue }
            try object.use {
                let place = object.place.attribute(name)
                let type = try elements.type.make(at: place), space = try elements.space.make(growing: true, at: place)
                try create(name, type: type, space: space) { attribute in
                    guard elements.space.count > 0 else { return }
                    _ = try elements.withMemory { start in try place.check(H5Awrite(attribute, type.id, start), "copy")
                    }
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
        if try place.check(H5Aexists(object.id, name), "look up") > 0 {
            try place.check(H5Adelete(object.id, name), "remove")
        }
        let attribute = try place.own(
            H5Acreate2(object.id, name, type.id, space.id, CHDF5_DEFAULT, CHDF5_DEFAULT), "create")
        try write(attribute.id)
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
}

extension Attributes {
    /// How `name`, or the first part of its split form, is stored; nil where neither is there.
    fileprivate func stringTypeOrPart(_ name: String) throws -> StringType? {
        let stored = try exists(name) ? name : parts(of: name).first
        return try stored.flatMap { try stringType($0) }
    }
}
