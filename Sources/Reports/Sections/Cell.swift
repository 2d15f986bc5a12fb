/// One cell of a table.
package struct Cell: Equatable, Sendable {
    /// As people read it: `1.23 MB`.
    package let text: String
    /// As programs read it, numbers in full and without a unit (bytes, milliseconds, shares of 1): `1234567`; empty
    /// where there is none.
    package let value: String
    /// Whether it is good news, where that is to be seen; the text says so, too.
    package var tone: Tone? = nil

    package enum Tone: String, Sendable { case better, worse }

    /// Words, the same for both.
    package static func text(_ text: String) -> Cell { Cell(text: text, value: text) }

    /// A number, or `missing` where there is none.
    package static func number<Number>(_ number: Number?, _ format: (Number) -> String, missing: String = "–") -> Cell {
        Cell(text: number.map(format) ?? missing, value: number.map { "\($0)" } ?? "")
    }

    package static func count(_ number: Int?, missing: String = "–") -> Cell {
        .number(number, Format.count, missing: missing)
    }

    package static let missing = Cell(text: "–", value: "")

    package static func digits(_ number: Double?) -> Cell { .number(number, Format.digits) }
}

extension Cell: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self = .text(text) }
}
