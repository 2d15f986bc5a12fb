import Tensors

/// An open HDF5 file, for reading. Safe to use from any thread; groups and datasets keep it open while they are in use.
///
/// Files come from strangers: nothing they say is believed before it is checked, no memory is taken that the file is
/// too small for, and no link, external storage or virtual dataset leads out of it. This reads the format by itself
/// (The HDF Group's "HDF5 File Format Specification", versions 1 to 3), since the C library's memory can be overrun by
/// a file that lies; that library writes files (see `HDF5Writing`), and never reads one.
package final class File: Sendable {
    let contents: FileContents
    /// The group that holds everything else.
    package let root: Group

    /// The path it was opened with.
    package var path: String { contents.path }

    /// The file at `path`, or that which another one holds unchanged in `part` of its bytes. `locking`: whether it is
    /// locked against writers while it is open; a file on which this process itself holds a lock cannot be.
    ///
    /// Throws `cannotOpen` (missing, unreadable, no regular file, locked by a writer), `notHDF5`, `truncated`.
    package static func open(_ path: String, part: Range<Int>? = nil, locking: Bool = true) throws -> File {
        try File(ByteSource(path, part: part, locking: locking))
    }

    /// Throws `implausibleSize` where `bytes`, of all that `object` stands for, are more than the file can hold.
    package func requirePlausible(_ bytes: Int, of object: String) throws {
        try root.require(bytes, of: 1, within: FileContents.expandedLimit(contents.size), at: object)
    }

    private init(_ source: ByteSource) throws {
        contents = try FileContents(source)
        do {
            root = Group(try contents.object(at: contents.rootAddress), path: "/")
        } catch {
            throw HDF5Error.damaged(file: contents.path, object: "/", reason: error.reason)
        }
    }
}

/// An object under the path that led to it.
protocol Placed {
    var object: Object { get }
    var path: String { get }
}

extension Placed {
    /// The file's path on disk.
    package var file: String { object.file.path }

    /// What `body` returns; what is damaged is told with its place.
    func reading<Value>(at place: String? = nil, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let damage as Damage {
            throw HDF5Error.damaged(file: object.file.path, object: place ?? path, reason: damage.reason)
        }
    }

    /// Throws `implausibleSize` where `count` elements of `size` bytes are more than `limit`.
    func require(_ count: Int, of size: Int, within limit: Int, at place: String? = nil) throws {
        let bytes = [count, size].product
        guard let bytes, bytes <= limit else {
            throw HDF5Error.implausibleSize(
                file: object.file.path, object: place ?? path, declared: bytes, limit: limit)
        }
    }
}

extension FileContents {
    /// The most bytes that memory is taken for of what has no bytes in the file.
    static var unwrittenLimit: Int { 128 << 20 }

    /// The most bytes that `stored` bytes may unpack to: deflate expands up to 1032-fold, but what is worth keeping
    /// seldom to 100 times its size. As many beside them as need none in the file.
    static func expandedLimit(_ stored: Int) -> Int {
        stored.timesClamped(100).plusClamped(unwrittenLimit)
    }
}
