import Tensors

extension Dataset {
    /// All numbers, rows first, converted to `T`.
    ///
    /// Throws `wrongType` for strings and other types, `implausibleSize` before memory is taken for what a file of
    /// this size cannot hold, `damaged`.
    package func read<T: Element>(_: T.Type = T.self) throws -> [T] {
        try requireNumbers()
        try requireReadable(elementBytes: MemoryLayout<T>.stride)
        return try unsafe [T](unsafeUninitializedCapacity: count) { buffer, filled in
            var span = unsafe buffer.mutableSpan
            try readNumbers(rows: nil, into: &span)
            filled = count
        }
    }

    /// Fills `destination` with the numbers of `rows`, indices along axis 0, without reading the others; with all where
    /// no rows are named.
    ///
    /// `rows` must lie inside the dataset and `destination` have exactly their elements. Throws like `read()`.
    package func read<T: Element>(rows: Range<Int>? = nil, into destination: inout MutableSpan<T>) throws {
        requireCount(destination.count, of: rows)
        guard destination.count > 0 else { return }
        try readNumbers(rows: rows, into: &destination)
    }

    /// All texts, rows first, without their padding. Throws `wrongType`, `invalidText`, `implausibleSize`, `damaged`.
    package func readStrings() throws -> [String] {
        try requireStrings()
        let bytes = try readBytes(rows: nil)
        guard let texts = try reading({ try object.file.strings(bytes[...], of: stored) }).valid else {
            throw HDF5Error.invalidText(file: file, object: path, reason: "found bytes of another encoding")
        }
        return texts
    }

    /// The bytes of all elements as they lie in the file, for types of fixed size that Swift has no match for: Keras 3
    /// keeps bfloat16 as opaque pairs of bytes. Throws `wrongType` for texts, sequences and references, else as
    /// `read()`.
    package func readBytes() throws -> [UInt8] {
        if case .string = stored.kind { throw wrongType(expected: "values of fixed size") }
        guard stored.isPlain else { throw wrongType(expected: "values of fixed size") }
        return try readBytes(rows: nil)
    }

    /// The elements of `rows` as they lie in the file, of any type; of all rows where none are named. Throws
    /// `implausibleSize`, `damaged`.
    package func elements(rows: Range<Int>? = nil) throws -> StoredElements {
        StoredElements(
            type: stored, space: space, bytes: try readBytes(rows: rows)[...], file: object.file, place: path)
    }

    /// Whether anything of it was ever written.
    package func isWritten() throws -> Bool {
        guard count > 0 else { return false }
        switch layout {
        case .compact: return true
        case let .contiguous(address, _): return address != nil
        case .chunked: return try !reading { try chunkIndex().chunks.isEmpty }
        case .virtual: return false
        }
    }

    /// Throws `implausibleSize` where the whole dataset is more than the file can hold: to be asked before it is read
    /// rows by rows, which only looks at the rows asked for.
    package func requirePlausibleSize() throws { try requireReadable(elementBytes: stored.size) }

    /// Throws `implausibleSize` where the whole dataset, in elements of that size in memory, is more than its storage
    /// or, in chunks or never written, more than that can be unpacked to.
    func requireReadable(elementBytes: Int) throws {
        switch layout {
        case let .contiguous(address?, bytes):
            let start = try reading { try object.file.offset(address) }
            try require(count, of: stored.size, within: min(bytes ?? .max, max(0, object.file.size - start)))
        case let .compact(bytes): try require(count, of: stored.size, within: bytes.count)
        default: try require(count, of: max(elementBytes, stored.size), within: expandedLimit())
        }
    }

    /// Whole chunks are unpacked, whatever part of them is asked for.
    private func requirePlausibleChunk() throws {
        guard let chunks else { return }
        try require(chunks.product ?? .max, of: stored.size, within: expandedLimit())
    }

    private func expandedLimit() throws -> Int {
        guard case .chunked = layout else { return FileContents.unwrittenLimit }
        let bytes = try reading { try chunkIndex().bytes }
        return filters.filters.isEmpty
            ? bytes + FileContents.unwrittenLimit : FileContents.expandedLimit(bytes)
    }

