import Testing

/// The text of a JSON result without the key `run`, which tells of the run itself: what two runs of the same result have
/// alike, to the byte.
func result(_ json: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let lines = json.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(
        lines.firstIndex { $0.hasPrefix("  \"run\" : {") }, "nothing is told of the run", sourceLocation: sourceLocation
    )
    let end = try #require(lines[start...].firstIndex { $0.hasPrefix("  }") }, sourceLocation: sourceLocation)
    return (lines[..<start] + lines[(end + 1)...]).joined(separator: "\n")
}
