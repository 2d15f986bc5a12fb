/// A heap of objects of many sizes: the links or the attributes of an object that has many of them, or large ones.
///
/// Managed objects are in blocks, whose sizes double from row to row of a table; those of more than a limit are by
/// themselves, tiny ones in their identifiers.
struct FractalHeap {
    private let file: FileContents
    private let identifierBytes: Int
    private let offsetBytes: Int
    private let lengthBytes: Int
    private let hasBlockChecksums: Bool
    private let filters: FilterPipeline
    private let width: Int
    private let startBytes: Int
    private let maximumDirectBytes: Int
    private let root: Root
    private let hugeTree: Int?

    private enum Root {
        case none
        case direct(Block)
        case indirect(address: Int, rows: Int)
    }

    /// `stored`: its bytes in the file where filters changed them.
    private struct Block {
        var address: Int
        var stored: (bytes: Int, skipped: UInt32)?
    }

    init(at address: Int, in file: FileContents) throws(Damage) {
        self.file = file
        let widths = file.widths, fixed = 14 + 12 * widths.length + 3 * widths.address + 8 + 4
        // What filters there are is told behind the rest.
        var start = try file.cursor(at: address, count: 10)
        try start.expect("FRHP")
        _ = try start.expect(version: 0...0, of: "a heap")
        identifierBytes = try start.int(2)
        let filterBytes = try start.int(2)
        let extra = filterBytes == 0 ? 0 : widths.length + 4 + filterBytes
        var cursor = try file.cursor(at: address, count: fixed + extra, checked: "FRHP")
        try cursor.skip(5)
        hasBlockChecksums = try cursor.byte() & 2 != 0
        let maximumManaged = try cursor.int(4)
        _ = try cursor.length()
        hugeTree = try cursor.address()
        _ = try cursor.length()
        _ = try cursor.address()
        for _ in 0..<8 { _ = try cursor.length() }
        width = try cursor.int(2)
        (startBytes, maximumDirectBytes) = (try cursor.length(), try cursor.length())
        let bits = try cursor.int(2)
        try cursor.skip(2)
        let rootAddress = try cursor.address(), rows = try cursor.int(2)
        guard width > 0, startBytes > 0, startBytes.nonzeroBitCount == 1, maximumDirectBytes.nonzeroBitCount == 1,
            maximumDirectBytes >= startBytes, maximumDirectBytes <= 1 << 32, (1...64).contains(bits), rows < 64,
            identifierBytes > 0
        else { throw Damage("a heap of impossible sizes") }
        offsetBytes = (bits + 7) / 8
        let logarithm = Int.bitWidth - 1 - max(1, maximumManaged).leadingZeroBitCount
        lengthBytes = min((maximumDirectBytes.trailingZeroBitCount + 7) / 8, (logarithm + 7) / 8)
        var stored: (bytes: Int, skipped: UInt32)?
        if filterBytes > 0 {
            stored = (try cursor.length(), UInt32(truncatingIfNeeded: try cursor.int(4)))
            filters = try FilterPipeline(try cursor.take(filterBytes), widths)
        } else {
            filters = FilterPipeline()
        }
        root =
            if let rootAddress {
                rows > 0
                    ? .indirect(address: rootAddress, rows: rows) : .direct(Block(address: rootAddress, stored: stored))
            } else { .none }
    }

    /// The objects of these identifiers, in that order.
    func objects(_ identifiers: [ArraySlice<UInt8>]) throws(Damage) -> [ArraySlice<UInt8>] {
        var reader = Reader(heap: self), objects: [ArraySlice<UInt8>] = []
        for identifier in identifiers { objects.append(try reader.object(identifier)) }
        return objects
    }

    /// The size of blocks in a row of the table.
    private func blockBytes(_ row: Int) throws(Damage) -> Int {
        let shift = max(0, row - 1)
        guard shift < startBytes.leadingZeroBitCount - 1 else { throw Damage("a heap beyond 2^63 bytes") }
        return startBytes << shift
    }

