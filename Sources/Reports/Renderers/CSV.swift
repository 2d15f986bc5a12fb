/// The tables of a report as comma-separated values with a header each, parted by an empty line; numbers in full.
/// Source: RFC 4180, with lines that end as Unix has it.
package struct CSVRenderer: Renderer {
    package init() {}

    package func render(_ report: some Report) -> String {
        report.sections.compactMap { if case let .table(table) = $0 { render(table) } else { nil } }
            .joined(separator: "\n")
    }

    package func render(_ table: Table) -> String {
        ([table.columns.map(\.title)] + table.rows.map { $0.map(\.value) }).map { row in
            row.map(Self.field).joined(separator: ",") + "\n"
        }.joined()
    }

    private static func field(_ text: String) -> String {
        let text = text.printableLines
        return text.contains { $0.isNewline || $0 == "," || $0 == "\"" }
            ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}
