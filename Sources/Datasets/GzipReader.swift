import CZlib
import Files
import Glibc

/// A file read from its start, unpacked where it is a gzip file.
@safe final class GzipReader {
    private let path: String
    private let file: gzFile

    /// Throws `notFound`, `notReadable`.
    init(_ path: String) throws {
        _ = try FileStatus.length(ofFile: path)
        let descriptor = try DatasetError.naming { try InputFile(path).descriptorForLibrary() }
        guard let file = unsafe gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw DatasetError.notReadable(path: path, reason: "too little memory")
        }
        self.path = path
        unsafe self.file = file
    }

    var isCompressed: Bool { unsafe gzdirect(file) == 0 }

    /// The next `count` bytes, fewer at the end of the file or of a stream that was cut off.
    ///
    /// Throws `notReadable` where the stream is damaged.
    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 20))
            let found = unsafe piece.withUnsafeMutableBytes { unsafe gzread(file, $0.baseAddress, UInt32($0.count)) }
            guard found >= 0 else {
                throw DatasetError.notReadable(path: path, reason: "its gzip stream is damaged; get it again")
            }
            if found == 0 { break }
            bytes += piece.prefix(Int(found))
        }
        return bytes
    }

    deinit { unsafe gzclose(file) }
}
