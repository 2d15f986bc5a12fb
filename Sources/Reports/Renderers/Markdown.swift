/// A Markdown file with pipe tables; charts and long tables are left out.
package struct MarkdownRenderer: Renderer {
    package init() {}

    package func render(_ report: some Report) -> String {
        (["# \(report.subject)\n"] + report.sections.flatMap(Self.blocks)).joined(separator: "\n").printableLines
    }

    /// Blocks that blank lines are to part, each ended by a newline.
    private static func blocks(_ section: Section) -> [String] {
        switch section {
        case let .part(title): [heading(title)]
        case let .headline(text), let .paragraph(text), let .note(text), let .verdict(text): ["\(text)\n"]
        case let .list(items, title, _): [title.map(heading), list(items)].compactMap { $0 }
        case let .table(table): [table.title.map(heading), pipes(table)].compactMap { $0 }
        case .figures, .longTable, .chart, .scatter, .network, .kernels: []
        }
    }

    private static func heading(_ title: String) -> String { "## \(title)\n" }

    private static func list(_ items: [Item]) -> String {
        items.map { item in
            guard let text = item.text else { return "" }
            let details = item.details.map { "  - \($0)\n" }.joined()
            return "- \(item.label.map { "\($0): " } ?? "")\(text)\n\(details)"
        }.joined()
    }

    private static func pipes(_ table: Table) -> String {
        let rule = table.columns.map { $0.alignment == .left ? "---" : "---:" }
        return ([table.columns.map(\.title), rule] + table.rows.map { $0.map(\.text) }).map { row in
            "| \(row.map { $0.printable.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
        }.joined()
    }
}
