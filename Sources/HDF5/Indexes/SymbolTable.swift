/// The links of a group as HDF5 wrote them before 1.8: a tree of nodes of names and addresses, the names in a heap.
enum SymbolTable {
    /// The links below the tree at `tree`, with names from the heap at `heap`, sorted by name.
    static func links(tree: Int, heap: Int, in file: FileContents) throws(Damage) -> [(name: String, link: Link)] {
        let names = try heapData(at: heap, in: file)
        var budget = Budget(file), pending = [(address: tree, above: Int?.none)],
            links: [(name: String, link: Link)] = []
        while let (address, above) = pending.popLast() {
            // Below the tree's lowest nodes are the nodes of names.
            guard above != 0 else {
                links += try node(at: address, names, in: file, &budget)
                continue
            }
            let node = try TreeNode(
                at: address, kind: 0, keyBytes: file.widths.length, level: above, in: file, &budget)
            // Reversed, since the last is read first.
            pending += node.children.reversed().map { ($0, node.level) }
        }
        return links
    }

    /// The names, each at its offset.
    private static func heapData(at address: Int, in file: FileContents) throws(Damage) -> ArraySlice<UInt8> {
        var cursor = try file.cursor(at: address, count: 8 + 2 * file.widths.length + file.widths.address)
        try cursor.expect("HEAP")
        try cursor.skip(4)
        let size = try cursor.length()
        _ = try cursor.length()
        guard let data = try cursor.address() else { throw Damage("a heap of names without data") }
        return try file.bytes(at: data, count: size)
    }

    private static func node(
        at address: Int, _ names: ArraySlice<UInt8>, in file: FileContents, _ budget: inout Budget
    ) throws(Damage) -> [(name: String, link: Link)] {
        var header = try file.cursor(at: address, count: 8)
        try header.expect("SNOD")
        try header.skip(2)
        let count = try header.int(2), entryBytes = file.widths.length + file.widths.address + 24
        try budget.spend(8 + count * entryBytes)
        var cursor = try file.cursor(at: address + 8, count: count * entryBytes)
        var links: [(name: String, link: Link)] = []
        func text(at offset: Int) throws(Damage) -> String {
            guard offset < names.count else { throw Damage("a name outside its heap") }
            var cursor = Cursor(names.dropFirst(offset), file.widths)
            return try cursor.terminated().text
        }
        for _ in 0..<count {
            let name = try text(at: cursor.length()), object = try cursor.address(), cache = try cursor.int(4)
            try cursor.skip(4)
            var scratch = Cursor(try cursor.take(16), file.widths)
            if cache == 2 {
                links.append((name, .soft(try text(at: scratch.int(4)))))
            } else if let object {
                links.append((name, .hard(object)))
            } else {
                throw Damage("a link '\(name)' to nowhere")
            }
        }
        return links
    }
}

/// A node of HDF5's first kind of tree: keys, and between each two of them a child.
struct TreeNode {
    let level: Int
    /// One more than there are children.
    private(set) var keys: [ArraySlice<UInt8>] = []
    private(set) var children: [Int] = []

    /// `kind`: 0 for the links of a group, 1 for chunks. `level`: that of the node above, nil for the root.
    init(
        at address: Int, kind: Int, keyBytes: Int, level above: Int?, in file: FileContents, _ budget: inout Budget
    ) throws(Damage) {
        let headerBytes = 8 + 2 * file.widths.address
        var header = try file.cursor(at: address, count: headerBytes)
        try header.expect("TREE")
        guard try header.byte() == kind else { throw Damage("a tree of another kind") }
        level = try header.byte()
        // Nodes lead downwards, which is why there is an end.
        if let above, level != above - 1 { throw Damage("a tree whose levels do not count down") }
        let count = try header.int(2), bytes = count * (keyBytes + file.widths.address) + keyBytes
        try budget.spend(headerBytes + bytes)
        // A root without entries may have no room for a key either.
        guard count > 0 else { return }
        var cursor = try file.cursor(at: address + headerBytes, count: bytes)
        for _ in 0..<count {
            keys.append(try cursor.take(keyBytes))
            guard let child = try cursor.address() else { throw Damage("a tree with a child nowhere") }
            children.append(child)
        }
        keys.append(try cursor.take(keyBytes))
    }
}
