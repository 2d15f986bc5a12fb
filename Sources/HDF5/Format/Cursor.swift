/// Reads one structure of a file, number after number. Nothing is read behind its end: that is damage, not a trap.
struct Cursor {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int
    /// The widths of the file's addresses and lengths.
    let widths: Widths

    /// In bytes, 1 to 8.
    struct Widths: Sendable {
        var address = 8
        var length = 8
    }

    init(_ bytes: ArraySlice<UInt8>, _ widths: Widths) {
        (self.bytes, position, self.widths) = (bytes, bytes.startIndex, widths)
    }

    var remaining: Int { bytes.endIndex - position }
    /// How many bytes were read so far.
    var consumed: Int { position - bytes.startIndex }

    mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw Damage("a structure ends before its contents do") }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func skip(_ count: Int) throws(Damage) { _ = try take(count) }

    /// Skips to a multiple of eight bytes from the beginning.
    mutating func align() throws(Damage) { try skip(min(remaining, (8 - consumed % 8) % 8)) }

    /// A number of `width` bytes, 0 to 8, least significant first.
    mutating func number(_ width: Int) throws(Damage) -> UInt64 {
        try take(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number that counts or measures something in memory.
    mutating func int(_ width: Int) throws(Damage) -> Int {
        guard let number = Int(exactly: try number(width)) else { throw Damage("a number beyond 2^63") }
        return number
    }

    mutating func byte() throws(Damage) -> Int { try int(1) }

    /// A length, or a count as wide as lengths are.
    mutating func length() throws(Damage) -> Int { try int(widths.length) }

    /// An address; nil for the undefined one, all of whose bits are set.
    mutating func address() throws(Damage) -> Int? {
        let number = try number(widths.address)
        let undefined = UInt64.max >> UInt64(64 - 8 * widths.address)
        guard number != undefined else { return nil }
        guard let address = Int(exactly: number) else { throw Damage("an address beyond 2^63") }
        return address
    }

    /// Throws where the next bytes are not those of `signature`.
    mutating func expect(_ signature: String) throws(Damage) {
        guard try take(signature.utf8.count).elementsEqual(signature.utf8) else {
            throw Damage("expected the signature '\(signature)'")
        }
    }

    mutating func expect(version: ClosedRange<Int>, of structure: String) throws(Damage) -> Int {
        let found = try byte()
        guard version.contains(found) else { throw Damage("version \(found) of \(structure) is not known") }
        return found
    }

    /// Text up to a NUL, which is read too.
    mutating func terminated() throws(Damage) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 0) else { throw Damage("a name without an end") }
        let text = try take(end - position)
        try skip(1)
        return text
    }
}

extension ArraySlice<UInt8> {
    /// As text; bytes that are no UTF-8 become U+FFFD, so that names can be told.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Up to a NUL.
    var untilZero: ArraySlice<UInt8> { prefix { $0 != 0 } }
}
