/// What a command answers: values that programs read as JSON, and sections that people read.
package protocol Report: Encodable, Sendable {
    /// The word that tells a file of it from those of other reports.
    static var kind: String { get }
    /// What it is about, such as a file or an experiment: the heading of a page.
    var subject: String { get }
    /// All that people read, in order.
    var sections: [Section] { get }
}

/// One way to write a report down.
package protocol Renderer: Sendable {
    func render(_ report: some Report) -> String
}
