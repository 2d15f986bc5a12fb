/// HDF5's second kind of tree: records of one size, in nodes of one size; inner nodes hold records, too.
enum SecondTree {
    /// All records of the tree at `address`, in order. `kind`: what they are, by the format's numbers.
    static func records(at address: Int, kinds: ClosedRange<Int>, in file: FileContents) throws(Damage) -> (
        kind: Int, records: [ArraySlice<UInt8>]
    ) {
        let widths = file.widths, headerBytes = 4 + 12 + widths.address + 2 + widths.length + 4
        var header = try file.cursor(at: address, count: headerBytes, checked: "BTHD")
        _ = try header.expect(version: 0...0, of: "a tree")
        let kind = try header.byte()
        guard kinds.contains(kind) else { throw Damage("a tree of another kind") }
        let nodeBytes = try header.int(4), recordBytes = try header.int(2), depth = try header.int(2)
        try header.skip(2)
        guard recordBytes > 0, nodeBytes > 10 + recordBytes, nodeBytes <= file.size, depth < 64 else {
            throw Damage("a tree with nodes of \(nodeBytes) bytes")
        }
        guard let root = try header.address() else { return (kind, []) }
        let count = try header.int(2)
        var walk = Walk(
            file: file, budget: Budget(file), kind: kind, nodeBytes: nodeBytes, recordBytes: recordBytes,
            pointers: try pointerWidths(nodeBytes, recordBytes, depth, widths))
        try walk.visit(root, count: count, depth: depth)
        return (kind, walk.records)
    }

    /// How wide the numbers beside a child's address are, by the depth of the node that points to it: of the records in
    /// the child, and of all below it.
    ///
    /// They are as wide as the largest numbers need that nodes of this size can have.
    private static func pointerWidths(_ nodeBytes: Int, _ recordBytes: Int, _ depth: Int, _ widths: Cursor.Widths)
        throws(Damage) -> [(own: Int, all: Int)]
    {
        func width(_ number: Int) -> Int { (Int.bitWidth - number.leadingZeroBitCount + 7) / 8 }
        let leaf = (nodeBytes - 10) / recordBytes, own = width(leaf)
        var total = leaf, result = [(own: 0, all: 0)], below = 0
        for _ in 0..<depth {
            result.append((own, below))
            let inner = (nodeBytes - 10 - widths.address - own - below) / (recordBytes + widths.address + own + below)
            let (product, overflow) = (inner + 1).multipliedReportingOverflow(by: total)
            guard inner > 0, !overflow, product < .max - inner else { throw Damage("a tree that is too deep") }
            total = product + inner
            below = width(total)
        }
        return result
    }

    private struct Walk {
        let file: FileContents
        var budget: Budget
        let kind: Int
        let nodeBytes: Int
        let recordBytes: Int
        let pointers: [(own: Int, all: Int)]
        var records: [ArraySlice<UInt8>] = []

        mutating func visit(_ address: Int, count: Int, depth: Int) throws(Damage) {
            let (own, all) = pointers[depth]
            let contents = 6 + count * recordBytes + (depth > 0 ? (count + 1) * (file.widths.address + own + all) : 0)
            guard contents + 4 <= nodeBytes else { throw Damage("a node with more records than it has room for") }
            try budget.spend(contents)
            var cursor = try file.cursor(at: address, count: contents + 4, checked: depth > 0 ? "BTIN" : "BTLF")
            _ = try cursor.expect(version: 0...0, of: "a node")
            guard try cursor.byte() == kind else { throw Damage("a node of another tree") }
            var mine: [ArraySlice<UInt8>] = []
            for _ in 0..<count { mine.append(try cursor.take(recordBytes)) }
            guard depth > 0 else { return records += mine }
            for child in 0...count {
                guard let address = try cursor.address() else { throw Damage("a tree with a child nowhere") }
                let count = try cursor.int(own)
                try cursor.skip(all)
                try visit(address, count: count, depth: depth - 1)
                if child < mine.count { records.append(mine[child]) }
            }
        }
    }
}
