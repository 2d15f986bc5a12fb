import Files
import Tensors

/// An array of bytes in the format of the MNIST family, plain or packed by gzip.
///
/// Source: LeCun's description of the format: two zero bytes, the element type (8: unsigned byte), the number of axes,
/// the lengths of the axes as 32-bit big-endian integers, the elements row-major.
struct IDXFile: Sendable {
    let path: String
    /// Lengths of the axes, at least one; their product fits the file.
    let extents: [Int]
    private let store: ByteStore
    private let start: Int

    /// What a packed file may hold whatever its length; beyond that at most `mostExpansion` times its own bytes, and
    /// `mostUnpacked` in all. Pictures of digits shrink to a fifth.
    private static let harmlessBytes = 64 << 20, mostExpansion = 100, mostUnpacked = 1 << 30

    /// Opens the file at `path`, which must have `rank` axes. A packed file is unpacked into memory.
    ///
    /// Throws `notFound`, `notReadable`, `wrongSize`.
    init(_ path: String, rank: Int) throws {
        let length = try FileStatus.length(ofFile: path)
        let reader = try GzipReader(path)
        let isCompressed = reader.isCompressed
        start = 4 + 4 * rank
        let header = try reader.read(start)
        guard header.starts(with: [0, 0, 8, UInt8(rank)]), header.count == start else {
            throw DatasetError.notReadable(
                path: path,
                reason: "expected an IDX file of bytes with \(rank) axes, its header is another; check the path")
        }
        extents = (1...rank).map { axis in header[(4 * axis)..<(4 * axis + 4)].reduce(0) { $0 << 8 | Int($1) } }
        let count = extents.product ?? .max
        let expected = "\(extents.map(String.init).joined(separator: " × ")) bytes after the header"

        if isCompressed {
            let most = min(Self.mostUnpacked, max(Self.harmlessBytes, Self.mostExpansion * length))
            guard count <= most else {
                throw DatasetError.wrongSize(
                    path: path, expected: "at most \(most) bytes in a packed file of \(length)", found: expected)
            }
            let elements = try reader.read(count)
            guard elements.count == count, try reader.read(1).isEmpty else {
                throw DatasetError.wrongSize(
                    path: path, expected: expected, found: elements.count < count ? "\(elements.count)" : "more")
            }
            store = .memory(header + elements)
        } else {
            guard length - start == count else {
                throw DatasetError.wrongSize(path: path, expected: expected, found: "\(length - start)")
            }
            store = .file(path: path)
        }
        self.path = path
    }

    /// Whether the file at `path` begins as an IDX or a gzip file does.
    static func isPlausible(_ path: String) -> Bool {
        guard let length = try? FileStatus.length(ofFile: path), length >= 8,
            let magic = try? ByteStore.file(path: path).read(0..<3)
        else { return false }
        return magic == [0, 0, 8] || magic.starts(with: [0x1f, 0x8b])
    }

    /// The elements of `rows` along axis 0.
    func read(rows: Range<Int>) throws -> [UInt8] {
        let row = extents.dropFirst().reduce(1, *)
        return try store.read((start + rows.lowerBound * row)..<(start + rows.upperBound * row))
    }
}
