import CHDF5

extension StringType {
    /// `count` strings that `transfer` reads into memory of the type it is given, which is this kind.
    ///
    /// Throws `invalidText` where the bytes are not UTF-8.
    func read(
        _ count: Int, at place: Place, _ transfer: (_ type: hid_t, UnsafeMutableRawPointer) -> herr_t
    ) throws -> [String] {
        guard count > 0 else { return [] }
        let type = try makeType(at: place)
        return try withElements(count, of: type, at: place) { start in
            try place.check(transfer(type.id, start), "read")
            return try (0..<count).map { index in
                if let text = text(at: index, in: start) { return text }
                throw place.invalidText("found bytes of another encoding")
            }
        }
    }

    /// The string `index` of those that start at `start`; nil where it is not UTF-8.
    private func text(at index: Int, in start: UnsafeMutableRawPointer) -> String? {
        guard let length else {
            let pointers = start.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
            return pointers[index].map { String(validatingCString: $0) } ?? ""
        }
        let bytes = UnsafeRawBufferPointer(start: start + index * length, count: length)
        let pad = padding == .spacePadded ? UInt8(ascii: " ") : 0
        let end =
            padding == .nullTerminated ? bytes.firstIndex(of: 0) ?? length : (bytes.lastIndex { $0 != pad } ?? -1) + 1
        return String(validating: bytes[..<end], as: UTF8.self)
    }

    /// Hands `transfer` memory that holds `texts`, and its type, which is this kind.
    ///
    /// Throws `invalidText` where a text holds a NUL byte or is longer than a fixed length.
    func write(_ texts: [String], at place: Place, _ transfer: (_ type: hid_t, UnsafeRawPointer) -> herr_t) throws {
        guard !texts.isEmpty else { return }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw place.invalidText("found a NUL byte inside")
        }
        if let length, let long = texts.first(where: { bytes($0) > length }) {
            throw place.invalidText("\(bytes(long)) bytes do not fit into a fixed length of \(length)")
        }
        let type = try makeType(at: place)
        let pad = length != nil && padding == .spacePadded ? UInt8(ascii: " ") : 0
        let packed: [UInt8] = texts.flatMap { text in
            Array(text.utf8) + repeatElement(pad, count: length.map { $0 - text.utf8.count } ?? 1)
        }
        try packed.withUnsafeBufferPointer { packed in
            guard var next = packed.baseAddress else { return }
            guard length == nil else { return _ = try place.check(transfer(type.id, next), "write") }
            let pointers = texts.map { text in
                defer { next += text.utf8.count + 1 }
                return next
            }
            _ = try pointers.withUnsafeBytes { list in
                try list.baseAddress.map { try place.check(transfer(type.id, $0), "write") }
            }
        }
    }
}
