/// Why parts of a sharded run cannot be read or put together.
package enum PartError: Error, Equatable, CustomStringConvertible {
    case notAPart(path: String)
    case otherLayout(path: String)
    /// A part that contradicts itself, or what it is a part of.
    case invalid(path: String, String)
    /// A part that is not of the same run as another: `what` differs.
    case other(path: String, what: String, found: String, expected: String, of: String)
    case otherInstructions(path: String, found: String, expected: String, of: String)
    case repeated(shard: String, paths: [String])
    case missing(shards: [String])

    package var description: String {
        switch self {
        case let .notAPart(path):
            "\(path): is no part of a sharded run; give the files that 'deadwood … --shard' wrote"
        case let .otherLayout(path):
            "\(path): was written by another version of deadwood; make the shard again with this one"
        case let .invalid(path, reason): "\(path): is damaged or not what it claims: \(reason); make the shard again"
        case let .other(path, what, found, expected, first):
            "\(path): is of another \(what) than \(first): \(found), not \(expected); make the shard again, or give the parts of one run"
        case let .otherInstructions(path, found, expected, first):
            "\(path): was computed with \(found) instructions, \(first) with \(expected), which differ in the last bits; make the shard again with DEADWOOD_INSTRUCTIONS=\(expected), or add --mixed"
        case let .repeated(shard, paths):
            "shard \(shard) is there twice: \(paths.joined(separator: ", ")); give each once"
        case let .missing(shards):
            "shard \(shards.prefix(8).joined(separator: ", "))\(shards.count > 8 ? " and \(shards.count - 8) more" : "") \(shards.count == 1 ? "is" : "are") missing; give the parts of all shards"
        }
    }
}
