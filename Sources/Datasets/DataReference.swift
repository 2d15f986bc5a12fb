import Files

/// What `PATH[:part]` on the command line names: a file or folder, and a dataset or subset in it.
package struct DataReference: Equatable, Sendable {
    package let path: String
    /// What follows the colon; nil where nothing does.
    package let part: String?

    enum Format { case folder, idx, hdf5 }

    /// What is there, by its look.
    var format: Format {
        if FileStatus(path)?.kind == .folder { return .folder }
        return part == nil && IDXFile.isPlausible(path) ? .idx : .hdf5
    }

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
