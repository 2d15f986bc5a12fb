import Foundation
import Mustache

/// One page that stands alone: nothing in it is fetched from anywhere, and all of it is there without its script, which
/// sorts and filters tables, and shows the rows of long ones that are neither dead nor pinned.
package struct HTMLRenderer: Renderer {
    private let run: RunLine?
    private let templates: MustacheLibrary

    /// `run`: what made the report, which the page ends with.
    package init(_ run: RunLine?) throws {
        self.run = run
        templates = MustacheLibrary(templates: [
            "page": try MustacheTemplate(string: Page.template), "grid": try MustacheTemplate(string: Page.grid),
            "call": try MustacheTemplate(string: Page.call), "entries": try MustacheTemplate(string: Page.entries),
        ])
    }

    package func render(_ report: some Report) -> String {
        let made = run.map { [Section.part("How to do it again"), .list($0.items)] } ?? []
        let page = Page(subject: report.subject.printable, blocks: Block.all(report.sections + made))
        return templates.render(page, withTemplate: "page") ?? ""
    }
}

/// What the template is given; Mustache finds members by their names.
struct Page {
    let subject: String
    let blocks: [Block]
    let style = Self.style, script = Self.script
}

/// A section, of which one member is there.
struct Block {
    var part: String?
    var headline: String?
    var paragraph: String?
    var note: String?
    var heading: String?
    var items: [Entry]?
    var table: Grid?
    var figure: Figure?
    var network: NetworkDrawing?

    struct Entry {
        let label: String?
        let text: String
        let details: [String]
    }

    struct Grid {
        let caption: String?
        let columns: [Column]
        let rows: [Row]
        /// The rows that only the script shows, as JSON; nil where there are none.
        let more: String?

        struct Column {
            let title: String
            let side: String
        }

        struct Row { let cells: [Cell] }

        struct Cell {
            let text: String
            /// Nil where the text says it all.
            let value: String?
            let isNumber: Bool
            let tone: String?
        }
    }

    struct Figure {
        let title: String
        let keys: [Key]
        let drawing: String
        /// Nil where another table holds them.
        let numbers: Grid?
        /// Where, or what the drawing means.
        let note: String?

        struct Key {
            let name: String
            let number: Int
        }
    }
}

extension Block {
    /// Verdicts come first.
    static func all(_ sections: [Section]) -> [Block] {
        let isVerdict = { (section: Section) in if case .verdict = section { true } else { false } }
        return blocks(sections.filter(isVerdict) + sections.filter { !isVerdict($0) })
    }

    private static func blocks(_ sections: [Section]) -> [Block] {
        sections.flatMap { section in
            guard case let .figures(title, sections) = section else { return [Block(section)].compactMap(\.self) }
            return blocks([.part(title)] + sections)
        }
    }

    /// Nil for a chart of nothing, and for sections of others.
    private init?(_ section: Section) {
        switch section {
        case .figures: return nil
        case let .part(title): part = title.printable
        case let .headline(text), let .verdict(text): headline = text.printableLines
        case let .paragraph(text): paragraph = text.printableLines
        case let .note(text): note = text.printableLines
        case let .list(items, title, _):
            heading = title?.printable
            self.items = items.compactMap(Entry.init)
        case let .table(table): self.table = Grid(table)
        case let .longTable(table, needed): self.table = Grid(table, needed: needed)
        case let .chart(chart):
            if chart.isEmpty { return nil }
            figure = Figure(chart)
        case let .scatter(chart): figure = Figure(chart)
        case let .network(chart): network = NetworkDrawing(chart)
        case let .kernels(chart):
            guard let drawing = KernelDrawing(chart) else { return nil }
            figure = Figure(
                title: chart.title.printable, keys: [], drawing: drawing.svg, numbers: nil,
                note: "Grey is 0. Filters that are dead or chosen are crossed out.")
        }
    }
}

extension Block.Entry {
    /// Nil for one that is left out.
    init?(_ item: Item) {
        guard let text = item.text else { return nil }
        (label, self.text, details) = (item.label?.printable, text.printable, item.details.map(\.printable))
    }
}

extension Block.Grid {
    /// More rows than these are left to the script, but for those that are needed.
    private static let mostRows = 5000

    fileprivate init(_ table: Table, needed: Set<Int>? = nil) {
        func side(_ alignment: Table.Alignment) -> String { alignment == .left ? "words" : "number" }
        caption = table.title?.printable
        columns = table.columns.map { Column(title: $0.title.printable, side: side($0.alignment)) }
        let isLong = needed != nil && table.rows.count > Self.mostRows
        let shown = isLong ? table.rows.indices.filter { needed?.contains($0) ?? true } : Array(table.rows.indices)
        rows = shown.map { index in
            Row(
                cells: zip(table.rows[index], table.columns).map { cell, column in
                    // In a long table numbers are taken from their texts: the page stays small.
                    Cell(
                        text: cell.text.printable,
                        value: needed == nil && !cell.value.isEmpty ? cell.value.printable : nil,
                        isNumber: column.alignment == .right,
                        tone: cell.tone?.rawValue)
                })
        }
        more =
            isLong ? Self.json(table.rows.indices.filter { needed?.contains($0) == false }.map { table.rows[$0] }) : nil
    }

    /// Texts of cells, column by column, in a script of data: nothing in it ends the script.
    private static func json(_ rows: [[Reports.Cell]]) -> String? {
        let columns = (rows.first ?? []).indices.map { column in rows.map { $0[column].text.printable } }
        return (try? JSONEncoder().encode(columns)).map {
            String(decoding: $0, as: UTF8.self).replacing("<", with: "\\u003C")
        }
    }
}

extension Block.Figure {
    fileprivate init(_ chart: Chart) {
        title = chart.title.printable
        keys =
            chart.kind == .cells
            ? [] : chart.series.enumerated().map { Key(name: $1.name.printable, number: $0 % ChartDrawing.styles) }
        drawing = ChartDrawing(chart).svg
        note = nil
        numbers = Block.Grid(
            Table(
                [.left("")] + chart.series.map { .right($0.name) },
                rows: chart.categories.indices.map { index in
                    [.text(chart.categories[index])] + chart.series.map { chart.cell($0.values[index]) }
                }))
    }

    fileprivate init(_ chart: ScatterChart) {
        title = chart.title.printable
        keys = chart.groups.enumerated().map {
            Key(name: "\($1.name.printable) (\(Format.count($1.points.count)))", number: $0 % ChartDrawing.styles)
        }
        drawing = ScatterDrawing(chart).svg
        numbers = nil
        note = "The numbers are in the table of all filters."
    }
}

extension RunLine {
    /// For people.
    fileprivate var items: [Item] {
        let words = command.map { $0.contains { " '\"$&;|<>()*?".contains($0) } ? "'\($0)'" : $0 }
        let memory = Format.bytes(Int(machine.memoryBytes))
        return [
            Item("command", "deadwood \(words.joined(separator: " "))"), Item("folder", folder),
            Item("version", version), Item("began", started), Item("took", "\(Format.digits(seconds)) s"),
            Item(
                "machine", "\(machine.cpu), \(machine.cores) cores, \(machine.instructions), \(memory), \(machine.os)"),
        ]
    }
}