    private var directRows: Int { maximumDirectBytes.trailingZeroBitCount - startBytes.trailingZeroBitCount + 2 }

    /// Reads objects, and keeps the blocks that they are in.
    private struct Reader {
        let heap: FractalHeap
        private var blocks: [Int: ArraySlice<UInt8>] = [:]
        private var tables: [Int: [Block?]] = [:]
        private var huge: [UInt64: (address: Int, length: Int, filtered: (skipped: UInt32, bytes: Int)?)]?
        private var budget: Budget

        init(heap: FractalHeap) {
            self.heap = heap
            budget = Budget(heap.file)
        }

        mutating func object(_ identifier: ArraySlice<UInt8>) throws(Damage) -> ArraySlice<UInt8> {
            var cursor = Cursor(identifier, heap.file.widths)
            let first = try cursor.byte()
            guard first >> 6 == 0 else { throw Damage("version \(first >> 6) of an identifier is not known") }
            switch first >> 4 & 3 {
            case 0:
                let offset = try cursor.int(heap.offsetBytes), length = try cursor.int(heap.lengthBytes)
                return try managed(offset, length)
            case 1: return try hugeObject(&cursor)
            case 2:
                let isLong = heap.identifierBytes > 18
                let length = isLong ? (first & 15) << 8 | (try cursor.byte()) : first & 15
                return try cursor.take(length + 1)
            default: throw Damage("an identifier of an unknown kind")
            }
        }

        private mutating func managed(_ offset: Int, _ length: Int) throws(Damage) -> ArraySlice<UInt8> {
            let block: Block, start: Int, size: Int
            switch heap.root {
            case .none: throw Damage("an object of a heap without blocks")
            case let .direct(root): (block, start, size) = (root, 0, heap.startBytes)
            case let .indirect(address, rows): (block, start, size) = try find(offset, address, rows: rows)
            }
            let bytes = try contents(of: block, size), place = offset - start
            guard place >= 0, place <= bytes.count, length <= bytes.count - place else {
                throw Damage("an object that is not inside its block")
            }
            return bytes[(bytes.startIndex + place)..<(bytes.startIndex + place + length)]
        }

        /// The direct block that an offset into the heap is in, where it starts and how large it is.
        private mutating func find(_ offset: Int, _ address: Int, rows: Int) throws(Damage) -> (Block, Int, Int) {
            var (address, rows, start) = (address, rows, 0)
            let (rowBytes, overflow) = heap.startBytes.multipliedReportingOverflow(by: heap.width)
            guard !overflow else { throw Damage("a heap beyond 2^63 bytes") }
            // Tables lie inside tables, each smaller than the one around it.
            for _ in 0..<64 {
                let place = offset - start, quotient = place / rowBytes
                guard place >= 0 else { break }
                let row = quotient == 0 ? 0 : Int.bitWidth - quotient.leadingZeroBitCount
                guard row < rows else { break }
                let rowStart = row == 0 ? 0 : rowBytes << (row - 1), size = try heap.blockBytes(row)
                let column = (place - rowStart) / size
                let children = try table(at: address, rows: rows)
                guard column < heap.width, let child = children[row * heap.width + column] else { break }
                start += rowStart + column * size
                if row < heap.directRows { return (child, start, size) }
                let inner = size.trailingZeroBitCount - rowBytes.trailingZeroBitCount + 1
                guard heap.width.nonzeroBitCount == 1, (1..<rows).contains(inner) else { break }
                (address, rows) = (child.address, inner)
            }
            throw Damage("an object outside its heap")
        }

