import Tensors

/// The header of a group, dataset or committed type: a list of messages, in one piece or several.
struct ObjectHeader {
    let address: Int
    private(set) var messages: [Message] = []
    /// Whether the order in which attributes were made is kept, and indexed, as `H5Pset_attr_creation_order` has it.
    private(set) var attributeOrder: UInt32 = 0

    struct Message {
        let kind: Kind
        /// Whether the body is where to find it instead.
        let isShared: Bool
        /// The order in which it was made; nil where that is not kept.
        let order: Int?
        let body: ArraySlice<UInt8>
    }

    /// Messages that say something here, by their numbers in the format.
    enum Kind: Int {
        case dataspace = 1, linkInfo = 2, datatype = 3, oldFillValue = 4, fillValue = 5, link = 6, externalFiles = 7
        case layout = 8, filters = 11, attribute = 12, continuation = 16, symbolTable = 17, attributeInfo = 21
    }

    /// The message of a kind of which there is one at most.
    subscript(kind: Kind) -> Message? { messages.first { $0.kind == kind } }

    init(at address: Int, in file: FileContents) throws(Damage) {
        self.address = address
        let isOld = try file.bytes(at: address, count: 4).first == 1
        var pieces = [isOld ? try Self.firstOld(at: address, in: file) : try first(at: address, in: file)]
        // Each message is read once: pieces that overlap, or come again, are more than the file has.
        var budget = Budget(file)
        while let piece = pieces.popLast() {
            try budget.spend(piece.bytes.count)
            var cursor = Cursor(piece.bytes, file.widths)
            let prefix = isOld ? 8 : piece.tracksOrder ? 6 : 4
            while cursor.remaining >= prefix {
                let number = try cursor.int(isOld ? 2 : 1), length = try cursor.int(2), flags = try cursor.byte()
                if isOld { try cursor.skip(3) }
                let order = !isOld && piece.tracksOrder ? try cursor.int(2) : nil
                let body = try cursor.take(length)
                guard let kind = Kind(rawValue: number) else {
                    if flags & 0x80 != 0 { throw Damage("a message of kind \(number), which must be known, is not") }
                    continue
                }
                guard kind == .continuation else {
                    messages.append(Message(kind: kind, isShared: flags & 2 != 0, order: order, body: body))
                    continue
                }
                var target = Cursor(body, file.widths)
                guard let start = try target.address() else { continue }
                let bytes = try file.bytes(at: start, count: target.length())
                pieces.append(
                    isOld ? Piece(bytes: bytes) : try Self.checked(bytes, "OCHK", tracksOrder: piece.tracksOrder))
            }
        }
    }

    /// The messages of one piece, one after the other.
    private struct Piece {
        var bytes: ArraySlice<UInt8>
        var tracksOrder = false
    }

    private static func firstOld(at address: Int, in file: FileContents) throws(Damage) -> Piece {
        var cursor = Cursor(try file.bytes(at: address, count: 16), file.widths)
        try cursor.skip(8)
        return Piece(bytes: try file.bytes(at: address + 16, count: cursor.int(4)))
    }

    private mutating func first(at address: Int, in file: FileContents) throws(Damage) -> Piece {
        var cursor = Cursor(try file.bytes(at: address, upTo: 6 + 16 + 4 + 8), file.widths)
        try cursor.expect("OHDR")
        _ = try cursor.expect(version: 2...2, of: "an object's header")
        let flags = try cursor.byte()
        attributeOrder = UInt32(flags >> 2 & 0b11)
        if flags & 0x20 != 0 { try cursor.skip(16) }
        if flags & 0x10 != 0 { try cursor.skip(4) }
        let length = try cursor.int(1 << (flags & 3))
        let start = cursor.consumed
        let bytes = try file.bytes(at: address, count: start.plusClamped(length).plusClamped(4))
        return Piece(
            bytes: try FileContents.withoutChecksum(bytes).dropFirst(start), tracksOrder: flags & 0x04 != 0)
    }

    private static func checked(_ bytes: ArraySlice<UInt8>, _ signature: String, tracksOrder: Bool) throws(Damage)
        -> Piece
    {
        guard bytes.count >= 8, bytes.prefix(4).elementsEqual(signature.utf8) else {
            throw Damage("expected the signature '\(signature)'")
        }
        return Piece(bytes: try FileContents.withoutChecksum(bytes).dropFirst(4), tracksOrder: tracksOrder)
    }
}
