import OrderedCollections

extension JSON {
    /// The value that `text` holds, and nothing else. `name` says in errors what the text is.
    ///
    /// Strict: no comments, no trailing commas; of two equal keys the later wins, as in Python. Throws
    /// `CheckpointError.invalidJSON` with the line and column of the first offence, also where there is more than any
    /// config has: beyond `mostBytes`, 128 levels of nesting or `mostValues`.
    package init(parsing text: String, name: String) throws {
        var parser = Parser(bytes: Array(text.utf8), name: name)
        guard parser.bytes.count <= Self.mostBytes else { throw parser.error("more than \(Self.mostBytes) bytes") }
        self = try parser.value()
        parser.skipSpace()
        guard parser.peek == nil else { throw parser.error("expected the end, found more text") }
    }

    /// Far more than the largest networks have; a value takes up to a hundred bytes of memory, and two of the text.
    package static let mostBytes = 1 << 26
    fileprivate static let mostValues = 1 << 22
}

/// A recursive descent over UTF-8 bytes.
private struct Parser {
    let bytes: [UInt8]
    let name: String
    var position = 0
    var depth = 0
    var values = 0
    /// Far deeper than nested models go, and shallow enough for a small stack.
    static let maximumDepth = 128

    mutating func value() throws -> JSON {
        values += 1
        guard values <= JSON.mostValues else { throw error("more than \(JSON.mostValues) values") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N"): return try word("NaN", .number("NaN"))
        case UInt8(ascii: "I"): return try word("Infinity", .number("Infinity"))
        case nil: throw error("the text ends where a value should be")
        default: return try number()
        }
    }

    mutating func nested(_ body: (inout Parser) throws -> JSON) throws -> JSON {
        guard depth < Self.maximumDepth else { throw error("more than \(Self.maximumDepth) levels of nesting") }
        depth += 1
        defer { depth -= 1 }
        position += 1
        return try body(&self)
    }

    mutating func object() throws -> JSON {
        var members: OrderedDictionary<String, JSON> = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw error("expected ':' after the key '\(key)'") }
            members[key] = try value()
            skipSpace()
        } while take(",")
        guard take("}") else { throw error("expected ',' or '}'") }
        return .object(members)
    }

    mutating func array() throws -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw error("expected ',' or ']'") }
        return .array(elements)
    }

    mutating func word(_ text: String, _ value: JSON) throws -> JSON {
        guard bytes[position...].starts(with: text.utf8) else { throw error("expected a value") }
        position += text.utf8.count
        return value
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, or `-Infinity`.
    mutating func number() throws -> JSON {
        let start = position
        if take("-"), peek == UInt8(ascii: "I") { return try word("Infinity", .number("-Infinity")) }
        if !take("0"), !takeDigits() { throw error("expected a value") }
        if take("."), !takeDigits() { throw error("expected digits after the point") }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            if !takeDigits() { throw error("expected digits in the exponent") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    mutating func takeDigits() -> Bool {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position > start
    }

    mutating func string() throws -> String {
        position += 1
        var content: [UInt8] = [], start = position
        while let byte = peek {
            guard byte >= 0x20 else { throw error("a control character inside a string") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[start..<(position - 1)]
                return content.isEmpty
                    ? String(decoding: rest, as: UTF8.self) : String(decoding: content + rest, as: UTF8.self)
            case UInt8(ascii: "\\"):
                content += bytes[start..<(position - 1)]
                let scalar = try escape()
                if scalar.isASCII {
                    content.append(UInt8(scalar.value))
                } else {
                    content += UTF8.encode(scalar) ?? .init()
                }
                start = position
            default: break
            }
        }
        throw error("the text ends inside a string")
    }

    mutating func escape() throws -> Unicode.Scalar {
        guard let byte = peek else { throw error("the text ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("an unknown escape in a string")
        }
    }

    /// One scalar, from one unit of UTF-16 or a pair of surrogates.
    mutating func unicodeEscape() throws -> Unicode.Scalar {
        let first = try hexUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take("\\"), take("u") else { throw error("half a surrogate pair in a string") }
        let second = try hexUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("half a surrogate pair in a string") }
        return scalar
    }

    mutating func hexUnit() throws -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits") }
        position += 4
        return unit
    }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    func error(_ reason: String) -> CheckpointError {
        let before = bytes[..<min(position, bytes.count)]
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let column = 1 + before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        return .invalidJSON(name: name, line: line, column: column, reason: reason)
    }
}
