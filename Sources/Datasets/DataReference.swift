/// What `PATH[:part]` on the command line names: a file or folder, and a dataset or subset in it.
package struct DataReference: Equatable, Sendable {
    package let path: String
    /// What follows the colon; nil where nothing does.
    package let part: String?

    /// Splits `text` at the last colon that has an existing file or folder before it, unless all of `text` names one.
    ///
    /// Throws `notFound` where nothing of it exists.
    package init(_ text: String) throws {
        if FileStatus(text) != nil {
            (path, part) = (text, nil)
            return
        }
        for colon in text.indices.reversed() where text[colon] == ":" && FileStatus(String(text[..<colon])) != nil {
            let name = text[text.index(after: colon)...]
            (path, part) = (String(text[..<colon]), name.isEmpty ? nil : String(name))
            return
        }
        throw DatasetError.notFound(path: text)
    }
}
