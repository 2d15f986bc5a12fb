/// All parts of one sharded run, in the order of their shards.
package struct PartSet: Sendable {
    package let parts: [PartReader]
    package var header: PartHeader { parts[0].header }

    /// Opens the parts at `paths`, which may be in any order; at least one. `isMixed`: whether they may have been
    /// computed with different instructions.
    ///
    /// Throws `PartError` where they are not all shards of one run, `HDF5Error`.
    package init(_ paths: [String], isMixed: Bool = false) throws {
        let given = try paths.map { try PartReader($0) }
        for part in given.dropFirst() { try Self.requireSame(part, given[0], isMixed: isMixed) }
        let sorted = given.sorted { $0.header.shard.number < $1.header.shard.number }
        for (part, next) in zip(sorted, sorted.dropFirst()) where part.header.shard == next.header.shard {
            throw PartError.repeated(shard: part.header.shard.text, paths: [part.path, next.path])
        }
        let count = given[0].header.shard.count, present = Set(sorted.map(\.header.shard.number))
        if present.count < count {
            let missing = (1...count).lazy.filter { !present.contains($0) }.map { "\($0)/\(count)" }
            throw PartError.missing(shards: Array(missing))
        }
        parts = sorted
    }

    private static func requireSame(_ part: PartReader, _ first: PartReader, isMixed: Bool) throws {
        let found = part.header, expected = first.header
        func require(_ what: String, _ found: String, _ expected: String) throws {
            if found != expected {
                throw PartError.other(path: part.path, what: what, found: found, expected: expected, of: first.path)
            }
        }
        try require("command", found.verb, expected.verb)
        try require("version of deadwood", found.version, expected.version)
        try require("number of shards", "\(found.shard.count)", "\(expected.shard.count)")
        func require(_ what: String, digest found: String, _ expected: String) throws {
            if found != expected {
                try require(what, "SHA-256 \(found.prefix(16))…", "SHA-256 \(expected.prefix(16))…")
                throw PartError.invalid(path: part.path, "its digests are none")
            }
        }
        try require("model", digest: found.model, expected.model)
        try require("corpus", "\(found.images) images", "\(expected.images) images")
        try require("corpus", digest: found.corpus, expected.corpus)
        if found.settings != expected.settings {
            func only(_ a: [String], _ b: [String]) -> String { a.filter { !b.contains($0) }.joined(separator: " ") }
            let (a, b) = (only(found.settings, expected.settings), only(expected.settings, found.settings))
            try require("set of options", a.isEmpty ? "none" : a, b.isEmpty ? "none" : b)
            try require("set of options", "\(found.settings)", "\(expected.settings)")
        }
        if found.instructions != expected.instructions, !isMixed {
            throw PartError.otherInstructions(
                path: part.path, found: found.instructions, expected: expected.instructions, of: first.path)
        }
    }
}
