import CPNG

/// PNG files, by libpng.
enum PNG {
    /// The picture in `bytes`, the whole of the file at `path`, with 8 bits a channel. Throws `notDecodable`.
    static func decode(_ bytes: [UInt8], path: String) throws -> ByteImage {
        var image = unsafe png_image()
        unsafe image.version = CPNG_version()
        defer { unsafe png_image_free(&image) }
        func require(_ status: Int32) throws {
            guard unsafe status == 0 || CPNG_failed(&image) != 0 else { return }
            let reason = unsafe withUnsafeBytes(of: image.message) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw DatasetError.notDecodable(path: path, reason: reason)
        }
        // The library points into the bytes from the first call to the second.
        var pixels = try unsafe bytes.withUnsafeBytes { file in
            try require(unsafe png_image_begin_read_from_memory(&image, file.baseAddress, file.count))
            try unsafe ImageDecoder.require(height: Int(image.height), width: Int(image.width), path: path)
            unsafe image.format = CPNG_RGBA()
            unsafe image.flags |= CPNG_16_bits_are_sRGB()
            var pixels = [UInt8](repeating: 0, count: unsafe Int(image.width) * Int(image.height) * 4)
            try require(unsafe png_image_finish_read(&image, nil, &pixels, 0, nil))
            return pixels
        }
        // Opacity goes, in place: a small file may hold a picture of a quarter of a GiB.
        let count = pixels.count / 4
        for pixel in 0..<count {
            for channel in 0..<3 { pixels[3 * pixel + channel] = pixels[4 * pixel + channel] }
        }
        pixels.removeLast(count)
        return unsafe ByteImage(height: Int(image.height), width: Int(image.width), channels: 3, bytes: pixels)
    }
}
