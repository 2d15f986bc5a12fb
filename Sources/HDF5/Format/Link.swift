/// What a name in a group leads to.
package enum Link: Equatable, Sendable {
    /// An object, by the address of its header.
    case hard(Int)
    /// A path in the same file.
    case soft(String)
    /// Another file.
    case external

    /// The link in a link message, its name, and the order in which it was made where that is kept.
    static func parse(_ body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) -> (
        name: String, link: Link, order: UInt64?
    ) {
        var cursor = Cursor(body, widths)
        _ = try cursor.expect(version: 1...1, of: "a link")
        let flags = try cursor.byte(), kind = flags & 8 != 0 ? try cursor.byte() : 0
        let order = flags & 4 != 0 ? try cursor.number(8) : nil
        if flags & 16 != 0 { try cursor.skip(1) }
        let name = try cursor.take(cursor.int(1 << (flags & 3))).text
        switch kind {
        case 0:
            guard let address = try cursor.address() else { throw Damage("a link '\(name)' to nowhere") }
            return (name, .hard(address), order)
        case 1: return (name, .soft(try cursor.take(cursor.int(2)).untilZero.text), order)
        // 64 are the library's own links into other files; beyond are those of whoever wrote the file.
        default: return (name, .external, order)
        }
    }
}
