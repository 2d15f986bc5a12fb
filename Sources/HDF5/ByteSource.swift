import Glibc
import Synchronization

/// The bytes of an open file, read where they are asked for. Safe to use from any thread.
///
/// Reading goes through the descriptor and not through mapped memory: of a file that somebody shortens meanwhile,
/// that memory would end the process.
final class ByteSource: Sendable {
    /// The path it was opened with.
    let path: String
    /// The length of the file when it was opened.
    let size: Int
    private let descriptor: Int32
    /// Small pieces come from blocks that are kept, since metadata lie close together.
    private let blocks = Mutex<[Int: [UInt8]]>([:])

    private static let blockBytes = 16 << 10, maximumBlocks = 1024

    /// Throws `cannotOpen` for what is missing, unreadable, no regular file or, where it is to be locked, locked by a
    /// writer. Where the file system has no locks, or `HDF5_USE_FILE_LOCKING` forbids them, there is none.
    init(_ path: String, locking: Bool) throws {
        func error(_ reason: String) -> HDF5Error { .cannotOpen(file: path, reason: reason) }
        guard !path.utf8.contains(0) else { throw error("no such file, or its folder cannot be read") }
        // Else opening a FIFO waits for somebody to write to it.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: throw error("no such file, or its folder cannot be read")
            case EACCES, EPERM: throw error("no permission to read it")
            case ENXIO: throw error("it is not a regular file")
            default: throw unsafe error(String(cString: strerror(errno)))
            }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw error("it is not a regular file")
        }
        let setting = unsafe getenv("HDF5_USE_FILE_LOCKING").map { unsafe String(cString: $0) }
        if locking, !["FALSE", "0"].contains(setting), flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            throw error("another program is writing to it; wait until it is done")
        }
        (self.path, self.descriptor, size) = (path, descriptor, Int(status.st_size))
    }

    deinit { close(descriptor) }

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
        var bytes = [UInt8](repeating: 0, count: count)
        let isRead = unsafe bytes.withUnsafeMutableBytes { unsafe read(offset, into: $0) }
        guard isRead else {
            throw Damage("the file cannot be read at byte \(offset): it was shortened, or the disk fails")
        }
        return bytes
    }

    /// Fills `buffer` with the bytes from `offset`; false where the file cannot be read there.
    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        var filled = 0
        while filled < buffer.count {
            let count = unsafe pread(
                descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, offset + filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            filled += count
        }
        return true
    }
}

/// What in a file cannot be as it is, in words that go on "… cannot be read: ".
struct Damage: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
