import Graphs

extension Graph {
    /// The end of a sentence: what to declare so that more of the model can be evaluated; empty where no declaration
    /// helps.
    package var declarationHint: String { Self.declarationHint(declarationPatterns) }

    /// The same for these patterns.
    static func declarationHint(_ patterns: [String]) -> String {
        guard let first = patterns.first else { return "" }
        let others =
            patterns.count == 1 ? "" : ", and so for \(patterns.dropFirst().map { "'\($0)'" }.joined(separator: ", "))"
        return "; say what '\(first)' computes with --declare '\(first)=FUNCTION', such as relu or linear\(others)"
    }
}
