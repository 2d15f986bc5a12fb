import CHDF5

extension StringType {
    /// `count` strings that `transfer` reads into memory laid out as `type`, which is this kind.
    ///
    /// Throws `invalidText` where the bytes are not UTF-8.
    func read(
        count: Int, type: borrowing Handle, at place: Place, _ transfer: (UnsafeMutableRawPointer) -> herr_t
    ) throws -> [String] {
        guard count > 0 else { return [] }
        guard let length else { return try readVariable(count: count, type: type, at: place, transfer) }
        let bytes = try [UInt8](unsafeUninitializedCapacity: count * length) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            try place.check(transfer(start), "read")
            initialized = count * length
        }
        return try (0..<count).map { index in
            let text = trimmed(bytes[index * length..<(index + 1) * length])
            return try String(validating: text, as: UTF8.self) ?? { throw invalid(at: place) }()
        }
    }

    /// The library allocates each string; it takes them back whether or not all of them could be read.
    private func readVariable(
        count: Int, type: borrowing Handle, at place: Place, _ transfer: (UnsafeMutableRawPointer) -> herr_t
    ) throws -> [String] {
        let space = try Dataspace.make([count], at: place)
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        return try pointers.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return [] }
            defer { H5Dvlen_reclaim(type.id, space.id, CHDF5_DEFAULT, start) }
            try place.check(transfer(start), "read")
            return try buffer.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map { pointer in
                guard let pointer else { return "" }
                return try String(validatingCString: pointer) ?? { throw invalid(at: place) }()
            }
        }
    }

    private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        switch padding {
        case .nullTerminated: bytes.prefix { $0 != 0 }
        case .nullPadded: bytes[..<((bytes.lastIndex { $0 != 0 } ?? bytes.startIndex - 1) + 1)]
        case .spacePadded: bytes[..<((bytes.lastIndex { $0 != UInt8(ascii: " ") } ?? bytes.startIndex - 1) + 1)]
        }
    }

    private func invalid(at place: Place) -> HDF5Error {
        .invalidText(file: place.file, object: place.object, reason: "found bytes of another encoding")
    }

    /// Hands `transfer` the memory that holds `texts` laid out as this kind.
    ///
    /// Throws `invalidText` where a text holds a NUL byte or is longer than a fixed length.
    func write(_ texts: [String], at place: Place, _ transfer: (UnsafeRawPointer) -> herr_t) throws {
        guard !texts.isEmpty else { return }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw HDF5Error.invalidText(file: place.file, object: place.object, reason: "found a NUL byte inside")
        }
        guard let length else { return try writeVariable(texts, at: place, transfer) }
        if let long = texts.first(where: { bytes($0) > length }) {
            throw HDF5Error.invalidText(
                file: place.file, object: place.object, reason: "\(bytes(long)) bytes do not fit into a fixed length of \(length)")
        }
        let pad = padding == .spacePadded ? UInt8(ascii: " ") : 0
        let packed = texts.flatMap { Array($0.utf8) + repeatElement(pad, count: length - $0.utf8.count) }
        try packed.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            try place.check(transfer(start), "write")
        }
    }

    /// The library takes pointers to the texts, which lie one after the other, each with a NUL behind it.
    private func writeVariable(_ texts: [String], at place: Place, _ transfer: (UnsafeRawPointer) -> herr_t) throws {
        let packed: [UInt8] = texts.flatMap { Array($0.utf8) + [0] }
        try packed.withUnsafeBufferPointer { packed in
            guard var next = packed.baseAddress else { return }
            let pointers = texts.map { text in
                defer { next += text.utf8.count + 1 }
                return next
            }
            try pointers.withUnsafeBytes { list in
                guard let start = list.baseAddress else { return }
                try place.check(transfer(start), "write")
            }
        }
    }
}
