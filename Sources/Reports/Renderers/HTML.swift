import Mustache

/// One page that stands alone: nothing in it is fetched from anywhere, and all of it is there without its script, which
/// only sorts and filters tables.
package struct HTMLRenderer: Renderer {
    private let run: RunLine?
    private let templates: MustacheLibrary

    /// `run`: what made the report, which the page ends with.
    package init(_ run: RunLine?) throws {
        self.run = run
        templates = MustacheLibrary(templates: [
            "page": try MustacheTemplate(string: Page.template), "grid": try MustacheTemplate(string: Page.grid),
        ])
    }

    package func render(_ report: some Report) -> String {
        let made = run.map { [Section.part("How to do it again"), .list($0.items)] } ?? []
        let page = Page(subject: report.subject.printable, blocks: (report.sections + made).compactMap(Block.init))
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

    struct Entry {
        let label: String?
        let text: String
        let details: [String]
    }

    struct Grid {
        let caption: String?
        let columns: [Column]
        let rows: [Row]

        struct Column {
            let title: String
            let side: String
        }

        struct Row { let cells: [Cell] }

        struct Cell {
            let text: String
            let value: String
            let side: String
        }
    }

    struct Figure {
        let title: String
        let keys: [Key]
        let drawing: String
        let numbers: Grid

        struct Key {
            let name: String
            let number: Int
        }
    }
}

extension Block {
    /// Nil for a chart of nothing.
    init?(_ section: Section) {
        switch section {
        case let .part(title): part = title.printable
        case let .headline(text): headline = text.printableLines
        case let .paragraph(text): paragraph = text.printableLines
        case let .note(text): note = text.printableLines
        case let .list(items, title, _):
            heading = title?.printable
            self.items = items.compactMap { item in
                item.text.map {
                    Entry(label: item.label?.printable, text: $0.printable, details: item.details.map(\.printable))
                }
            }
        case let .table(table): self.table = Grid(table)
        case let .chart(chart):
            if chart.isEmpty { return nil }
            figure = Figure(chart)
        }
    }
}

extension Block.Grid {
    fileprivate init(_ table: Table) {
        func side(_ alignment: Table.Alignment) -> String { alignment == .left ? "words" : "number" }
        caption = table.title?.printable
        columns = table.columns.map { Column(title: $0.title.printable, side: side($0.alignment)) }
        rows = table.rows.map { row in
            Row(
                cells: zip(row, table.columns).map { cell, column in
                    Cell(text: cell.text.printable, value: cell.value.printable, side: side(column.alignment))
                })
        }
    }
}

extension Block.Figure {
    fileprivate init(_ chart: Chart) {
        title = chart.title.printable
        keys = chart.series.enumerated().map { Key(name: $1.name.printable, number: $0 % ChartDrawing.styles) }
        drawing = ChartDrawing(chart).svg
        numbers = Block.Grid(
            Table(
                [.left("")] + chart.series.map { .right($0.name) },
                rows: chart.categories.indices.map { index in
                    [.text(chart.categories[index])] + chart.series.map { .digits($0.values[index]) }
                }))
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
