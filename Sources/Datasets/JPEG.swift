import CTurboJPEG

/// JPEG files, by libjpeg-turbo.
enum JPEG: PictureFormat {
    static func size(of bytes: [UInt8], path: String) throws -> (height: Int, width: Int) {
        let header = try JPEGFile(bytes, path: path).header()
        return (header.height, header.width)
    }

    static func decode(_ bytes: [UInt8], path: String) throws -> ByteImage {
        let file = try JPEGFile(bytes, path: path), (height, width, isCMYK) = try file.header()
        let pixels = try file.pixels(height * width * (isCMYK ? 4 : 3), isCMYK ? TJPF_CMYK : TJPF_RGB)
        return ByteImage(height: height, width: width, channels: 3, bytes: isCMYK ? red(pixels) : pixels)
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

/// A file with the library's handle to read it.
@safe private final class JPEGFile {
    private let handle: tjhandle
    private let bytes: [UInt8]
    private let path: String

    init(_ bytes: [UInt8], path: String) throws {
        guard let handle = unsafe tjInitDecompress() else {
            throw DatasetError.notDecodable(path: path, reason: "too little memory")
        }
        unsafe (self.handle, self.bytes, self.path) = (handle, bytes, path)
    }

    deinit { unsafe _ = tjDestroy(handle) }

    func header() throws -> (height: Int, width: Int, isCMYK: Bool) {
        var width: Int32 = 0, height: Int32 = 0, subsampling: Int32 = 0, colors: Int32 = 0
        try require(
            unsafe tjDecompressHeader3(handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colors))
        let isCMYK = [TJCS_CMYK.rawValue, TJCS_YCCK.rawValue].contains(UInt32(bitPattern: colors))
        return (Int(height), Int(width), isCMYK)
    }

    func pixels(_ count: Int, _ format: TJPF) throws -> [UInt8] {
        // A limit to scans: a small file may hold thousands of them, each over the whole picture.
        var pixels = [UInt8](repeating: 0, count: count)
        try require(
            unsafe tjDecompress2(
                handle, bytes, UInt(bytes.count), &pixels, 0, 0, 0, Int32(format.rawValue), TJFLAG_LIMITSCANS))
        return pixels
    }

    private func require(_ status: Int32) throws {
        guard status != 0 else { return }
        let reason = unsafe String(cString: tjGetErrorStr2(handle))
        // Bytes between the parts of a file do no harm, and some cameras leave them there.
        if unsafe tjGetErrorCode(handle) == TJERR_WARNING.rawValue, reason.contains("extraneous bytes") { return }
        throw DatasetError.notDecodable(path: path, reason: reason)
    }
}
