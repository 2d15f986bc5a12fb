import CPNG

/// PNG files, by libpng.
enum PNG: PictureFormat {
    static func size(of bytes: [UInt8], path: String) throws -> (height: Int, width: Int) {
        try unsafe opened(bytes, path) { unsafe (Int($0.height), Int($0.width)) }
    }

    static func decode(_ bytes: [UInt8], path: String) throws -> ByteImage {
        var pixels: [UInt8] = []
        let (height, width) = try unsafe opened(bytes, path) { image in
            unsafe image.format = CPNG_RGBA()
            unsafe image.flags |= CPNG_16_bits_are_sRGB()
            pixels = [UInt8](repeating: 0, count: unsafe Int(image.width) * Int(image.height) * 4)
            try unsafe require(png_image_finish_read(&image, nil, &pixels, 0, nil), &image, path)
            return unsafe (Int(image.height), Int(image.width))
        }
        // Opacity goes, in place: a small file may hold a picture of a quarter of a GiB.
        let count = pixels.count / 4
        for pixel in 0..<count {
            for channel in 0..<3 { pixels[3 * pixel + channel] = pixels[4 * pixel + channel] }
        }
        pixels.removeLast(count)
        return ByteImage(height: height, width: width, channels: 3, bytes: pixels)
    }

    /// What `body` makes of a picture whose header was read.
    private static func opened<Result>(
        _ bytes: [UInt8], _ path: String, _ body: (inout png_image) throws -> Result
    ) throws -> Result {
        var image = unsafe png_image()
        unsafe image.version = CPNG_version()
        defer { unsafe png_image_free(&image) }
        // The library points into the bytes until the picture is decoded.
        return try unsafe bytes.withUnsafeBytes { file in
            try unsafe require(png_image_begin_read_from_memory(&image, file.baseAddress, file.count), &image, path)
            return try unsafe body(&image)
        }
    }

    private static func require(_ status: Int32, _ image: inout png_image, _ path: String) throws {
        guard unsafe status == 0 || CPNG_failed(&image) != 0 else { return }
        let reason = unsafe withUnsafeBytes(of: image.message) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        throw DatasetError.notDecodable(path: path, reason: reason)
    }
}
