import Datasets
import Sparsity

/// What a model is fed at most, and who decided it.
package struct BoxLine: Codable, Sendable {
    /// A range for each input of the model; null for one of which nothing is known.
    package let inputs: [Input?]
    /// `flags`, `cutNote`, or who decides how pixels are fed: `modelNote`, `modelLayers`, `corpusNote`, `usual`, `nobody`.
    package let from: String
    /// Whether bounds look through two layers at a time.
    package var relaxation = false
    /// The ranges and who decided them, for people.
    private var ranges: String

    /// One number, or one for each channel.
    package struct Input: Codable, Sendable {
        package let lowest: [Float]
        package let highest: [Float]
    }
}

extension BoxLine {
    /// `reason`: who decided it, for people. Nil where no input has a range.
    package init?(_ box: InputBox, from: String, reason: String) {
        guard box.inputs.contains(where: { $0 != nil }) else { return nil }
        inputs = box.inputs.map { range in range.map { Input(lowest: $0.lowest, highest: $0.highest) } }
        self.from = from
        let ranges = box.inputs.map { $0?.text ?? "any" }
        self.ranges = "range: inputs from \(ranges.joined(separator: "; ")), by \(reason)"
    }

    /// All of it for people, in one line.
    package var text: String { relaxation ? "\(ranges); with linear relaxation" : ranges }
}

extension InputRange {
    /// `0 to 1`, or that of each channel.
    fileprivate var text: String {
        (0..<channels).map { "\(Self.short(lowest[$0])) to \(Self.short(highest[$0]))" }.joined(separator: ", ")
    }

    private static func short(_ number: Float) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
