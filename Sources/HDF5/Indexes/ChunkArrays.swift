/// The chunks of a dataset that cannot grow, as an array; in pages where there are many.
enum FixedArray {
    static func elements(at address: Int, in file: FileContents, chunkBytes: Int) throws(Damage)
        -> [Int: ChunkIndex.Chunk]
    {
        let widths = file.widths
        var header = try file.cursor(at: address, count: 12 + widths.length + widths.address, checked: "FAHD")
        _ = try header.expect(version: 0...0, of: "an array")
        let element = try ArrayElement(&header, chunkBytes: chunkBytes, widths)
        let pageBits = try header.byte(), count = try header.length()
        guard let block = try header.address() else { return [:] }
        guard count <= file.size, pageBits < 32 else { throw Damage("an array of \(count) chunks") }
        let pageCount = 1 << pageBits, prefix = 6 + widths.address
        var elements: [Int: ChunkIndex.Chunk] = [:]
        guard count > pageCount else {
            var cursor = try file.cursor(at: block, count: prefix + count * element.bytes + 4, checked: "FADB")
            try cursor.skip(2 + widths.address)
            try element.read(count, from: 0, &cursor, into: &elements)
            return elements
        }
        let pages = (count - 1) / pageCount + 1, bitmapBytes = (pages + 7) / 8
        var cursor = try file.cursor(at: block, count: prefix + bitmapBytes + 4, checked: "FADB")
        try cursor.skip(2 + widths.address)
        let written = try cursor.take(bitmapBytes)
        for page in 0..<pages where written.isSet(page) {
            let start = block + prefix + bitmapBytes + 4 + page * (pageCount * element.bytes + 4)
            let inPage = min(pageCount, count - page * pageCount)
            var cursor = try file.cursor(at: start, count: inPage * element.bytes + 4, checked: "")
            try element.read(inPage, from: page * pageCount, &cursor, into: &elements)
        }
        return elements
    }
}

/// The chunks of a dataset that can grow along one axis: an array in blocks, whose sizes grow.
struct ExtensibleArray {
    private let file: FileContents
    private let element: ArrayElement
    private let header: Int
    private let offsetBytes: Int
    private let pageCount: Int
    private var budget: Budget
    private var elements: [Int: ChunkIndex.Chunk] = [:]

    static func elements(at address: Int, in file: FileContents, chunkBytes: Int) throws(Damage)
        -> [Int: ChunkIndex.Chunk]
    {
        let widths = file.widths
        var cursor = try file.cursor(at: address, count: 16 + 6 * widths.length + widths.address, checked: "EAHD")
        _ = try cursor.expect(version: 0...0, of: "an array")
        let element = try ArrayElement(&cursor, chunkBytes: chunkBytes, widths)
        let bits = try cursor.byte(), inIndex = try cursor.byte(), smallest = try cursor.byte()
        let pointers = try cursor.byte(), pageBits = try cursor.byte()
        for _ in 0..<6 { _ = try cursor.length() }
        guard let index = try cursor.address() else { return [:] }
        guard (1...64).contains(bits), smallest > 0, smallest.nonzeroBitCount == 1, pointers > 1,
            pointers.nonzeroBitCount == 1, pageBits < 32
        else { throw Damage("an array of impossible sizes") }
        var array = ExtensibleArray(
            file: file, element: element, header: address, offsetBytes: (bits + 7) / 8, pageCount: 1 << pageBits,
            budget: Budget(file))
        try array.read(index, inIndex: inIndex, smallest: smallest, pointers: pointers, bits: bits)
        return array.elements
    }

