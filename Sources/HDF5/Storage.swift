import CHDF5

/// How a dataset lies in its file.
enum Storage: Equatable, Sendable {
    case compact, contiguous
    case chunked([Int])

    var chunks: [Int]? {
        guard case let .chunked(extents) = self else { return nil }
        return extents
    }

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
    /// Throws `implausibleSize` where `count` elements of `size` bytes exceed what this file can hold.
    ///
    /// Stored as they are, data fill no more than their file. Compressed data expand up to 1032-fold (the limit of
    /// deflate), and data never written take no space at all: those may have 1024 times the file's size. 64 MiB more
    /// are granted to either.
    func requirePlausible(_ count: Int, of size: Int, expanding: Bool) throws {
        let slack = 64 << 20
        let limit = try (expanding ? file.size().multipliedReportingOverflow(by: 1024) : (file.size(), false))
        let allowed = limit.1 ? Int.max : limit.0.addingReportingOverflow(slack).overflow ? .max : limit.0 + slack
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, bytes <= allowed else {
            throw HDF5Error.implausibleSize(file: file.path, object: path, declared: overflow ? nil : bytes, limit: allowed)
        }
    }
}
