import Testing
@testable import Reports

@Suite struct MarkdownRendering {
    @Test("A table keeps its alignment, and bars in cells do not part them")
    func table() {
        #expect(
            Sample(.table(Table([.left("row"), .right("γ")], rows: [["a|b", "12"]]))).markdown
                == "# sample\n\n| row | γ |\n| --- | ---: |\n| a\\|b | 12 |\n")
    }

    @Test("Blank lines part all blocks, and titles become headings")
    func blocks() {
        let report = Sample(
            .headline("first"), .part("ONE"), .table(Table([.left("a")], title: "All")), .note("of the table"),
            .list([Item("label", "text", details: ["detail"]), Item("other", nil), Item("free")], title: "Laws"),
            .chart(Chart(title: "t", categories: [], series: [])))
        #expect(
            report.markdown == """
                # sample

                first

                ## ONE

                ## All

                | a |
                | --- |

                of the table

                ## Laws

                - label: text
                  - detail
                - free

                """)
    }
}
