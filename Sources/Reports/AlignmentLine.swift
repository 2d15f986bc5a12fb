import Benchmarks

/// To which multiples layers were widened again, and what made it so.
package struct AlignmentLine: Encodable, Sendable {
    /// 1 where widths were left as they came.
    package let multiple: Int
    /// What was timed against widths as they come; empty where the multiple was given, or all widths came out alike.
    package let measured: [Candidate]
    @Unencoded private(set) var isMeasured: Bool

    package struct Candidate: Encodable, Sendable {
        package let multiple: Int
        package let speedup: Double
        package let ci95: [Double]
    }
}

extension AlignmentLine {
    /// A multiple that was asked for.
    package init(multiple: Int) { self.init(multiple: multiple, measured: [], isMeasured: false) }

    /// The fastest of `multiples`, the first of which is 1; `result` has a model for each, nil where there was no
    /// choice.
    package init(_ multiples: [Int], _ result: BenchmarkResult?) {
        self.init(
            multiple: multiples[result?.fastest ?? 0],
            measured: multiples.compactMap { multiple in
                result?.overall("\(multiple)").map {
                    Candidate(multiple: multiple, speedup: $0.speedup, ci95: $0.ci95)
                }
            }, isMeasured: true)
    }

    var text: String {
        let widths =
            multiple == 1
            ? "widths as they come" : "widths aligned to multiples of \(multiple), where layers are wide enough"
        if !isMeasured { return widths }
        if measured.isEmpty { return "\(widths): 4, 8 and 16 give the same" }
        let figures = measured.map {
            "\($0.multiple): \(Format.ratio($0.speedup)) (\(Format.ratio($0.ci95[0]))…\(Format.ratio($0.ci95[1])))"
        }
        let verdict = multiple == 1 ? "no multiple is surely faster here" : "the fastest here"
        return "\(widths): \(verdict); speed against widths as they come: \(figures.joined(separator: ", "))"
    }
}