    private func readBytes(rows: Range<Int>?) throws -> [UInt8] {
        if rows == nil { try requireReadable(elementBytes: stored.size) }
        let elements = rows.map(elements(in:)) ?? count
        try require(elements, of: stored.size, within: .max)
        var bytes = [UInt8](repeating: 0, count: elements * stored.size)
        try unsafe bytes.withUnsafeMutableBytes { try unsafe readBytes(rows: rows, into: $0) }
        return bytes
    }

    private func readNumbers<T: Element>(rows: Range<Int>?, into destination: inout MutableSpan<T>) throws {
        try requireNumbers()
        try unsafe destination.withUnsafeMutableBytes { buffer in
            if type.isSameInMemory(as: T.self, stored) { return try unsafe readBytes(rows: rows, into: buffer) }
            // A few MiB at a time, so that the file's own elements take no memory to speak of.
            let height = shape.first ?? 1, first = rows?.lowerBound ?? 0, end = rows?.upperBound ?? height
            guard !shape.isEmpty, count > 0 else {
                let bytes = try readBytes(rows: nil)
                return unsafe type.convert(bytes[...], of: stored, to: T.self, buffer)
            }
            let rowElements = count / height, step = max(1, (4 << 20) / max(1, rowElements * stored.size))
            for start in stride(from: first, to: end, by: step) {
                let part = start..<min(end, start + step), bytes = try readBytes(rows: part)
                let place = (start - first) * rowElements * MemoryLayout<T>.stride
                let length = part.count * rowElements * MemoryLayout<T>.stride
                unsafe type.convert(
                    bytes[...], of: stored, to: T.self,
                    UnsafeMutableRawBufferPointer(rebasing: buffer[place..<(place + length)]))
            }
        }
    }

    /// Fills `buffer` with the elements of `rows`, all where none are named, as they lie in the file.
    private func readBytes(rows: Range<Int>?, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard buffer.count > 0 else { return }
        try requirePlausibleChunk()
        let rowBytes = rows == nil ? 0 : count / shape[0] * stored.size
        let start = (rows?.lowerBound ?? 0) * rowBytes
        try reading {
            switch layout {
            case let .compact(bytes):
                guard bytes.count >= start + buffer.count else {
                    throw Damage("its elements are more than it has bytes")
                }
                unsafe buffer.copyBytes(from: bytes.dropFirst(start).prefix(buffer.count))
            case let .contiguous(address?, bytes):
                let end = start + buffer.count
                guard end <= bytes ?? .max, address <= Int.max - end,
                    try object.file.offset(address) + end <= object.file.size
                else { throw Damage("its elements lie behind the end of the file") }
                try unsafe object.file.source.read(object.file.offset(address + start), into: buffer)
            case .contiguous: unsafe fill(buffer)
            case let .chunked(chunks):
                try unsafe readChunks(
                    chunks, first: rows?.lowerBound ?? 0, rows: rows?.count ?? shape.first ?? 1, buffer)
            case .virtual: throw Damage("it is virtual")
            }
        }
    }

