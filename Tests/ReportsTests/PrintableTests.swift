import Foundation
import Testing
@testable import Reports

/// What a stranger's names may hold, in every way a report is written.
@Suite struct PrintableTests {
    /// Of each kind one or two: C0, DEL, C1, a line and a paragraph end, bidirectional controls, marks without width.
    private static let hostile =
        "\u{1B}\u{7F}\u{9B}\u{85}\u{2028}\u{2029}\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}\u{061C}\u{200B}\u{FEFF}"
    private let report = Named(name: "a\(hostile)é日🌲\u{301}z")

    private struct Named: Report {
        static let kind = "named"
        let name: String
        var subject: String { name }
        var sections: [Section] {
            [
                .part(name), .headline(name), .paragraph(name), .note(name),
                .list([Item(name, name, details: [name])], title: name),
                .table(Table([.left(name)], title: name, rows: [[.text(name)]])),
            ]
        }
    }

    private func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\n" || !Self.hostile.unicodeScalars.contains($0) }
    }

    @Test("Text, Markdown and CSV show them as escapes, and everything else as it is")
    func renderers() {
        for text in [report.text, report.markdown, report.csv] {
            #expect(isPrintable(text))
            #expect(
                text.contains(#"a\u{1B}\u{7F}\u{009B}\u{0085}\u{2028}\u{2029}\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}"#)
            )
            #expect(text.contains("é日🌲\u{301}z"))
        }
    }

    @Test("JSON has them as its own escapes, which mean the same text")
    func json() throws {
        let text = try report.json.printableJSON
        #expect(isPrintable(text))
        #expect(text.contains(#"\u009b\u0085\u2028\u2029\u202a\u202e"#))
        #expect(try JSONDecoder().decode([String: String].self, from: Data(text.utf8)) == ["name": report.name])
    }

    @Test("Beyond the first plane JSON takes two escapes")
    func tags() throws {
        let text = "\"\u{E0001}\"".printableJSON
        #expect(text == #""\udb40\udc01""#)
    }

    @Test("A cell stays in its line and its column, a message in its line")
    func lines() {
        #expect("a\nb\r\tc".printable == #"a\nb\r\tc"#)
        #expect("a\nb\r".printableLines == "a\nb\\r")
        #expect(Sample(.table(Table([.left("a")], rows: [["b\nc"]]))).text == "a\n────\nb\\nc\n")
        #expect(Sample(.table(Table([.left("a")], rows: [["b\nc"]]))).markdown.contains("| b\\nc |\n"))
    }

    @Test("One long name does not stretch every row of a table")
    func widths() {
        let names = [String(repeating: "n", count: 1000)] + (0..<100).map { "\($0)" }
        let table = Table([.left("layer"), .right("filters")], rows: names.map { [.text($0), "1"] })
        #expect(Sample(.table(table)).text.count < 1000 + 102 * 140)
    }
}
