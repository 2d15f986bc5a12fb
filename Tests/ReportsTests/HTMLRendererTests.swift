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
