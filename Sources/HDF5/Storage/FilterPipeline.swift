import CZlib

/// What was done to the bytes of each chunk when it was written, in that order.
package struct FilterPipeline: Equatable, Sendable {
    package let filters: [Filter]

    package struct Filter: Equatable, Sendable {
        /// As The HDF Group registers them.
        package let id: Int
        package let name: String
        package let parameters: [UInt32]
    }

    init() { filters = [] }

    init(_ body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths), filters: [Filter] = []
        let version = try cursor.expect(version: 1...2, of: "a list of filters"), count = try cursor.byte()
        guard count <= 32 else { throw Damage("\(count) filters") }
        if version == 1 { try cursor.skip(6) }
        for _ in 0..<count {
            let id = try cursor.int(2), isNamed = version == 1 || id >= 256
            let length = isNamed ? try cursor.int(2) : 0
            try cursor.skip(2)
            let parameterCount = try cursor.int(2)
            let name = try cursor.take(version == 1 ? (length + 7) / 8 * 8 : length).untilZero.text
            var parameters: [UInt32] = []
            for _ in 0..<parameterCount { parameters.append(UInt32(truncatingIfNeeded: try cursor.int(4))) }
            if version == 1, !parameterCount.isMultiple(of: 2) { try cursor.skip(min(4, cursor.remaining)) }
            filters.append(Filter(id: id, name: name, parameters: parameters))
        }
        self.filters = filters
    }

    package static let deflate = 1, shuffle = 2, fletcher32 = 3, lzf = 32000

    /// A chunk as it was before the filters; `skipped`: a bit for each filter that it did without. `count`: its bytes,
    /// which it must have then.
    func undo(_ chunk: ArraySlice<UInt8>, skipped: UInt32, count: Int) throws(Damage) -> ArraySlice<UInt8> {
        var bytes = chunk
        for (number, filter) in filters.enumerated().reversed() where skipped >> UInt32(number) & 1 == 0 {
            // Behind it there are at most the checksums of other filters.
            let limit = count + 4 * filters.count
            switch filter.id {
            case Self.deflate: bytes = try Self.inflated(bytes, limit: limit)
            case Self.lzf: bytes = try Self.decompressedLZF(bytes, limit: limit)
            case Self.shuffle: bytes = Self.unshuffled(bytes, Int(filter.parameters.first ?? 1))
            case Self.fletcher32: bytes = try Self.verified(bytes)
            default:
                let name = [4: "szip", 5: "nbit", 6: "scaleoffset"][filter.id] ?? filter.name
                throw Damage(
                    "it is packed by the filter \(filter.id)\(name.isEmpty ? "" : " (\(name))"), which is not read here; unpack it, for example with h5repack -f NONE"
                )
            }
        }
        guard bytes.count == count else { throw Damage("a chunk of \(bytes.count) bytes, not \(count)") }
        return bytes
    }

    private static func inflated(_ packed: ArraySlice<UInt8>, limit: Int) throws(Damage) -> ArraySlice<UInt8> {
        var length = uLong(limit)
        let (bytes, status) = unsafe packed.withUnsafeBufferPointer { packed in
            var status = Z_OK
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                status = unsafe uncompress(buffer.baseAddress, &length, packed.baseAddress, uLong(packed.count))
                count = status == Z_OK ? Int(length) : 0
            }
            return (bytes, status)
        }
        guard status == Z_OK else { throw Damage("a chunk that cannot be inflated") }
        return bytes[...]
    }

    /// The first bytes of all elements, then the second ones, … back in their places.
    private static func unshuffled(_ bytes: ArraySlice<UInt8>, _ size: Int) -> ArraySlice<UInt8> {
        guard size > 1, bytes.count >= size else { return bytes }
        let count = bytes.count / size
        var result = [UInt8](bytes)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe result.withUnsafeMutableBufferPointer { result in
                for byte in 0..<size {
                    for element in 0..<count { unsafe result[element * size + byte] = bytes[byte * count + element] }
                }
            }
        }
        return result[...]
    }

    private static func verified(_ bytes: ArraySlice<UInt8>) throws(Damage) -> ArraySlice<UInt8> {
        guard bytes.count >= 4 else { throw Damage("a chunk too short for its checksum") }
        let stored = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        guard stored == Checksum.fletcher32(bytes.dropLast(4)) else { throw Damage("a chunk with a wrong checksum") }
        return bytes.dropLast(4)
    }

    /// LibLZF's format: runs of bytes as they are, and references to bytes that were already unpacked.
    private static func decompressedLZF(_ packed: ArraySlice<UInt8>, limit: Int) throws(Damage) -> ArraySlice<UInt8> {
        var cursor = Cursor(packed, .init()), result: [UInt8] = []
        result.reserveCapacity(limit)
        while cursor.remaining > 0 {
            let control = try cursor.byte()
            if control < 32 {
                result += try cursor.take(control + 1)
            } else {
                var length = control >> 5 + 2
                if length == 9 { length += try cursor.byte() }
                let distance = (control & 31) << 8 + 1 + (try cursor.byte())
                guard distance <= result.count else { throw Damage("a chunk that cannot be unpacked") }
                let start = result.count - distance
                for index in start..<(start + length) { result.append(result[index]) }
            }
            guard result.count <= limit else { throw Damage("a chunk that unpacks to more than \(limit) bytes") }
        }
        return result[...]
    }
}
