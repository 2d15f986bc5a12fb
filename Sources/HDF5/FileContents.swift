import Synchronization

/// An open file by its addresses: what all structures are read from.
final class FileContents: Sendable {
    let source: ByteSource
    let widths: Cursor.Widths
    let rootAddress: Int
    private let base: Int
    /// Objects that were opened, by address: several paths lead to one, and paths are walked again and again.
    private let objects = Mutex<[Int: Object]>([:])
    /// The global heap's collections that were read, by address.
    let globalHeaps: Mutex<(heaps: [Int: GlobalHeap], budget: Budget)>
    let chunks = ChunkCache()

    /// Throws `notHDF5`, `truncated`, `cannotOpen`.
    init(_ source: ByteSource) throws {
        let superblock = try Superblock(source)
        self.source = source
        (base, widths, rootAddress) = (superblock.base, superblock.widths, superblock.root)
        globalHeaps = Mutex(([:], Budget(bytes: source.size)))
    }

    var path: String { source.path }
    var size: Int { source.size }

    func offset(_ address: Int) throws(Damage) -> Int {
        let (offset, overflow) = address.addingReportingOverflow(base)
        guard !overflow, offset >= 0 else { throw Damage("an address beyond 2^63") }
        return offset
    }

    func bytes(at address: Int, count: Int) throws(Damage) -> ArraySlice<UInt8> {
        try source.bytes(at: offset(address), count: count)
    }

    /// At most `count` bytes, fewer where the file ends.
    func bytes(at address: Int, upTo count: Int) throws(Damage) -> ArraySlice<UInt8> {
        let offset = try offset(address)
        return try source.bytes(at: offset, count: min(count, max(0, source.size - offset)))
    }

    func cursor(at address: Int, count: Int) throws(Damage) -> Cursor {
        Cursor(try bytes(at: address, count: count), widths)
    }

    /// A structure of `count` bytes whose last four are a checksum of those before; these, behind the signature.
    func cursor(at address: Int, count: Int, checked signature: String) throws(Damage) -> Cursor {
        let bytes = try bytes(at: address, count: count)
        var cursor = Cursor(try Self.withoutChecksum(bytes), widths)
        try cursor.expect(signature)
        return cursor
    }

    /// What comes before the last four bytes, which must be its checksum.
    static func withoutChecksum(_ bytes: ArraySlice<UInt8>) throws(Damage) -> ArraySlice<UInt8> {
        guard bytes.count >= 4 else { throw Damage("a structure too short for its checksum") }
        let checked = bytes.dropLast(4)
        guard bytes.suffix(4).reversed().reduce(0, { $0 << 8 | UInt32($1) }) == Checksum.lookup3(checked) else {
            throw Damage("a wrong checksum")
        }
        return checked
    }

    /// The object whose header is at `address`.
    func object(at address: Int) throws(Damage) -> Object {
        if let object = objects.withLock({ $0[address] }) { return object }
        let object = try Object(ObjectHeader(at: address, in: self), in: self)
        objects.withLock { $0[address] = object }
        return object
    }
}

/// Bytes that one walk through structures may read: twice as many as the file has. A walk that needs more goes round in
/// circles, or through structures that overlap.
struct Budget {
    private var bytes: Int

    init(_ file: FileContents) { self.init(bytes: file.size) }

    init(bytes size: Int) { bytes = 2 * min(size, 1 << 60) + (1 << 16) }

    mutating func spend(_ count: Int) throws(Damage) {
        bytes -= count
        guard bytes >= 0 else { throw Damage("its structures lead round in circles, or overlap") }
    }
}
