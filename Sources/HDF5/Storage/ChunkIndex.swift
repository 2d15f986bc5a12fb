import Tensors

/// Where the chunks of a dataset are.
struct ChunkIndex: Sendable {
    /// By their number: rows first, over the chunks of the whole dataset.
    private(set) var chunks: [Int: Chunk] = [:]
    /// Their bytes in the file, together; no more than the file has.
    private(set) var bytes = 0
    /// How many chunks there are along each axis.
    let counts: [Int]
    private let strides: [Int]

    struct Chunk: Sendable {
        let address: Int
        /// Its length in the file.
        let bytes: Int
        /// A bit for each filter that it did without.
        var skipped: UInt32 = 0
    }

    /// - Parameter chunkBytes: of a chunk without filters.
    init(
        _ layout: DataLayout.Chunks, of space: Dataspace, chunkBytes: Int, isFiltered: Bool, in file: FileContents
    ) throws(Damage) {
        guard layout.shape.count == space.shape.count else { throw Damage("chunks of another number of axes") }
        counts = zip(space.shape, layout.shape).map { $0 == 0 ? 0 : ($0 - 1) / $1 + 1 }
        strides = Self.strides(counts.map(Optional.init), fastest: nil)
        guard let address = layout.address else { return }
        switch layout.index {
        case .tree: try readTree(at: address, layout, in: file)
        case let .single(filtered):
            chunks[0] = Chunk(address: address, bytes: filtered?.bytes ?? chunkBytes, skipped: filtered?.skipped ?? 0)
        case .implicit:
            let maximum = Self.maximum(space, layout.shape), strides = Self.strides(maximum, fastest: nil)
            try eachPosition(file) { index, position throws(Damage) in
                let (offset, overflow) = Self.dot(position, strides).multipliedReportingOverflow(by: chunkBytes)
                guard !overflow, offset <= Int.max - address else { throw Damage("a chunk beyond 2^63") }
                chunks[index] = Chunk(address: address + offset, bytes: chunkBytes)
            }
        case .fixedArray, .extensibleArray:
            let maximum = Self.maximum(space, layout.shape)
            let isFixed = if case .fixedArray = layout.index { true } else { false }
            // The axis that can grow without end counts slowest.
            let strides = Self.strides(maximum, fastest: isFixed ? nil : maximum.firstIndex(of: nil))
            let elements: [Int: Chunk] =
                isFixed
                ? try FixedArray.elements(at: address, in: file, chunkBytes: chunkBytes)
                : try ExtensibleArray.elements(at: address, in: file, chunkBytes: chunkBytes)
            try eachPosition(file) { index, position throws(Damage) in
                chunks[index] = elements[Self.dot(position, strides)]
            }
        case .secondTree:
            try readSecondTree(at: address, isFiltered, chunkBytes: chunkBytes, in: file)
        }
        bytes = chunks.values.reduce(0) { min(file.size, $0 + min(file.size, max(0, $1.bytes))) }
    }

    /// The number of the chunk at `position`, which counts chunks along each axis.
    func number(at position: [Int]) -> Int { Self.dot(position, strides) }

    private mutating func readTree(at address: Int, _ layout: DataLayout.Chunks, in file: FileContents) throws(Damage) {
        var budget = Budget(file), pending = [(address: address, above: Int?.none)]
        let rank = layout.shape.count
        while let (address, above) = pending.popLast() {
            let node = try TreeNode(
                at: address, kind: 1, keyBytes: 8 + 8 * (rank + 1), level: above, in: file, &budget)
            guard node.level == 0 else {
                pending += node.children.map { ($0, node.level) }
                continue
            }
            for (key, child) in zip(node.keys, node.children) {
                var cursor = Cursor(key, file.widths)
                let bytes = try cursor.int(4), skipped = UInt32(truncatingIfNeeded: try cursor.int(4))
                var position: [Int] = []
                for axis in 0..<rank {
                    let offset = try cursor.int(8)
                    guard offset.isMultiple(of: layout.shape[axis]) else { throw Damage("a chunk between chunks") }
                    position.append(offset / layout.shape[axis])
                }
                // Chunks outside a dataset that was made smaller stay where they are.
                if isInside(position) {
                    chunks[number(at: position)] = Chunk(address: child, bytes: bytes, skipped: skipped)
                }
            }
        }
    }

    private mutating func readSecondTree(at address: Int, _ isFiltered: Bool, chunkBytes: Int, in file: FileContents)
        throws(Damage)
    {
        let (kind, records) = try SecondTree.records(at: address, kinds: 10...11, in: file)
        guard (kind == 11) == isFiltered else { throw Damage("a tree of chunks of another kind") }
        for record in records {
            var cursor = Cursor(record, file.widths)
            guard let address = try cursor.address() else { continue }
            let rest = cursor.remaining - 8 * counts.count
            guard kind == 10 || rest > 4 else { throw Damage("records too short for their chunks") }
            let bytes = kind == 11 ? try cursor.int(rest - 4) : chunkBytes
            let skipped = kind == 11 ? UInt32(truncatingIfNeeded: try cursor.int(4)) : 0
            var position: [Int] = []
            for _ in counts { position.append(try cursor.int(8)) }
            if isInside(position) {
                chunks[number(at: position)] = Chunk(address: address, bytes: bytes, skipped: skipped)
            }
        }
    }

    private func isInside(_ position: [Int]) -> Bool { zip(position, counts).allSatisfy { $0 < $1 } }

    /// Calls `body` with each chunk's number and position. Each takes bytes in the file, if only in an index.
    private func eachPosition(_ file: FileContents, _ body: (Int, [Int]) throws(Damage) -> Void) throws(Damage) {
        guard let total = counts.product, total <= file.size else {
            throw Damage("more chunks than the file has bytes")
        }
        var position = [Int](repeating: 0, count: counts.count)
        for index in 0..<total {
            try body(index, position)
            for axis in position.indices.reversed() {
                position[axis] += 1
                if position[axis] < counts[axis] { break }
                position[axis] = 0
            }
        }
    }

    /// How many chunks there can be along each axis, nil without end.
    private static func maximum(_ space: Dataspace, _ chunk: [Int]) -> [Int?] {
        zip(space.maximum, chunk).map { extent, chunk in extent.map { $0 == 0 ? 0 : ($0 - 1) / chunk + 1 } }
    }

    /// What each axis's position counts, the last axis fastest; an axis that is put first, before all others.
    private static func strides(_ counts: [Int?], fastest first: Int?) -> [Int] {
        var strides = [Int](repeating: 0, count: counts.count), step = 1
        let order = (first.map { [$0] } ?? []) + counts.indices.filter { $0 != first }
        for axis in order.reversed() {
            strides[axis] = step
            step = step.multipliedReportingOverflow(by: counts[axis] ?? 1).partialValue
        }
        return strides
    }

    /// Wraps where a file's numbers are impossible: no element has such an index.
    private static func dot(_ position: [Int], _ strides: [Int]) -> Int {
        zip(position, strides).reduce(0) { $0 &+ $1.0 &* $1.1 }
    }
}
