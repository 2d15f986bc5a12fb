import HDF5
import HDF5Writing

/// Texts that this project keeps in a checkpoint beside the model: attributes of the root group under a prefix of their
/// own.
private let prefix = "deadwood_"

extension Attributes {
    /// Every note, by its name.
    var notes: [String: String] {
        get throws {
            try names.filter { $0.hasPrefix(prefix) }.reduce(into: [:]) { notes, name in
                if case let .string(text)? = try value(name) { notes[String(name.dropFirst(prefix.count))] = text }
            }
        }
    }

    /// Notes as the attributes that hold them.
    static func attributes(_ notes: [String: String]) -> [String: AttributeValue] {
        Dictionary(uniqueKeysWithValues: notes.map { ("\(prefix)\($0)", .string($1)) })
    }
}

extension AttributesWriter {
    func set(notes: [String: String]) throws {
        for (name, value) in Attributes.attributes(notes).sorted(by: { $0.key < $1.key }) { try set(name, value) }
    }
}