    /// Super blocks: of number n there are 2^(n/2) data blocks of `smallest`·2^((n+1)/2) elements. The blocks of the
    /// first few are listed in the index.
    private mutating func read(_ index: Int, inIndex: Int, smallest: Int, pointers: Int, bits: Int) throws(Damage) {
        let addressBytes = file.widths.address
        let listed = 2 * pointers.trailingZeroBitCount, supers = 1 + bits - smallest.trailingZeroBitCount
        let blocks = 2 * (pointers - 1), superBlocks = max(0, supers - listed)
        let bytes = 6 + addressBytes + inIndex * element.bytes + (blocks + superBlocks) * addressBytes + 4
        try budget.spend(bytes)
        var cursor = try file.cursor(at: index, count: bytes, checked: "EAIB")
        try cursor.skip(2 + addressBytes)
        try element.read(inIndex, from: 0, &cursor, into: &elements)
        var next = inIndex
        for number in 0..<min(listed, supers) {
            for _ in 0..<(1 << (number / 2)) {
                let block = try cursor.address(), count = smallest << ((number + 1) / 2)
                if let block { try readBlock(block, count, from: next) { _ in true } }
                next += count
            }
        }
        for number in listed..<max(listed, supers) {
            // A file of that many chunks is larger than any.
            guard number < 48 else { return }
            let blocks = 1 << (number / 2), count = smallest << ((number + 1) / 2)
            guard let address = try cursor.address() else {
                next += blocks * count
                continue
            }
            let pages = count > pageCount ? count / pageCount : 0, bitmap = (pages + 7) / 8
            let bytes = 6 + addressBytes + offsetBytes + blocks * (bitmap + addressBytes) + 4
            try budget.spend(bytes)
            var block = try file.cursor(at: address, count: bytes, checked: "EASB")
            try block.skip(2 + addressBytes + offsetBytes)
            let written = try block.take(blocks * bitmap)
            for number in 0..<blocks {
                if let address = try block.address() {
                    try readBlock(address, count, from: next) { page in
                        pages == 0 || written.isSet(number * pages + page)
                    }
                }
                next += count
            }
        }
    }

    private mutating func readBlock(
        _ address: Int, _ count: Int, from first: Int, hasPage: (Int) -> Bool
    ) throws(Damage) {
        let prefix = 6 + file.widths.address + offsetBytes
        guard count > pageCount else {
            let bytes = prefix + count * element.bytes + 4
            try budget.spend(bytes)
            var cursor = try file.cursor(at: address, count: bytes, checked: "EADB")
            try cursor.skip(2 + file.widths.address + offsetBytes)
            return try element.read(count, from: first, &cursor, into: &elements)
        }
        for page in 0..<(count / pageCount) where hasPage(page) {
            let bytes = pageCount * element.bytes + 4
            try budget.spend(bytes)
            var cursor = try file.cursor(at: address + prefix + 4 + page * bytes, count: bytes, checked: "")
            try element.read(pageCount, from: first + page * pageCount, &cursor, into: &elements)
        }
    }
}

/// One element of such an array: a chunk's address and, where there are filters, its length and those it did without.
struct ArrayElement {
    let bytes: Int
    private let isFiltered: Bool
    private let chunkBytes: Int
    private let addressBytes: Int

    init(_ header: inout Cursor, chunkBytes: Int, _ widths: Cursor.Widths) throws(Damage) {
        isFiltered = try header.byte() == 1
        bytes = try header.byte()
        (self.chunkBytes, addressBytes) = (chunkBytes, widths.address)
        let rest = bytes - addressBytes
        guard isFiltered ? (5...12).contains(rest) : rest == 0 else {
            throw Damage("an array of elements of \(bytes) bytes")
        }
    }

    func read(_ count: Int, from first: Int, _ cursor: inout Cursor, into elements: inout [Int: ChunkIndex.Chunk])
        throws(Damage)
    {
        for index in first..<(first + count) {
            let address = try cursor.address()
            let length = isFiltered ? try cursor.int(bytes - addressBytes - 4) : chunkBytes
            let skipped = isFiltered ? UInt32(truncatingIfNeeded: try cursor.int(4)) : 0
            if let address { elements[index] = ChunkIndex.Chunk(address: address, bytes: length, skipped: skipped) }
        }
    }
}

extension ArraySlice<UInt8> {
    /// A bit, the highest of each byte first.
    fileprivate func isSet(_ bit: Int) -> Bool { self[startIndex + bit / 8] >> (7 - bit % 8) & 1 == 1 }
}
