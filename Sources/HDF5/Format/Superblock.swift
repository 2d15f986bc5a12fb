/// The beginning of a file: where addresses count from, how wide they are, where the root group is.
struct Superblock {
    /// What is added to an address to get the place in the file: the length of a user block in front.
    let base: Int
    let widths: Cursor.Widths
    /// The object header of the root group.
    let root: Int

    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Throws `notHDF5`, `truncated`, `cannotOpen`.
    init(_ source: ByteSource) throws {
        // It is at the beginning, or behind a user block of 512 bytes, 1024, 2048, …
        var start = 0
        while true {
            guard let found = try? source.bytes(at: start, count: Self.signature.count) else {
                throw HDF5Error.notHDF5(file: source.path)
            }
            if found.elementsEqual(Self.signature) { break }
            start = start == 0 ? 512 : start * 2
        }
        do {
            let end: Int
            (widths, root, end) = try Self.parse(source, at: start)
            base = start
            guard end <= source.size else {
                throw HDF5Error.truncated(file: source.path, detail: "it has \(source.size) bytes of \(end)")
            }
        } catch let damage as Damage {
            throw HDF5Error.cannotOpen(file: source.path, reason: "its first bytes are damaged: \(damage.reason)")
        }
    }

    /// `end`: where the file must end, or behind it.
    private static func parse(_ source: ByteSource, at start: Int) throws(Damage) -> (
        widths: Cursor.Widths, root: Int, end: Int
    ) {
        let bytes = try source.bytes(at: start, count: min(128, source.size - start))
        var cursor = Cursor(bytes, .init())
        try cursor.skip(signature.count)
        let version = try cursor.expect(version: 0...3, of: "the superblock")
        if version < 2 { try cursor.skip(4) }
        let widths = Cursor.Widths(address: try cursor.byte(), length: try cursor.byte())
        guard [2, 4, 8].contains(widths.address), [2, 4, 8].contains(widths.length) else {
            throw Damage("addresses of \(widths.address) bytes, lengths of \(widths.length)")
        }
        let flags = version < 2 ? 0 : try cursor.byte()
        if version < 2 { try cursor.skip(version == 1 ? 13 : 9) }
        // Bit 0: a writer has it open, bit 2: one that lets others read meanwhile.
        if version == 3, flags & 0b101 == 1 {
            throw Damage(
                "it is marked as being written: its writer is at work, or did not close it (h5clear -s clears the mark)"
            )
        }
        cursor = Cursor(bytes.dropFirst(cursor.consumed), widths)
        guard let base = try cursor.address() else { throw Damage("no base address") }
        _ = try cursor.address()
        guard let end = try cursor.address() else { throw Damage("no end of the file") }
        if version < 2 {
            _ = try cursor.address()
            // The root's entry in a symbol table: its name, then its header.
            _ = try cursor.length()
        }
        guard let root = try cursor.address() else { throw Damage("no root group") }
        if version >= 2 {
            let checked = bytes.prefix(bytes.count - cursor.remaining)
            guard try cursor.number(4) == UInt64(Checksum.lookup3(checked)) else { throw Damage("a wrong checksum") }
        }
        // Tools that put a user block in front, or take it away, leave the addresses as they were.
        let (actual, overflow) = end.addingReportingOverflow(start - base)
        guard !overflow else { throw Damage("an end beyond 2^63") }
        return (widths, root, actual)
    }
}
