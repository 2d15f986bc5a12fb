/// Checksums of metadata and data.
enum Checksum {
    /// Bob Jenkins's lookup3 (2006), little-endian, as HDF5 1.8 and later guard metadata with it.
    static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let seed = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
        var (a, b, c) = (seed, seed, seed), rest = bytes
        func word(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { word, byte in
                let index = rest.startIndex + offset + byte
                return index < rest.endIndex ? word | UInt32(rest[index]) << UInt32(8 * byte) : word
            }
        }
        func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word << by | word >> (32 - by) }
        while rest.count > 12 {
            (a, b, c) = (a &+ word(0), b &+ word(4), c &+ word(8))
            // Each step is the same with the next of the three in the first place.
            for places: UInt32 in [4, 6, 8, 16, 19, 4] {
                let mixed = (a &- c) ^ rotated(c, places)
                (a, b, c) = (b, c &+ b, mixed)
            }
            rest = rest.dropFirst(12)
        }
        guard !rest.isEmpty else { return c }
        (a, b, c) = (a &+ word(0), b &+ word(4), c &+ word(8))
        for places: UInt32 in [14, 11, 25, 16, 4, 14, 24] { (a, b, c) = (b, (c ^ b) &- rotated(b, places), a) }
        return b
    }

    /// Fletcher's checksum over 16-bit words, most significant byte first, as the filter `fletcher32` has it: sums are
    /// folded (carries added to the lower half) every 360 words, so that only words that are all zero give zero.
    static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var (first, second) = (UInt32(0), UInt32(0)), position = bytes.startIndex, words = 0
        func fold() { (first, second) = ((first & 0xFFFF) + first >> 16, (second & 0xFFFF) + second >> 16) }
        while position < bytes.endIndex {
            let low = position + 1 < bytes.endIndex ? UInt32(bytes[position + 1]) : 0
            first &+= UInt32(bytes[position]) << 8 | low
            second &+= first
            (position, words) = (position + 2, words + 1)
            if words.isMultiple(of: 360) { fold() }
        }
        if !words.isMultiple(of: 360) { fold() }
        fold()
        return second << 16 | first
    }
}
