import Glibc

/// The file system's calls this module needs, behind one door.
enum Files {
    /// The length of a file in bytes.
    static func size(_ path: String) throws -> Int {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw CheckpointError.unknownFormat(file: path, reason: lastError)
        }
        return Int(status.st_size)
    }

    /// Whether a file starts with `signature`; false where it cannot be read, for the reader proper to say why.
    static func begins(_ path: String, with signature: [UInt8]) throws -> Bool {
        try read(path, limit: signature.count, isWhole: false) == signature
    }

    /// The names in a folder, in order; nil for anything else.
    static func entries(_ path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The length of a file, and its first and last bytes, fewer where it is shorter; nil where it cannot be read.
    static func ends(_ path: String, first: Int, last: Int) -> (size: Int, first: [UInt8], last: [UInt8])? {
        guard let size = try? size(path), let beginning = try? read(path, limit: first, isWhole: false) else {
            return nil
        }
        guard let end = try? read(path, limit: last, isWhole: false, from: max(0, size - last)) else { return nil }
        return (size, beginning, end)
    }

    /// The UTF-8 text of a file of at most `limit` bytes.
    static func text(_ path: String, limit: Int) throws -> String {
        guard let bytes = try read(path, limit: limit, isWhole: true) else {
            throw CheckpointError.unknownFormat(file: path, reason: lastError)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CheckpointError.unknownFormat(file: path, reason: "it is not text")
        }
        return text
    }

    /// Appends to a file.
    static func append(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw CheckpointError.cannotWrite(file: path, reason: lastError) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            guard count > 0 else { throw CheckpointError.cannotWrite(file: path, reason: lastError) }
            written += count
        }
    }

    static func append(_ text: String, to path: String) throws {
        var text = text
        try text.withUTF8 { try unsafe append(UnsafeRawBufferPointer($0), to: path) }
    }

    /// Appends the whole of one file to another.
    static func append(contentsOf source: String, to path: String) throws {
        let descriptor = unsafe open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CheckpointError.cannotWrite(file: path, reason: "\(source): \(lastError)") }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw CheckpointError.cannotWrite(file: path, reason: "\(source): \(lastError)") }
            if count == 0 { return }
            unsafe try piece.withUnsafeBytes {
                try unsafe append(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: path)
            }
        }
    }

    /// Waits until a file or folder is on the disk.
    static func sync(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CheckpointError.cannotWrite(file: path, reason: lastError) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CheckpointError.cannotWrite(file: path, reason: lastError) }
    }

    /// What tells files apart whatever their names.
    struct Identity: Equatable {
        var device: UInt
        var number: UInt
        var isRegular: Bool
    }

    /// The identity of the file behind a path, links followed; nil where there is none.
    static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Identity(device: status.st_dev, number: status.st_ino, isRegular: status.st_mode & S_IFMT == S_IFREG)
    }

    /// What errno says.
    static var lastError: String { unsafe String(cString: strerror(errno)) }

    /// The first `limit` bytes from `start`; nil where the file cannot be opened or read.
    private static func read(_ path: String, limit: Int, isWhole: Bool, from start: Int = 0) throws -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CheckpointError.unknownFormat(file: path, reason: "it is not a regular file")
        }
        if isWhole, status.st_size > limit {
            throw CheckpointError.unknownFormat(
                file: path, reason: "\(status.st_size) bytes are more than any architecture has")
        }
        var bytes = [UInt8](repeating: 0, count: min(limit, max(0, Int(status.st_size) - start))), filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled, start + filled)
            }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }
}
