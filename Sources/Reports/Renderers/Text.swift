/// Lines for a terminal, without the newline that ends the last one; charts and long tables are left out.
///
/// Blank lines stand around tables with their notes, also at the end, and before headlines and paragraphs.
package struct TextRenderer: Renderer {
    package init() {}

    package func render(_ report: some Report) -> String {
        var lines: [String] = [], above = Above.nothing
        func add(_ text: [String], blank: Bool) { lines += (blank ? [""] : []) + text }
        for section in report.sections {
            switch section {
            case let .part(title):
                add([title], blank: above != .nothing)
                above = .nothing
            case let .headline(text), let .paragraph(text):
                add([text], blank: above != .nothing)
                above = .words
            case let .list(items, _, indent):
                add(Self.lines(items, indent: indent), blank: above == .table)
                above = .words
            case let .table(table):
                add(Self.lines(table), blank: above != .nothing)
                above = .table
            case let .note(text): add([text], blank: false)
            case .figures, .longTable, .chart, .scatter, .network, .kernels: break
            }
        }
        return lines.joined(separator: "\n").printableLines + (above == .table ? "\n" : "")
    }

    /// What stands above the next section, within its part.
    private enum Above { case nothing, words, table }

    private static func lines(_ items: [Item], indent: Int) -> [String] {
        let width = items.compactMap(\.label?.count).max() ?? 0
        return items.flatMap { item -> [String] in
            guard let text = item.text else { return [] }
            let label = item.label.map { $0.padded(to: width, .left) + "  " } ?? ""
            return ["\(String(repeating: " ", count: indent))\(label)\(text)"] + item.details.map { "    \($0)" }
        }
    }

    /// Aligned columns under a header and a rule; no blanks at the ends of lines. Widths count characters.
    private static func lines(_ table: Table) -> [String] {
        let cells = [table.columns.map(\.title)] + table.rows.map { $0.map(\.text.printable) }
        // A stranger's name may be long, and would stretch every row.
        let widths = table.columns.indices.map { column in min(cells.map { $0[column].count }.max() ?? 0, 120) }
        let rule = widths.map { String(repeating: "─", count: $0) }
        let lines = ([cells[0], rule] + cells.dropFirst()).map { row in
            var line = zip(row, zip(widths, table.columns)).map { cell, column in
                cell.padded(to: column.0, column.1.alignment)
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
        return [table.title].compactMap { $0 } + lines
    }
}

extension String {
    /// The text with blanks behind it, or before it where it stands right.
    fileprivate func padded(to width: Int, _ alignment: Table.Alignment) -> String {
        let blanks = String(repeating: " ", count: max(0, width - count))
        return alignment == .left ? self + blanks : blanks + self
    }
}
