/// The tables of a report as comma-separated values with a header each, parted by an empty line; numbers in full.
/// Source: RFC 4180, with lines that end as Unix has it.
package struct CSVRenderer: Renderer {
    package init() {}

    package func render(_ report: some Report) -> String {
        Self.tables(report.sections).map(render).joined(separator: "\n")
    }

    private static func tables(_ sections: [Section]) -> [Table] {
        sections.flatMap { section -> [Table] in
            switch section {
            case let .table(table), let .longTable(table, _): [table]
            case let .figures(_, sections): tables(sections)
            case .part, .verdict, .headline, .paragraph, .list, .note, .chart, .scatter, .network, .kernels: []
            }
        }
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
