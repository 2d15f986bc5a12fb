import Glibc

/// A private file in the folder for temporary files, gone with its owner.
final class TemporaryFile {
    let path: String
    private let descriptor: Int32

    /// Throws `cannotWrite` where the folder (`TMPDIR`, else `/tmp`) takes no file.
    init() throws {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/deadwood-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw CheckpointError.cannotWrite(file: path, reason: Files.lastError) }
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }

    /// Appends `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            guard count > 0 else { throw CheckpointError.cannotWrite(file: path, reason: Files.lastError) }
            written += count
        }
    }
}