    /// With what elements hold that were never written.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let value = fillValue.bytes, value.contains(where: { $0 != 0 }) else {
            unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
            return
        }
        for index in 0..<buffer.count { unsafe buffer[index] = value[index % value.count] }
    }

    private func chunkIndex() throws -> ChunkIndex {
        guard case let .chunked(chunks) = layout else { throw Damage("it is not in chunks") }
        let chunkBytes = (chunks.shape + [stored.size]).product ?? .max
        return try object.chunkIndex { () throws(Damage) in
            try ChunkIndex(
                chunks, of: space, chunkBytes: chunkBytes, isFiltered: !filters.filters.isEmpty,
                in: object.file)
        }
    }

    /// Copies from each chunk what lies in `rows` rows from `first`.
    private func readChunks(
        _ chunks: DataLayout.Chunks, first: Int, rows: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) throws {
        let index = try chunkIndex(), rank = shape.count, elementBytes = stored.size
        if index.chunks.count < index.counts.reduce(1, *) { unsafe fill(buffer) }
        let chunkBytes = chunks.shape.reduce(elementBytes, *)
        // The chunks that have some of the rows, one after the other.
        var position = [Int](repeating: 0, count: rank)
        position[0] = first / chunks.shape[0]
        let last = (first + rows - 1) / chunks.shape[0]
        // In bytes of the destination, and of a chunk.
        var steps = [Int](repeating: elementBytes, count: rank), chunkSteps = steps
        for axis in (0..<(rank - 1)).reversed() {
            steps[axis] = steps[axis + 1] * shape[axis + 1]
            chunkSteps[axis] = chunkSteps[axis + 1] * chunks.shape[axis + 1]
        }
        while true {
            if let chunk = index.chunks[index.number(at: position)] {
                let isEdge = (0..<rank).contains { (position[$0] + 1) * chunks.shape[$0] > shape[$0] }
                let isSpared = chunks.sparesEdges && isEdge
                let bytes = try object.file.chunks.bytes(at: chunk.address) {
                    let packed = try object.file.bytes(at: chunk.address, count: isSpared ? chunkBytes : chunk.bytes)
                    return isSpared ? packed : try filters.undo(packed, skipped: chunk.skipped, count: chunkBytes)
                }
                guard bytes.count == chunkBytes else { throw Damage("chunks that overlap") }
                // What of the chunk is inside the rows and the dataset, as ranges of its own.
                var lower = [Int](repeating: 0, count: rank), upper = chunks.shape
                for axis in 0..<rank {
                    upper[axis] = min(upper[axis], shape[axis] - position[axis] * chunks.shape[axis])
                }
                lower[0] = max(0, first - position[0] * chunks.shape[0])
                upper[0] = min(upper[0], first + rows - position[0] * chunks.shape[0])
                unsafe bytes.withUnsafeBytes { source in
                    var place = lower
                    let run = (upper[rank - 1] - lower[rank - 1]) * elementBytes
                    repeat {
                        var from = 0, to = -first * steps[0]
                        for axis in 0..<rank {
                            from += place[axis] * chunkSteps[axis]
                            to += (position[axis] * chunks.shape[axis] + place[axis]) * steps[axis]
                        }
                        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[to..<(to + run)])
                            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<(from + run)]))
                    } while Self.advance(&place, lower, upper, axes: rank - 1)
                }
            }
            let start = [first / chunks.shape[0]] + [Int](repeating: 0, count: rank - 1)
            guard Self.advance(&position, start, [last + 1] + index.counts.dropFirst(), axes: rank) else { return }
        }
    }

    /// The next of the positions from `lower` up to `upper`, the last of the first `axes` axes fastest; false, and the
    /// first again, where there is none.
    private static func advance(_ position: inout [Int], _ lower: [Int], _ upper: [Int], axes: Int) -> Bool {
        for axis in (0..<axes).reversed() {
            position[axis] += 1
            if position[axis] < upper[axis] { return true }
            position[axis] = lower[axis]
        }
        return false
    }

    /// The number of elements in `rows`, which must lie inside the dataset.
    package func elements(in rows: Range<Int>) -> Int { shape.elements(in: rows, of: path) }

    /// Stops the program unless `given` is the number of elements in `rows`, or in the dataset where none are named.
    private func requireCount(_ given: Int, of rows: Range<Int>?) {
        let expected = rows.map { elements(in: $0) } ?? count
        precondition(
            given == expected, "\(rows.map { "\($0) of " } ?? "")'\(path)': \(expected) elements, not \(given)")
    }
}

extension [Int] {
    /// The number of elements in `rows` of a dataset of this shape, inside which they must lie.
    package func elements(in rows: Range<Int>, of path: String) -> Int {
        precondition(!isEmpty, "'\(path)' is a scalar, it has no rows")
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= self[0], "\(rows) is outside the \(self[0]) rows of '\(path)'")
        return ([rows.count] + dropFirst()).product ?? .max
    }
}
