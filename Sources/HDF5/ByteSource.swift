import Files
import Glibc
import Synchronization

/// The bytes of an open file, read where they are asked for. Safe to use from any thread.
///
/// Reading goes through the descriptor and not through mapped memory: of a file that somebody shortens meanwhile,
/// that memory would end the process.
final class ByteSource: Sendable {
    private let file: InputFile
    /// Small pieces come from blocks that are kept, since metadata lie close together.
    private let blocks = Mutex<[Int: [UInt8]]>([:])

    private static let blockBytes = 16 << 10, maximumBlocks = 1024

    /// The path it was opened with.
    var path: String { file.path }
    /// The length of the file when it was opened.
    var size: Int { file.bytes }
    /// Whether it was written to since it was opened.
    var isRewritten: Bool { file.isRewritten }

    /// Throws `cannotOpen` for what is missing, unreadable, no regular file or, where it is to be locked, locked by a
    /// writer. Where the file system has no locks, or `HDF5_USE_FILE_LOCKING` forbids them, there is none.
    init(_ path: String, part: Range<Int>?, locking: Bool) throws {
        func error(_ reason: String) -> HDF5Error { .cannotOpen(file: path, reason: reason) }
        guard !path.utf8.contains(0), FileStatus(path) != nil else {
            throw error("no such file, or its folder cannot be read")
        }
        do { file = try InputFile(path, part: part) } catch FileError.notRegular {
            throw error("it is not a regular file")
        } catch let FileError.cannotRead(_, reason) {
            throw error(unsafe access(path, R_OK) == 0 ? reason : "no permission to read it")
        }
        let setting = unsafe getenv("HDF5_USE_FILE_LOCKING").map { unsafe String(cString: $0) }
        if locking, !["FALSE", "0"].contains(setting), !file.lock() {
            throw error("another program is writing to it; wait until it is done")
        }
    }

    /// The `count` bytes from `offset`. Throws `Damage` where the file has not got them.
    func bytes(at offset: Int, count: Int) throws(Damage) -> ArraySlice<UInt8> {
        guard count >= 0, offset >= 0, offset <= size, count <= size - offset else {
            throw Damage("it points to byte \(offset), the file has \(size)")
        }
        guard count > 0 else { return [] }
        let first = offset / Self.blockBytes, last = (offset + count - 1) / Self.blockBytes
        guard first == last else { return try read(offset, count)[...] }
        let block = try block(first), start = offset - first * Self.blockBytes
        guard start + count <= block.count else { throw Damage("the file ends at byte \(offset)") }
        return block[start..<(start + count)]
    }

    private func block(_ number: Int) throws(Damage) -> [UInt8] {
        if let block = blocks.withLock({ $0[number] }) { return block }
        let start = number * Self.blockBytes, block = try read(start, min(Self.blockBytes, size - start))
        blocks.withLock { blocks in
            if blocks.count >= Self.maximumBlocks { blocks.removeAll(keepingCapacity: true) }
            blocks[number] = block
        }
        return block
    }

    private func read(_ offset: Int, _ count: Int) throws(Damage) -> [UInt8] {
        do { return try file.read(offset..<(offset + count)) } catch { throw Self.unreadable(offset) }
    }

    /// Fills `buffer` with the bytes from `offset`. Throws `Damage` where the file cannot be read there.
    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Damage) {
        do { try unsafe file.read(offset, into: buffer) } catch { throw Self.unreadable(offset) }
    }

    private static func unreadable(_ offset: Int) -> Damage {
        Damage("the file cannot be read at byte \(offset): it was shortened, or the disk fails")
    }
}

/// What in a file cannot be as it is, in words that go on "… cannot be read: ".
struct Damage: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
