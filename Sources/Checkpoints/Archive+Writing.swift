import CLibzip
import Files

extension Archive {
    /// Makes the file at `path`, which is a copy of an archive, hold other contents under the names given; all else
    /// stays as it is, packed bytes included. Replaced entries keep their way of packing and their date.
    ///
    /// - Parameter files: for each entry's name the file whose contents it takes.
    static func replace(_ files: [String: String], in path: String) throws {
        unsafe try edit(path, flags: 0) { handle in
            for (name, file) in files {
                var status = unsafe zip_stat_t()
                guard unsafe zip_stat(handle, name, 0, &status) == 0,
                    let source = unsafe zip_source_file(handle, file, 0, -1)
                else { return false }
                guard unsafe zip_file_replace(handle, status.index, source, 0) == 0 else {
                    unsafe zip_source_free(source)
                    return false
                }
                guard unsafe zip_set_file_compression(handle, status.index, Int32(status.comp_method), 0) == 0,
                    unsafe zip_file_set_mtime(handle, status.index, status.mtime, 0) == 0
                else { return false }
            }
            return true
        }
    }

    /// Makes the file at `path` an archive as Keras writes it: entries as they are, not packed; all of one date, so
    /// that the same contents give the same bytes.
    static func create(_ path: String, texts: KeyValuePairs<String, String>, file: (name: String, path: String)) throws
    {
        let texts = try texts.map { name, text in
            let file = try TemporaryFile()
            try file.append(text)
            return (name: name, file: file)
        }
        unsafe try edit(path, flags: ZIP_CREATE | ZIP_TRUNCATE) { handle in
            for (name, contents) in texts.map({ ($0.name, $0.file.path) }) + [file] {
                guard let source = unsafe zip_source_file(handle, contents, 0, -1) else { return false }
                let index = unsafe zip_file_add(handle, name, source, ZIP_FL_ENC_UTF_8)
                guard index >= 0 else {
                    unsafe zip_source_free(source)
                    return false
                }
                // 1 January 1980, where DOS begins to count.
                guard unsafe zip_set_file_compression(handle, UInt64(index), ZIP_CM_STORE, 0) == 0,
                    unsafe zip_file_set_dostime(handle, UInt64(index), 0, 1 << 5 | 1, 0) == 0
                else { return false }
            }
            return true
        }
        withExtendedLifetime(texts) {}
    }

    /// Opens the archive at `path`, lets `change` name its new contents, and writes it. `change`: false where a call of
    /// the library failed, which then says why.
    private static func edit(_ path: String, flags: Int32, _ change: (_ handle: OpaquePointer) -> Bool) throws {
        func error(_ reason: String) -> FileError { .cannotWrite(path: path, reason: reason) }
        var code: Int32 = 0
        guard let handle = unsafe zip_open(path, flags, &code) else { throw error("libzip's error \(code)") }
        guard unsafe change(handle), unsafe zip_close(handle) == 0 else {
            defer { unsafe zip_discard(handle) }
            throw unsafe error(String(cString: zip_strerror(handle)))
        }
    }
}
