import Foundation
import TestSupport
import Testing
@testable import Reports

@Suite struct HTMLRendererTests {
    private func page(_ sections: [Section], subject: String = "m.h5") throws -> String {
        try HTMLRenderer(nil).render(Sections(subject: subject, sections: sections))
    }

    @Test("A page needs nothing from anywhere, and no browser would let it")
    func alone() throws {
        let page = try page([.headline("h"), .chart(Chart(title: "t", categories: ["a"], series: []))])
        for word in ["http:", "https:", "src=", "href=", "@import", "url("] { #expect(!page.contains(word)) }
        #expect(page.contains("Content-Security-Policy") && page.contains("default-src 'none'"))
    }

    @Test("Every kind of section is there, in order")
    func sections() throws {
        let table = Table([.left("layer"), .right("filters")], title: "Layers", rows: [["conv", .count(1200)]])
        let found = try page([
            .headline("verdict"), .part("second part"), .paragraph("words"),
            .list([Item("label", "entry", details: ["detail"]), Item("absent", nil)], title: "a list"),
            .table(table), .note("remark"),
        ])
        var rest = found[...]
        for text in [
            ">verdict<", "<h2>second part</h2>", ">words<", "<h3>a list</h3>", "<b>label</b> entry", "detail",
            "<caption>Layers</caption>", ">layer</th>", ">filters</th>", ">conv</td>",
            "<td class=\"number\" data-value=\"1200\">1,200</td>", ">remark<",
        ] {
            let range = try #require(rest.range(of: text), "\(text) in \(found)")
            rest = rest[range.upperBound...]
        }
        #expect(!found.contains("absent"))
    }

    @Test("What a stranger's file calls itself is text, wherever it stands")
    func escaping() throws {
        let evil = "<script>alert(\"x\")</script>&\u{202E}"
        let chart = Chart(
            title: evil, categories: [evil, "b"], series: [Chart.Series(name: evil, values: [1, 2])])
        let found = try page(
            [
                .headline(evil), .part(evil), .paragraph(evil), .note(evil), .list([Item(evil, evil)], title: evil),
                .table(Table([.left(evil)], title: evil, rows: [[.text(evil)]])), .chart(chart),
                .chart(Chart(title: evil, categories: [evil], series: chart.series, kind: .bars)),
            ], subject: evil)
        #expect(found.components(separatedBy: "<script>").count == 2)
        #expect(!found.contains("\u{202E}") && !found.contains("\"x\""))
    }

    @Test("Every number of a chart is told by its mark and in its table; what was not measured leaves a gap")
    func chart() throws {
        let chart = Chart(
            title: "Loss", categories: ["1", "2", "3", "4"],
            series: [
                Chart.Series(name: "training", values: [4, 3, nil, 1]),
                Chart.Series(name: "test", values: [5, 4, 3, 2]),
            ])
        let found = try page([.chart(chart)])
        for (category, value) in [("1", "4.00"), ("2", "3.00"), ("4", "1.00")] {
            #expect(found.contains("<title>\(category), training: \(value)</title>"))
        }
        #expect(found.components(separatedBy: "<polyline").count == 4)
        #expect(found.components(separatedBy: "<circle").count == 8)
        #expect(found.contains("aria-label=\"Loss: training, test\""))
        #expect(found.components(separatedBy: "<td").count == 13)
    }

    @Test("Marks lie where their numbers are on the axis, linear or, over three decades, logarithmic")
    func places() throws {
        func heights(_ values: [Double]) throws -> [Double] {
            let series = [Chart.Series(name: "s", values: values)]
            let chart = Chart(title: "t", categories: values.map { "\($0)" }, series: series)
            return ChartDrawing(chart).svg.components(separatedBy: "cy=\"").dropFirst().compactMap {
                $0.split(separator: "\"").first.flatMap { Double($0) }
            }
        }
        let linear = try heights([0, 5, 10])
        #expect(abs(linear[0] - linear[1] - (linear[1] - linear[2])) < 0.2 && linear[0] > linear[2] + 100)
        let wide = try heights([1e-6, 1e-3, 1])
        #expect(abs(wide[0] - wide[1] - (wide[1] - wide[2])) < 0.2 && wide[0] > wide[2] + 100)
    }

    @Test("Bars of a layer are as long as its numbers, and keep to the page for a thousand layers")
    func bars() throws {
        let names = (0..<1000).map { "block_\($0)_a_name_that_takes_more_room_than_there_is" }
        let chart = Chart(
            title: "Filters", categories: names,
            series: [
                Chart.Series(name: "all", values: names.map { _ in 64 }),
                Chart.Series(name: "dead", values: names.indices.map { Double($0 % 65) }),
            ], kind: .bars)
        let drawing = ChartDrawing(chart).svg
        let widths = drawing.components(separatedBy: "width=\"").dropFirst().compactMap {
            $0.split(separator: "\"").first.flatMap { Double($0) }
        }
        let whole = try #require(widths.first)
        #expect(widths.count == 1000 + names.indices.count { $0 % 65 > 0 })
        #expect(widths.allSatisfy { $0 <= whole } && abs(widths[2] - whole / 64) < 0.2)
    }

    @Test("Cells are as dark as their share of the row, and tell their counts")
    func cells() throws {
        let chart = Chart(
            title: "t", categories: ["a", "b"],
            series: [Chart.Series(name: "0–10", values: [3, 0]), Chart.Series(name: "10–20", values: [1, 1200])],
            kind: .cells)
        let found = ChartDrawing(chart).svg
        let shades = found.matches(of: /opacity="([\d.]+)"/).map { String($0.1) }
        #expect(shades == ["0.78", "0.34", "1.0"])
        #expect(found.contains("<title>b, 10–20: 1,200</title>") && found.contains(">1,200</text>"))
        #expect(try page([.chart(chart)]).contains("<td class=\"number\" data-value=\"1200.0\">1,200</td>"))
    }

    @Test("Points are drawn each by itself, or counted in cells where they are many")
    func scatter() throws {
        func chart(_ count: Int) -> ScatterChart {
            ScatterChart(
                title: "t", x: "γ", y: "β",
                groups: [
                    .init(name: "alive", points: (0..<count).map { .init(x: Double($0), y: 1, name: "conv \($0)") }),
                    .init(name: "cut", points: [.init(x: 0, y: -1, name: "conv 0")]),
                ])
        }
        let few = ScatterDrawing(chart(20)).svg, many = ScatterDrawing(chart(5000)).svg
        #expect(few.components(separatedBy: "<circle").count == 21 && few.components(separatedBy: "<path").count == 2)
        #expect(few.contains("<title>conv 3, alive: γ 3.00, β 1.00</title>"))
        #expect(!many.contains("<circle"))
        let counts = many.matches(of: /<title>alive: ([\d,]+)<\/title>/).compactMap {
            Int($0.1.replacing(",", with: ""))
        }
        #expect(counts.reduce(0, +) == 5000)
        #expect(try page([.scatter(chart(20))]).contains("alive (20)"))
    }

    @Test("Kernels are drawn tap by tap, the dead ones crossed out; too many are left out")
    func kernels() throws {
        func chart(_ count: Int) -> KernelChart {
            KernelChart(
                title: "Kernels",
                kernels: (0..<count).map {
                    .init(
                        name: "filter \($0)", isMarked: $0 == 1, width: 3, channels: 3,
                        values: Array(repeating: 0.5, count: 27))
                })
        }
        let found = try page([.kernels(chart(4))])
        #expect(found.components(separatedBy: "fill=\"rgb(255 255 255)\"").count == 37)
        #expect(found.components(separatedBy: "class=\"cross").count == 2 && found.contains("<title>filter 1</title>"))
        #expect(try !page([.kernels(chart(1000))]).contains("rgb(") && !page([.kernels(chart(0))]).contains("<figure"))
    }

    @Test("Of a table with too many rows the needed ones are there, and the script has the others")
    func longTable() throws {
        let rows = (0..<6000).map { [Cell.text($0 == 9 ? "</script><b>" : "layer"), .count($0)] }
        let table = Table([.left("layer"), .right("filter")], rows: rows)
        let found = try page([.longTable(table, needed: [5, 5999])])
        #expect(found.components(separatedBy: "<tr>").count == 4)
        let data = try #require(found.firstMatch(of: /<script type="application\/json">(.*?)<\/script>/))
        let columns = try JSONDecoder().decode([[String]].self, from: Data(String(data.1).utf8))
        #expect(columns.map(\.count) == [5998, 5998] && columns[0][8] == "</script><b>" && columns[1].first == "0")
        #expect(
            try !page([.longTable(Table(table.columns, rows: Array(rows.prefix(100))), needed: [])]).contains("json"))
    }

