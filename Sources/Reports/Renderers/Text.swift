/// Lines for a terminal, without the newline that ends the last one; charts and long tables are left out.
///
/// Blank lines stand around tables with their notes, also at the end, and before headlines and paragraphs. Where there
/// is a width no line is longer, as far as that can be: words are wrapped, long names of tables shortened in their
/// middle, and columns give way by their rank, which a line below names.
package struct TextRenderer: Renderer {
    private let width: Int?

    /// `width`: characters a line; nil for lines as long as they come, as programs and files get them.
    package init(width: Int? = nil) { self.width = width }

    package func render(_ report: some Report) -> String {
        var lines: [String] = [], above = Above.nothing
        func add(_ text: [String], blank: Bool) { lines += (blank ? [""] : []) + text }
        for section in report.sections {
            switch section {
            case let .part(title):
                add([title], blank: above != .nothing)
                above = .nothing
            case let .headline(text), let .paragraph(text), let .verdict(text):
                add(wrapped(text), blank: above != .nothing)
                above = .words
            case let .list(items, _, indent):
                add(self.lines(items, indent: indent), blank: above == .table)
                above = .words
            case let .table(table):
                add(self.lines(table), blank: above != .nothing)
                above = .table
            case let .note(text): add(wrapped(text), blank: false)
            case .figures, .longTable, .chart, .scatter, .network, .kernels: break
            }
        }
        return lines.joined(separator: "\n").printableLines + (above == .table ? "\n" : "")
    }

    /// What stands above the next section, within its part.
    private enum Above { case nothing, words, table }

    private func lines(_ items: [Item], indent: Int) -> [String] {
        let labels = items.compactMap(\.label?.count).max() ?? 0, margin = String(repeating: " ", count: indent)
        return items.flatMap { item -> [String] in
            guard let text = item.text else { return [] }
            let label = item.label.map { $0.padded(to: labels, .left) + "  " } ?? ""
            return wrapped("\(margin)\(label)\(text)", hanging: indent + label.count)
                + item.details.flatMap { wrapped("    \($0)", hanging: 4) }
        }
    }

    /// Each line of a text, those too long parted between words; what follows of one is indented by `hanging`.
    private func wrapped(_ text: String, hanging: Int = 0) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let width else { return lines }
        return lines.flatMap { line -> [String] in
            line.count <= width ? [line] : line.wrapped(to: width, hanging: min(hanging, width / 2))
        }
    }

    /// Aligned columns under a header and a rule; no blanks at the ends of lines. Widths count characters.
    private func lines(_ table: Table) -> [String] {
        let cells = [table.columns.map(\.title)] + table.rows.map { $0.map(\.text.printable) }
        let layout = Layout(table.columns, cells, width: width)
        let rule = table.columns.indices.map { String(repeating: "─", count: layout.widths[$0]) }
        let lines = ([cells[0], rule] + cells.dropFirst()).flatMap { row -> [String] in
            var line = "", hanging = 0
            for column in layout.shown {
                let width = layout.widths[column], isLast = column == layout.shown.last
                if !line.isEmpty || hanging > 0 { line += "  " }
                hanging = line.count
                let isWrapped = isLast && table.columns[column].alignment == .left
                line += (isWrapped || self.width == nil ? row[column] : row[column].shortened(to: width)).padded(
                    to: width, table.columns[column].alignment)
            }
            while line.last == " " { line.removeLast() }
            return line.isEmpty ? [""] : wrapped(line, hanging: hanging)
        }
        let leftOut = table.columns.indices.filter { !layout.shown.contains($0) }.map { table.columns[$0].title }
        return [table.title].compactMap { $0 } + lines
            + (leftOut.isEmpty ? [] : wrapped("no room here for: \(leftOut.joined(separator: ", "))"))
    }
}

/// Which columns of a table are shown, and how wide.
private struct Layout {
    private(set) var shown: [Int]
    private(set) var widths: [Int]

    /// A stranger's name may be long, and would stretch every row.
    private static let widest = 120
    /// What names keep before columns give way for them, and what they keep at least.
    private static let roomy = 20, least = 12

    init(_ columns: [Table.Column], _ cells: [[String]], width: Int?) {
        shown = Array(columns.indices)
        widths = columns.indices.map { column in min(cells.map { $0[column].count }.max() ?? 0, Self.widest) }
        guard let width else { return }
        func excess() -> Int { shown.reduce(2 * (shown.count - 1)) { $0 + widths[$1] } - width }
        /// Takes what is too much from the widest columns of words.
        func shrink(to least: Int) {
            while excess() > 0,
                let column = shown.filter({ columns[$0].alignment == .left && widths[$0] > least }).max(by: {
                    widths[$0] < widths[$1]
                })
            {
                widths[column] = max(least, widths[column] - excess())
            }
        }
        shrink(to: Self.roomy)
        while excess() > 0,
            let next = shown.filter({ columns[$0].rank > 0 }).max(by: { columns[$0].rank <= columns[$1].rank })
        {
            shown.removeAll { $0 == next }
        }
        shrink(to: Self.least)
    }
}

extension String {
    /// The text with blanks behind it, or before it where it stands right.
    fileprivate func padded(to width: Int, _ alignment: Table.Alignment) -> String {
        let blanks = String(repeating: " ", count: max(0, width - count))
        return alignment == .left ? self + blanks : blanks + self
    }

    /// Lines of at most `width` characters, parted at blanks where there are any; all but the first begin with `hanging`
    /// blanks.
    fileprivate func wrapped(to width: Int, hanging: Int) -> [String] {
        var lines: [String] = [], rest = self[...]
        while rest.count + (lines.isEmpty ? 0 : hanging) > width {
            let room = width - (lines.isEmpty ? 0 : hanging), part = rest.prefix(room + 1)
            // Blanks of the margin part no words.
            let start = part.firstIndex { $0 != " " } ?? part.startIndex
            let end = part[start...].lastIndex(of: " ") ?? part.index(part.startIndex, offsetBy: room)
            lines.append(String(rest[..<end]))
            rest = rest[end...].drop { $0 == " " }
        }
        lines.append(String(rest))
        let margin = String(repeating: " ", count: hanging)
        return lines.prefix(1) + lines.dropFirst().map { margin + $0 }
    }
}
