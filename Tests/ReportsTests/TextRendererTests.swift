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

    @Test(
        "In a narrow terminal columns give way by rank, names are shortened in the middle, and it is said what is not there"
    )
    func narrow() {
        let table = Table(
            [.left("layer"), .left("kind", rank: 2), .right("filters"), .right("p99", rank: 1)],
            rows: [["a_very_long_name_of_a_convolution", "Convolution", .count(1200), "0.123"]])
        let report = Sample(.table(table))
        #expect(
            TextRenderer(width: 45).render(report) == """
                layer                 filters    p99
                ────────────────────  ───────  ─────
                a_very_lo…onvolution    1,200  0.123
                no room here for: kind

                """)
        #expect(
            TextRenderer(width: 21).render(report) == """
                layer         filters
                ────────────  ───────
                a_ver…lution    1,200
                no room here for:
                kind, p99

                """)
        #expect(report.text.contains("a_very_long_name_of_a_convolution  Convolution    1,200  0.123"))
        for width in 1...100 {
            let lines = TextRenderer(width: width).render(report).split(separator: "\n")
            #expect(width < 21 || lines.allSatisfy { $0.count <= width }, "\(width)")
        }
    }

    @Test("Words are wrapped between words; lists and last columns hang below their beginning")
    func wrapping() {
        let report = Sample(
            .headline("one two three four five"),
            .list([Item("label", "alpha beta gamma", details: ["delta epsilon zeta"])]),
            .table(Table([.right("n"), .left("why")], rows: [[.count(1), "since it is read by another"]])))
        #expect(
            TextRenderer(width: 20).render(report) == """
                one two three four
                five
                  label  alpha beta
                         gamma
                    delta epsilon
                    zeta

                n  why
                ─  ─────────────────
                1  since it is read
                   by another

                """)
        #expect(TextRenderer(width: 3).render(Sample(.headline("abcdefgh"))) == "abc\ndef\ngh")
    }
}
