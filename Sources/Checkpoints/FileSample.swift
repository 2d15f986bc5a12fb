import Files

/// What tells a file's format: its name, its first and last bytes, the names inside a folder or zip.
struct FileSample: Sendable {
    let path: String
    /// In bytes; 0 for a folder.
    let size: Int
    /// The first kilobyte.
    let bytes: [UInt8]
    /// The last eight bytes.
    let tail: [UInt8]
    /// The names in a folder; nil for a file.
    let entries: [String]?
    /// The names of a zip's entries; nil for anything else.
    let zipEntries: [String]?
    /// The beginning in lower case without the space before it; empty where it is no text.
    let text: String

    /// Nil where there is nothing to look at, for the reader proper to say why.
    init?(_ path: String) {
        self.path = path
        if let entries = Folder.names(in: path) {
            (size, bytes, tail, self.entries, zipEntries, text) = (0, [], [], entries, nil, "")
            return
        }
        guard let (size, bytes, tail) = FileBytes.ends(path, first: 1024, last: 8) else { return nil }
        (self.size, self.bytes, self.tail, entries) = (size, bytes, tail, nil)
        let isZip = bytes.starts(with: [0x50, 0x4B])
        zipEntries = isZip ? try? Archive(path: path).names : nil
        // A character may be cut in two at the end.
        let isText =
            !bytes.contains { $0 < 32 && ![9, 10, 12, 13].contains($0) }
            && (0..<4).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
        text =
            isText
            ? String(decoding: bytes, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased() : ""
    }

    func begins(_ signature: [UInt8], at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: signature) }

    func begins(_ signature: String, at offset: Int = 0) -> Bool { begins(Array(signature.utf8), at: offset) }

    func ends(_ ending: String) -> Bool { path.lowercased().hasSuffix(ending) }

    /// Whether it is a folder with this name in it.
    func holds(_ name: String) -> Bool { entries?.contains(name) == true }

    /// Whether it is a zip with such an entry.
    func hasEntry(_ isMeant: (String) -> Bool) -> Bool { zipEntries?.contains(where: isMeant) == true }

    func isZip(of ending: String) -> Bool {
        zipEntries.map { !$0.isEmpty && $0.allSatisfy { $0.hasSuffix(ending) } } ?? false
    }

    var isZipWithoutConfig: Bool { zipEntries.map { !$0.contains("config.json") } ?? false }

    /// The length of a JSON header, then that header.
    var isSafetensors: Bool {
        let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return bytes.count > 9 && bytes[8] == UInt8(ascii: "{") && length <= UInt64(size)
    }

    /// Whether it begins like a message whose first field is a version, and whose second is a string or another number.
    func isProtobuf(version: ClosedRange<UInt8>) -> Bool {
        bytes.count > 3 && bytes[0] == 8 && version.contains(bytes[1])
            && [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42].contains(bytes[2])
    }
}
