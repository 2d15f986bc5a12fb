import Files
import Foundation
import Synchronization
import Tensors

/// Reads a picture from a file: JPEG or PNG by its content, whatever its name.
enum ImageDecoder {
    /// The most pixels a picture may have, and bytes its file: what decoding takes stays below half a GiB.
    static let maximumPixels = 1 << 26, maximumFileBytes = 1 << 28

    /// Pictures of more pixels are decoded one after the other, however many threads there are: a file of some KiB may
    /// hold one that takes a quarter of a GiB.
    private static let manyPixels = 1 << 24
    private static let large = Mutex<Void>(())

    /// What `body` makes of the picture at `path` in red, green and blue; gray is spread over the three, opacity is
    /// ignored.
    ///
    /// Throws `notFound`, `notReadable`, `notDecodable`: before memory is taken for what a header promises.
    static func withPicture<Result: Sendable>(_ path: String, _ body: (ByteImage) throws -> Result) throws -> Result {
        let length = try FileStatus.length(ofFile: path)
        guard length <= maximumFileBytes else {
            throw DatasetError.notDecodable(path: path, reason: "its \(length) bytes are more than a picture has")
        }
        let bytes = try ByteStore.file(path: path).read(0..<length)
        let format: any PictureFormat.Type
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            format = JPEG.self
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            format = PNG.self
        } else {
            throw DatasetError.notDecodable(
                path: path, reason: bytes.isEmpty ? "it is empty" : "it begins neither as a JPEG nor as a PNG file")
        }
        let size = try format.size(of: bytes, path: path)
        try require(height: size.height, width: size.width, path: path)
        guard size.height * size.width > manyPixels else { return try body(format.decode(bytes, path: path)) }
        return try large.withLock { _ in try body(format.decode(bytes, path: path)) }
    }

    /// Throws `notDecodable` for a size that no picture of a data set has.
    static func require(height: Int, width: Int, path: String) throws {
        guard height > 0, width > 0, [height, width].product ?? .max <= maximumPixels else {
            throw DatasetError.notDecodable(
                path: path, reason: "its size is \(width)×\(height), at most \(maximumPixels) pixels are read")
        }
    }
}

/// A format of pictures, whose files are given with all of their bytes.
protocol PictureFormat {
    /// The size that the file's header tells. Throws `notDecodable`.
    static func size(of bytes: [UInt8], path: String) throws -> (height: Int, width: Int)
    /// The picture, with 8 bits a channel, whose size is one that is read. Throws `notDecodable`.
    static func decode(_ bytes: [UInt8], path: String) throws -> ByteImage
}