    @Test("What only a page has room for stands under its heading, and in tables for programs")
    func figures() throws {
        let report = Sections(
            subject: "m",
            sections: [.figures("Details", [.table(Table([.left("a")], rows: [["b"]])), .note("remark")])])
        #expect(try HTMLRenderer(nil).render(report).contains("<h2>Details</h2>"))
        #expect(report.text.isEmpty && !report.markdown.contains("Details") && report.csv == "a\nb\n")
    }

    @Test("Charts of nothing, of one number, of equal and of infinite ones are drawn or left out")
    func degenerate() throws {
        func chart(_ values: [Double?]) -> Chart {
            Chart(title: "t", categories: values.map { _ in "c" }, series: [Chart.Series(name: "s", values: values)])
        }
        #expect(
            try !page([.chart(chart([]))]).contains("<svg") && !page([.chart(chart([nil, .nan]))]).contains("<svg"))
        for values: [Double?] in [[0], [7], [3, 3], [-2, -2], [.infinity, 1], [-5, 5], [1e-300, 1e300]] {
            let drawing = ChartDrawing(chart(values)).svg
            #expect(try page([.chart(chart(values))]).contains(drawing))
            #expect(!drawing.contains("nan") && !drawing.contains("inf\""), "\(drawing)")
        }
    }
}

/// A report of given sections.
private struct Sections: Report {
    static let kind = "sections"
    let subject: String
    let sections: [Section]
    func encode(to encoder: any Encoder) throws {}
}
