import CLibzip
import Files
import Glibc
import HDF5

/// A `.keras` archive, read through libzip. Sizes are checked before anything is unpacked.
///
/// Not thread-safe, as libzip is not; it lives for the time of one call.
@safe final class Archive {
    let path: String
    private let handle: OpaquePointer

    private static let maximumEntries: UInt64 = 10_000
    private static let maximumTextBytes = UInt64(JSON.mostBytes)
    /// Weights below this are unpacked whatever they claim; above, they may be this many times their packed size.
    private static let harmlessBytes: UInt64 = 1 << 28
    private static let maximumExpansion: UInt64 = 100

    init(path: String) throws {
        var code: Int32 = 0
        let descriptor = try InputFile(path).descriptorForLibrary()
        guard let handle = unsafe zip_fdopen(descriptor, 0, &code) else {
            close(descriptor)
            throw CheckpointError.invalidArchive(file: path, reason: Self.message(code))
        }
        self.path = path
        unsafe self.handle = handle
        guard unsafe zip_get_num_entries(handle, 0) <= Self.maximumEntries else {
            throw error("more than \(Self.maximumEntries) entries")
        }
        guard Self.isWholeFile(path) else {
            throw error("other bytes lie before or behind it, of which Keras may read something else")
        }
        if let ambiguity = Self.ambiguity(of: names) {
            throw error("\(ambiguity), of which Keras may take another than is read here")
        }
    }

    /// The names of all entries, in the archive's order.
    var names: [String] {
        (0..<max(unsafe zip_get_num_entries(handle, 0), 0)).compactMap { index in
            unsafe zip_get_name(handle, zip_uint64_t(index), 0).map { unsafe String(cString: $0) }
        }
    }

    deinit { unsafe zip_discard(handle) }

    func contains(_ name: String) -> Bool { unsafe zip_name_locate(handle, name, 0) >= 0 }

    /// An entry as UTF-8 text.
    func text(_ name: String) throws -> String {
        let size = try size(name)
        guard size <= Self.maximumTextBytes else {
            throw error("'\(name)' declares \(size) bytes, \(Self.maximumTextBytes) are the most that are read")
        }
        var bytes: [UInt8] = []
        unsafe try read(name) { unsafe bytes.append(contentsOf: $0) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error("'\(name)' is not text") }
        return text
    }

    /// An entry as an HDF5 file: where it lies in the archive, or, of one that is packed, from a private file that has
    /// no name any more once this returns. `readsAll`: whether it is read to its end now, so that its checksum is
    /// looked at; a packed one always is.
    func openHDF5(_ name: String, readsAll: Bool = true) throws -> File {
        guard contains(name) else {
            throw error(
                contains("model.weights.npz")
                    ? "its weights are in numpy's format, which is not read" : "it has no '\(name)'")
        }
        let size = try size(name)
        if let part = try Self.storedBytes(of: name, in: path), part.count == Int(size) {
            if readsAll { unsafe try read(name) { _ in } }
            return try File.open(path, part: part, locking: false)
        }
        let temporary: TemporaryFile
        do {
            temporary = try TemporaryFile()
            unsafe try read(name) { try unsafe temporary.append($0) }
        } catch let FileError.cannotWrite(_, reason) {
            throw CheckpointError.cannotUnpack(file: path, reason: reason)
        }
        return try Self.naming(path, inside: temporary.path) { try File.open(temporary.path, locking: false) }
    }

    /// What `body` returns; an error about the unpacked file speaks of the archive instead, whose user never saw that
    /// file.
    static func naming<Result>(_ path: String, inside unpacked: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as HDF5Error where path != unpacked {
            throw CheckpointError.insideArchive(
                file: path, detail: "\(error)".replacing(unpacked, with: "model.weights.h5"))
        }
    }

    /// The unpacked length an entry declares. Throws where there is no such entry or the length cannot be honest.
    private func size(_ name: String) throws -> UInt64 {
        var status = unsafe zip_stat_t()
        guard unsafe zip_stat(handle, name, 0, &status) == 0 else { throw error("it has no '\(name)'") }
        guard unsafe status.size <= Self.harmlessBytes || status.size / Self.maximumExpansion <= status.comp_size else {
            throw unsafe error("'\(name)' declares \(status.size) bytes out of \(status.comp_size)")
        }
        return unsafe status.size
    }

    /// Hands an entry's bytes to `body`, a piece at a time, never more than the entry declares.
    private func read(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let entry = unsafe zip_fopen(handle, name, 0) else { throw error("'\(name)': \(lastError)") }
        defer { unsafe zip_fclose(entry) }
        var remaining = try size(name)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { unsafe piece.deallocate() }
        while true {
            let count = unsafe zip_fread(entry, piece.baseAddress, UInt64(piece.count))
            guard count >= 0 else { throw error("'\(name)' cannot be unpacked: \(lastError)") }
            if count == 0 { break }
            guard count <= remaining else { throw error("'\(name)' is longer than it declares") }
            remaining -= UInt64(count)
            try unsafe body(UnsafeRawBufferPointer(rebasing: piece[..<Int(count)]))
        }
        guard remaining == 0 else { throw error("'\(name)' ends early") }
    }

    private var lastError: String { unsafe String(cString: zip_strerror(handle)) }

    private func error(_ reason: String) -> CheckpointError { .invalidArchive(file: path, reason: reason) }

    private static func message(_ code: Int32) -> String {
        var error = unsafe zip_error_t()
        unsafe zip_error_init_with_code(&error, code)
        defer { unsafe zip_error_fini(&error) }
        return unsafe String(cString: zip_error_strerror(&error))
    }
}
