/// A piece of a report; how it looks is up to the renderer.
package enum Section: Equatable, Sendable {
    /// The heading of what follows, where a report is made of others.
    case part(String)
    /// What only a page has room for, under a heading.
    indirect case figures(String, [Section])
    /// All of it in a sentence or two: the end of a text, the beginning of a page.
    case verdict(String)
    /// What it comes to, before everything else.
    case headline(String)
    case paragraph(String)
    /// `indent`: blanks before its lines, where it is plain text; `title` where headings are possible.
    case list([Item], title: String? = nil, indent: Int = 2)
    case table(Table)
    /// A table of more rows than a terminal has room for; `needed`: those to be shown where all are too many for a page.
    case longTable(Table, needed: Set<Int>)
    case chart(Chart)
    case scatter(ScatterChart)
    case network(NetworkChart)
    case kernels(KernelChart)
    /// A remark on what stands directly above.
    case note(String)
}

/// An entry of a list.
package struct Item: Equatable, Sendable {
    package let label: String?
    /// Nil: the entry is left out, but labels are aligned as if it were there, so that a list always looks the same.
    package let text: String?
    /// What the entry rests on, a line each.
    package let details: [String]

    package init(_ label: String, _ text: String?, details: [String] = []) {
        (self.label, self.text, self.details) = (label, text, details)
    }

    package init(_ text: String, details: [String] = []) {
        (label, self.text, self.details) = (nil, text, details)
    }
}
