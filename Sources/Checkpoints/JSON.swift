import OrderedCollections

/// A JSON value as Python writes it: what a Keras config is made of.
///
/// Not Foundation's: a config must come back as it was. So objects keep the order of their keys, numbers keep their
/// text (`1e-07` stays `1e-07`), and Python's `NaN` and `Infinity` are accepted.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The number's own text: JSON's grammar, or `NaN`, `Infinity`, `-Infinity`.
    case number(String)
    case string(String)
    case array([JSON])
    case object(OrderedDictionary<String, JSON>)
}

extension JSON {
    package static func number(_ value: Int) -> JSON { .number(String(value)) }

    /// The member of an object; nil where there is none, or where this is no object. Setting nil removes the member.
    package subscript(key: String) -> JSON? {
        get { object?[key] }
        set {
            guard case var .object(members) = self else { return }
            self = .null  // Releases the storage, so that `members` is changed in place.
            members[key] = newValue
            self = .object(members)
        }
    }

    package var isNull: Bool { self == .null }

    package var bool: Bool? {
        if case let .bool(value) = self { value } else { nil }
    }

    package var string: String? {
        if case let .string(value) = self { value } else { nil }
    }

    package var array: [JSON]? {
        if case let .array(value) = self { value } else { nil }
    }

    package var object: OrderedDictionary<String, JSON>? {
        if case let .object(value) = self { value } else { nil }
    }

    package var double: Double? {
        guard case let .number(text) = self else { return nil }
        return switch text {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: Double(text)
        }
    }

    /// The number, where it is whole: `3` and `3.0`.
    package var int: Int? {
        guard case let .number(text) = self else { return nil }
        return Int(text) ?? double.flatMap { Int(exactly: $0) }
    }

    /// What an error calls this kind of value.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSON {
    /// Whether a member of an object, however deep inside, is so.
    func contains(where isSo: (_ key: String, _ value: JSON) -> Bool) -> Bool {
        (object?.contains { isSo($0.key, $0.value) || $0.value.contains(where: isSo) } ?? false)
            || (array?.contains { $0.contains(where: isSo) } ?? false)
    }
}
