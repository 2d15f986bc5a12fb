/// A collection of values of their own lengths: the texts of attributes and datasets.
struct GlobalHeap {
    /// In bytes.
    let size: Int
    private var objects: [Int: ArraySlice<UInt8>] = [:]

    init(at address: Int, in file: FileContents) throws(Damage) {
        var header = try file.cursor(at: address, count: 8 + file.widths.length)
        try header.expect("GCOL")
        _ = try header.expect(version: 1...1, of: "a heap of values")
        try header.skip(3)
        size = try header.length()
        var cursor = Cursor(try file.bytes(at: address, count: size), file.widths)
        try cursor.skip(8 + file.widths.length)
        while cursor.remaining >= 8 + file.widths.length {
            let number = try cursor.int(2)
            try cursor.skip(6)
            let length = try cursor.length()
            // Number 0 is the free space at the end.
            guard number != 0 else { break }
            objects[number] = try cursor.take(length)
            try cursor.skip(min((8 - length % 8) % 8, cursor.remaining))
        }
    }

    subscript(number: Int) -> ArraySlice<UInt8>? { objects[number] }
}

extension FileContents {
    /// The value of its own length that `reference` (its length in elements, a collection's address, a number in it)
    /// leads to, of `elementBytes` for each element; empty for none.
    func value(_ reference: ArraySlice<UInt8>, elementBytes: Int) throws(Damage) -> (
        count: Int, bytes: ArraySlice<UInt8>
    ) {
        var cursor = Cursor(reference, widths)
        let count = try cursor.int(4), address = try cursor.address(), number = try cursor.int(4)
        guard count > 0, let address, address > 0 else { return (0, []) }
        let heap = try globalHeap(at: address)
        // The library writes both lengths, and believes the object's; where they differ, one of them lies.
        guard let bytes = heap[number], count <= bytes.count / max(1, elementBytes) else {
            throw Damage("a value of variable length that is not where it should be")
        }
        return (count, bytes.prefix(count * elementBytes))
    }

    private func globalHeap(at address: Int) throws(Damage) -> GlobalHeap {
        if let heap = globalHeaps.withLock({ $0.heaps[address] }) { return heap }
        let heap = try GlobalHeap(at: address, in: self)
        return try globalHeaps.withLock { known throws(Damage) in
            try known.budget.spend(heap.size)
            known.heaps[address] = heap
            return heap
        }
    }
}
