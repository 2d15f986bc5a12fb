import Testing
@testable import Reports

@Suite struct TextRendering {
    private let table = Table([.left("layer"), .right("filters")], rows: [["conv", .count(1024)]])

    @Test("Words stand left, numbers right, under a rule as wide as the widest cell")
    func alignment() {
        var table = Table([.left("layer"), .right("filters"), .left("why")])
        table.add(["conv2d_10", "32", ""])
        table.add(["é", .count(1024), "pinned"])
        #expect(
            Sample(.table(table)).text == """
                layer      filters  why
                ─────────  ───────  ──────
                conv2d_10       32
                é            1,024  pinned

                """)
    }

    @Test("A table without rows is its header")
    func empty() { #expect(Sample(.table(Table([.left("a"), .right("bc")]))).text == "a  bc\n─  ──\n") }

    @Test("Blank lines set tables with their notes apart, also at the end")
    func blanks() {
        let report = Sample(
            .headline("first"), .table(table), .note("of the table"), .paragraph("between"), .table(table),
            .table(table))
        #expect(
            report.text == """
                first

                layer  filters
                ─────  ───────
                conv     1,024
                of the table

                between

                layer  filters
                ─────  ───────
                conv     1,024

                layer  filters
                ─────  ───────
                conv     1,024

                """)
    }

    @Test("A table's title stands right above it")
    func title() {
        #expect(Sample(.table(Table([.left("a")], title: "All", rows: [["b"]]))).text == "All\na\n─\nb\n")
    }

    @Test("A list aligns its labels, also by those of entries that are left out")
    func list() {
        let report = Sample(
            .headline("first"),
            .list([Item("error", "2 %", details: ["of 3"]), Item("lost", nil), Item("top class", nil), Item("free")]),
            .note("last"))
        #expect(report.text == "first\n  error      2 %\n    of 3\n  free\nlast")
    }

    @Test("A list below a table is set apart, one without indent starts at the margin, and its title is left out")
    func listBelowTable() {
        let report = Sample(
            .table(Table([.left("a")])), .list([Item("law", details: ["why"])], title: "Laws", indent: 0))
        #expect(report.text == "a\n─\n\nlaw\n    why")
    }

    @Test("What a part begins with stands right below its heading")
    func parts() {
        #expect(
            Sample(.part("ONE"), .headline("first"), .part("TWO"), .table(Table([.left("a")])), .part("THREE")).text
                == "ONE\nfirst\n\nTWO\na\n─\n\nTHREE")
    }

    @Test("Charts leave no trace")
    func charts() {
        let chart = Section.chart(Chart(title: "t", categories: ["1"], series: []))
        #expect(Sample(.headline("first"), chart, .note("last")).text == "first\nlast")
        #expect(Sample(.table(Table([.left("a")])), chart).text == "a\n─\n")
    }
}
