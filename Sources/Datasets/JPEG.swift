import CTurboJPEG

/// JPEG files, by libjpeg-turbo.
enum JPEG {
    /// The picture in `bytes`, the whole of the file at `path`. Throws `notDecodable`.
    static func decode(_ bytes: [UInt8], path: String) throws -> ByteImage {
        guard let decompressor = unsafe tjInitDecompress() else {
            throw DatasetError.notDecodable(path: path, reason: "too little memory")
        }
        defer { unsafe tjDestroy(decompressor) }
        func require(_ status: Int32) throws {
            guard status != 0 else { return }
            let reason = unsafe String(cString: tjGetErrorStr2(decompressor))
            // Bytes between the parts of a file do no harm, and some cameras leave them there.
            if unsafe tjGetErrorCode(decompressor) == TJERR_WARNING.rawValue, reason.contains("extraneous bytes") {
                return
            }
            throw DatasetError.notDecodable(path: path, reason: reason)
        }
        var width: Int32 = 0, height: Int32 = 0, subsampling: Int32 = 0, colors: Int32 = 0
        try require(
            unsafe tjDecompressHeader3(decompressor, bytes, UInt(bytes.count), &width, &height, &subsampling, &colors))
        try ImageDecoder.require(height: Int(height), width: Int(width), path: path)

        let isCMYK = [TJCS_CMYK.rawValue, TJCS_YCCK.rawValue].contains(UInt32(bitPattern: colors))
        let format = isCMYK ? TJPF_CMYK : TJPF_RGB, count = Int(width) * Int(height)
        // A limit to scans: a small file may hold thousands of them, each over the whole picture.
        var pixels = [UInt8](repeating: 0, count: count * (isCMYK ? 4 : 3))
        try require(
            unsafe tjDecompress2(
                decompressor, bytes, UInt(bytes.count), &pixels, width, 0, height, format.rawValue, TJFLAG_LIMITSCANS))
        return ByteImage(height: Int(height), width: Int(width), channels: 3, bytes: isCMYK ? red(pixels) : pixels)
    }

    /// Red, green and blue of inks; files hold them inverted, as Adobe writes them: 255 is no ink.
    private static func red(_ inks: [UInt8]) -> [UInt8] {
        var colors: [UInt8] = []
        colors.reserveCapacity(inks.count / 4 * 3)
        for pixel in stride(from: 0, to: inks.count, by: 4) {
            let black = Int(inks[pixel + 3])
            for ink in inks[pixel..<(pixel + 3)] { colors.append(UInt8((Int(ink) * black + 127) / 255)) }
        }
        return colors
    }
}
