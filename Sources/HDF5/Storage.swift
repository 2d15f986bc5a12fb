import CHDF5

/// How a dataset lies in its file.
enum Storage: Equatable, Sendable {
    case compact, contiguous
    case chunked([Int])

    /// Throws `elsewhere` for data that lie in other files, which a stranger's checkpoint has no business to name.
    init(reading properties: borrowing Handle, at place: Place) throws {
        switch H5Pget_layout(properties.id) {
        case H5D_COMPACT:
            self = .compact
        case H5D_CHUNKED:
            var axes = [hsize_t](repeating: 0, count: 32)
            let rank = try place.check(H5Pget_chunk(properties.id, Int32(axes.count), &axes), "describe")
            self = .chunked(axes.prefix(Int(rank)).map { Int(clamping: $0) })
        case H5D_CONTIGUOUS:
            guard H5Pget_external_count(properties.id) == 0 else {
                throw HDF5Error.elsewhere(file: place.file, object: place.object, means: "external storage")
            }
            self = .contiguous
        default:
            throw HDF5Error.elsewhere(file: place.file, object: place.object, means: "a virtual dataset")
        }
    }
}

extension Object {
    /// Throws `implausibleSize` where `count` elements of `size` bytes are more than `limit`.
    func require(_ count: Int, of size: Int, within limit: Int) throws {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, bytes <= limit else {
            throw HDF5Error.implausibleSize(
                file: file.path, object: path, declared: overflow ? nil : bytes, limit: limit)
        }
    }
}

extension File {
    /// The most bytes that data stored as they are may have: the file's size, and 64 MiB for what is not on disk yet.
    func plainLimit() throws -> Int {
        try saturating(size(), times: 1)
    }

    /// The most bytes that compressed data (deflate expands up to 1032-fold) and data never written (they take no
    /// space) may have: 1024 times the file's size, and 64 MiB.
    func expandedLimit() throws -> Int {
        try saturating(size(), times: 1024)
    }

    private func saturating(_ bytes: Int, times factor: Int) -> Int {
        let slack = 64 << 20
        return bytes > (Int.max - slack) / factor ? .max : bytes * factor + slack
    }
}
