import Files
import Foundation
import Tensors

/// Reads a picture from a file: JPEG or PNG by its content, whatever its name.
enum ImageDecoder {
    /// The most pixels a picture may have, and bytes its file: what decoding takes stays below half a GiB.
    static let maximumPixels = 1 << 26, maximumFileBytes = 1 << 28

    /// The picture at `path` in red, green and blue; gray is spread over the three, opacity is ignored.
    ///
    /// Throws `notFound`, `notReadable`, `notDecodable`: before memory is taken for what a header promises.
    static func decode(_ path: String) throws -> ByteImage {
        let length = try FileStatus.length(ofFile: path)
        guard length <= maximumFileBytes else {
            throw DatasetError.notDecodable(path: path, reason: "its \(length) bytes are more than a picture has")
        }
        let bytes = try ByteStore.file(path: path).read(0..<length)
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return try JPEG.decode(bytes, path: path) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try PNG.decode(bytes, path: path) }
        throw DatasetError.notDecodable(
            path: path, reason: bytes.isEmpty ? "it is empty" : "it begins neither as a JPEG nor as a PNG file")
    }

    /// Throws `notDecodable` for a size that no picture of a data set has.
    static func require(height: Int, width: Int, path: String) throws {
        guard height > 0, width > 0, [height, width].product ?? .max <= maximumPixels else {
            throw DatasetError.notDecodable(
                path: path, reason: "its size is \(width)×\(height), at most \(maximumPixels) pixels are read")
        }
    }
}
