import Glibc

/// The file system's calls this module needs, behind one door.
enum Files {
    /// The length of a file in bytes.
    static func size(_ path: String) throws -> Int {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw CheckpointError.unknownFormat(file: path, reason: lastError) }
        return Int(status.st_size)
    }

    /// Whether a file starts with `signature`; false where it cannot be read, for the reader proper to say why.
    static func begins(_ path: String, with signature: [UInt8]) throws -> Bool {
        try read(path, limit: signature.count, isWhole: false) == signature
    }

    /// The UTF-8 text of a file of at most `limit` bytes.
    static func text(_ path: String, limit: Int) throws -> String {
        guard let bytes = try read(path, limit: limit, isWhole: true) else { throw CheckpointError.unknownFormat(file: path, reason: lastError) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw CheckpointError.unknownFormat(file: path, reason: "it is not text") }
        return text
    }

    /// What errno says.
    static var lastError: String { unsafe String(cString: strerror(errno)) }

    /// The first `limit` bytes; nil where the file cannot be opened or read.
    private static func read(_ path: String, limit: Int, isWhole: Bool) throws -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CheckpointError.unknownFormat(file: path, reason: "it is not a regular file")
        }
        if isWhole, status.st_size > limit { throw CheckpointError.unknownFormat(file: path, reason: "\(status.st_size) bytes are more than any architecture has") }
        var bytes = [UInt8](repeating: 0, count: min(limit, Int(status.st_size))), filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled) }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }
}
