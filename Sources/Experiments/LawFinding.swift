/// Whether measured rows confirm a law.
package struct LawFinding: Sendable, Codable, Equatable {
    package enum Verdict: String, Sendable, Codable {
        case holds
        case doesNot = "does not hold"
        /// Rows are missing, or too short to show it.
        case open = "cannot tell"

        /// Of parts: one that does not hold decides, then one that holds.
        static func of(_ parts: [Verdict]) -> Verdict {
            parts.contains(.doesNot) ? .doesNot : parts.contains(.holds) ? .holds : .open
        }
    }

    package let law: Int
    package let statement: String
    package let verdict: Verdict
    /// What it rests on, a line each.
    package let figures: [String]
}

/// A regularity of trained networks, as a test of measured rows.
package struct Law: Sendable {
    package let number: Int
    package let statement: String
    private let check: @Sendable ([MeasuredRow]) -> [Part]

    /// One comparison among rows.
    struct Part: Sendable {
        let verdict: LawFinding.Verdict
        let figures: String
    }

    init(_ number: Int, _ statement: String, _ check: @escaping @Sendable ([MeasuredRow]) -> [Part]) {
        (self.number, self.statement, self.check) = (number, statement, check)
    }

    package func finding(_ rows: [MeasuredRow]) -> LawFinding {
        let parts = check(rows)
        return LawFinding(
            law: number, statement: statement, verdict: .of(parts.map(\.verdict)),
            figures: parts.map { "\($0.figures): \($0.verdict.rawValue)" })
    }
}
