import Files

extension Archive {
    /// What the last record of an archive tells: where its directory lies, by which everything else is found.
    ///
    /// It has 22 bytes and a comment, which ends with the file (PKWARE's APPNOTE, 4.3.16).
    private struct EndRecord {
        /// Nil where it takes more than this record holds, beyond 4 GiB.
        let directory: Range<Int>?
        /// Where the record itself begins.
        let place: Int

        init?(in file: InputFile) throws {
            let tail = try file.read(max(0, file.bytes - 22 - Int(UInt16.max))..<file.bytes)
            guard tail.count >= 22 else { return nil }
            let found = (0...(tail.count - 22)).reversed().first {
                tail[$0..<($0 + 4)].elementsEqual([0x50, 0x4B, 5, 6])
                    && $0 + 22 + tail[$0...].number(at: 20, bytes: 2) == tail.count
            }
            guard let found else { return nil }
            let record = tail[found...], length = record.number(at: 12, bytes: 4)
            let start = record.number(at: 16, bytes: 4)
            place = file.bytes - tail.count + found
            directory = start == Archive.elsewhere || length == Archive.elsewhere ? nil : start..<(start + length)
        }
    }

    /// What stands where a number has no room.
    private static let elsewhere = 0xFFFF_FFFF
    /// The most bytes of a directory that is looked through.
    private static let mostDirectoryBytes = 1 << 22

    /// Whether the archive begins and ends where the file does: two that lie one behind the other are read differently
    /// by different readers. A directory beyond 4 GiB is not looked at.
    static func isWholeFile(_ path: String) -> Bool {
        guard let file = try? InputFile(path), let first = try? file.read(0..<min(2, file.bytes)),
            first == [0x50, 0x4B], let end = try? EndRecord(in: file)
        else { return false }
        return end.directory.map { $0.upperBound == end.place } ?? true
    }

    /// Where the bytes of the entry `name` lie in the file, for one that is stored as it is; nil where it is packed, or
    /// where records do not agree, which is for the library to judge.
    static func storedBytes(of name: String, in path: String) throws -> Range<Int>? {
        let file = try InputFile(path), name = Array(name.utf8)
        guard let directory = try EndRecord(in: file)?.directory, directory.count <= mostDirectoryBytes,
            directory.upperBound <= file.bytes
        else { return nil }
        var entries = try file.read(directory)[...]
        while entries.count >= 46, entries.starts(with: [0x50, 0x4B, 1, 2]) {
            let lengths = [28, 30, 32].map { entries.number(at: $0, bytes: 2) }
            if entries.dropFirst(46).prefix(lengths[0]).elementsEqual(name) {
                return try storedBytes(of: entries, named: name, in: file, before: directory.lowerBound)
            }
            entries = entries.dropFirst(46 + lengths.reduce(0, +))
        }
        return nil
    }

    /// The same of an entry in the directory (4.3.12), which the header before its bytes (4.3.7) must confirm.
    private static func storedBytes(
        of entry: ArraySlice<UInt8>, named name: [UInt8], in file: InputFile, before end: Int
    )
        throws -> Range<Int>?
    {
        let isEncrypted = entry.number(at: 8, bytes: 2) & 1 != 0, isPacked = entry.number(at: 10, bytes: 2) != 0
        let stored = entry.number(at: 20, bytes: 4), size = entry.number(at: 24, bytes: 4)
        let header = entry.number(at: 42, bytes: 4)
        guard !isEncrypted, !isPacked, stored == size, size != elsewhere, header <= end - 30 - name.count else {
            return nil
        }
        let bytes = try file.read(header..<(header + 30 + name.count))[...]
        guard bytes.starts(with: [0x50, 0x4B, 3, 4]), bytes.number(at: 8, bytes: 2) == 0,
            bytes.number(at: 26, bytes: 2) == name.count, bytes.dropFirst(30).elementsEqual(name)
        else { return nil }
        let start = header + 30 + name.count + bytes.number(at: 28, bytes: 2)
        return start + size <= end ? start..<(start + size) : nil
    }
}

extension ArraySlice<UInt8> {
    /// The number of as many bytes, the least significant first, `offset` bytes behind its beginning.
    fileprivate func number(at offset: Int, bytes: Int) -> Int {
        (0..<bytes).reversed().reduce(0) { $0 << 8 | Int(self[startIndex + offset + $1]) }
    }
}