        /// The children of the table of blocks at `address`, row by row.
        private mutating func table(at address: Int, rows: Int) throws(Damage) -> [Block?] {
            if let known = tables[address], known.count == rows * heap.width { return known }
            let widths = heap.file.widths, direct = min(rows, heap.directRows) * heap.width
            let isFiltered = !heap.filters.filters.isEmpty
            let entries = rows * heap.width
            let bytes =
                5 + widths.address + heap.offsetBytes + entries * widths.address
                + (isFiltered ? direct * (widths.length + 4) : 0) + 4
            try budget.spend(bytes)
            var cursor = try heap.file.cursor(at: address, count: bytes, checked: "FHIB")
            _ = try cursor.expect(version: 0...0, of: "a table of blocks")
            try cursor.skip(widths.address + heap.offsetBytes)
            var children: [Block?] = []
            for entry in 0..<entries {
                let address = try cursor.address()
                let stored =
                    isFiltered && entry < direct
                    ? (bytes: try cursor.length(), skipped: UInt32(truncatingIfNeeded: try cursor.int(4))) : nil
                children.append(address.map { Block(address: $0, stored: stored) })
            }
            tables[address] = children
            return children
        }

        private mutating func contents(of block: Block, _ size: Int) throws(Damage) -> ArraySlice<UInt8> {
            if let known = blocks[block.address], known.count == size { return known }
            let stored = try heap.file.bytes(at: block.address, count: block.stored?.bytes ?? size)
            try budget.spend(stored.count)
            let bytes =
                try block.stored.map { stored_ throws(Damage) in
                    try heap.filters.undo(stored, skipped: stored_.skipped, count: size)
                } ?? stored
            guard bytes.prefix(4).elementsEqual("FHDB".utf8) else { throw Damage("expected the signature 'FHDB'") }
            if heap.hasBlockChecksums {
                // Of the block with zeros in the checksum's place.
                let place = bytes.startIndex + 5 + heap.file.widths.address + heap.offsetBytes
                guard place + 4 <= bytes.endIndex else { throw Damage("a block too short for its checksum") }
                let checksum = bytes[place..<(place + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
                var cleared = Array(bytes)
                for byte in 0..<4 { cleared[place - bytes.startIndex + byte] = 0 }
                guard Checksum.lookup3(cleared[...]) == checksum else { throw Damage("a wrong checksum") }
            }
            blocks[block.address] = bytes
            return bytes
        }

        /// An object by itself: where it is stands in the identifier, or in a tree by its number.
        private mutating func hugeObject(_ cursor: inout Cursor) throws(Damage) -> ArraySlice<UInt8> {
            let file = heap.file, widths = file.widths, isFiltered = !heap.filters.filters.isEmpty
            let direct = widths.address + widths.length + (isFiltered ? 4 + widths.length : 0)
            if heap.identifierBytes - 1 >= direct {
                return try read(try Self.place(&cursor, isFiltered))
            }
            let number = try cursor.number(min(8, heap.identifierBytes - 1))
            if huge == nil {
                guard let tree = heap.hugeTree else { throw Damage("a large object that is nowhere") }
                huge = [:]
                for record in try SecondTree.records(at: tree, kinds: 1...2, in: file).records {
                    var cursor = Cursor(record, widths)
                    let place = try Self.place(&cursor, isFiltered)
                    huge?[try cursor.number(widths.length)] = place
                }
            }
            guard let place = huge?[number] else { throw Damage("a large object that is nowhere") }
            return try read(place)
        }

        private typealias Place = (address: Int, length: Int, filtered: (skipped: UInt32, bytes: Int)?)

        private static func place(_ cursor: inout Cursor, _ isFiltered: Bool) throws(Damage) -> Place {
            guard let address = try cursor.address() else { throw Damage("a large object that is nowhere") }
            let length = try cursor.length()
            guard isFiltered else { return (address, length, nil) }
            return (address, length, (UInt32(truncatingIfNeeded: try cursor.int(4)), try cursor.length()))
        }

        private mutating func read(_ place: Place) throws(Damage) -> ArraySlice<UInt8> {
            try budget.spend(place.length)
            let bytes = try heap.file.bytes(at: place.address, count: place.length)
            guard let filtered = place.filtered else { return bytes }
            try budget.spend(filtered.bytes / 16)
            return try heap.filters.undo(bytes, skipped: filtered.skipped, count: filtered.bytes)
        }
    }
}
