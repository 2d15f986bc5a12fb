/// Where a dataset's elements are.
enum DataLayout: Sendable {
    /// In the object's header.
    case compact(ArraySlice<UInt8>)
    /// In one piece; nil where nothing was written yet.
    case contiguous(address: Int?, bytes: Int?)
    case chunked(Chunks)
    /// In other datasets, often of other files.
    case virtual

    struct Chunks: Sendable {
        /// The extents of a chunk.
        let shape: [Int]
        let index: Index
        /// Nil where no chunk was written yet.
        let address: Int?
        /// Whether filters leave chunks alone that reach over the dataset's end.
        var sparesEdges = false
    }

    /// What finds a chunk by its place.
    enum Index: Sendable {
        case tree
        /// The chunk itself; `filtered`: its bytes and the filters it did without, where it has filters.
        case single(filtered: (bytes: Int, skipped: UInt32)?)
        /// Chunks one behind the other.
        case implicit
        case fixedArray
        case extensibleArray
        case secondTree
    }

    init(_ body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths)
        let version = try cursor.expect(version: 1...4, of: "a layout")
        self = version < 3 ? try Self.old(&cursor) : try Self.today(&cursor, version)
    }

    /// Before HDF5 1.6.3.
    private static func old(_ cursor: inout Cursor) throws(Damage) -> DataLayout {
        let rank = try cursor.byte(), kind = try cursor.byte()
        try cursor.skip(5)
        let address = kind == 0 ? nil : try cursor.address()
        var extents: [Int] = []
        for _ in 0..<rank { extents.append(try cursor.int(4)) }
        switch kind {
        case 0: return .compact(try cursor.take(cursor.int(4)))
        case 1: return .contiguous(address: address, bytes: nil)
        case 2: return .chunked(Chunks(shape: try chunk(extents.dropLast()), index: .tree, address: address))
        default: throw Damage("a layout of kind \(kind)")
        }
    }

    private static func today(_ cursor: inout Cursor, _ version: Int) throws(Damage) -> DataLayout {
        switch try cursor.byte() {
        case 0: return .compact(try cursor.take(cursor.int(2)))
        case 1:
            let address = try cursor.address()
            return .contiguous(address: address, bytes: try cursor.length())
        case 2 where version == 3:
            let rank = try cursor.byte(), address = try cursor.address()
            var extents: [Int] = []
            for _ in 0..<rank { extents.append(try cursor.int(4)) }
            return .chunked(Chunks(shape: try chunk(extents.dropLast()), index: .tree, address: address))
        case 2:
            let flags = try cursor.byte(), rank = try cursor.byte(), width = try cursor.byte()
            guard (1...8).contains(width) else { throw Damage("extents of \(width) bytes") }
            var extents: [Int] = []
            for _ in 0..<rank { extents.append(try cursor.int(width)) }
            let index = try index(&cursor, flags)
            return .chunked(
                Chunks(
                    shape: try chunk(extents.dropLast()), index: index, address: try cursor.address(),
                    sparesEdges: flags & 1 != 0))
        case 3: return .virtual
        case let kind: throw Damage("a layout of kind \(kind)")
        }
    }

    /// The extents of a chunk: the last number is the element's size, which the type tells as well.
    private static func chunk(_ extents: ArraySlice<Int>) throws(Damage) -> [Int] {
        guard !extents.isEmpty, extents.count <= 32, !extents.contains(0) else {
            throw Damage("chunks of extents \(Array(extents))")
        }
        return Array(extents)
    }

    private static func index(_ cursor: inout Cursor, _ flags: Int) throws(Damage) -> Index {
        switch try cursor.byte() {
        case 1:
            guard flags & 2 != 0 else { return .single(filtered: nil) }
            let bytes = try cursor.length()
            return .single(filtered: (bytes, UInt32(truncatingIfNeeded: try cursor.int(4))))
        case 2: return .implicit
        case 3:
            try cursor.skip(1)
            return .fixedArray
        case 4:
            try cursor.skip(5)
            return .extensibleArray
        case 5:
            try cursor.skip(6)
            return .secondTree
        case let kind: throw Damage("an index of kind \(kind)")
        }
    }
}
