/// A file that is read, as it was found: what is made of it must not be of two states of it.
package struct SourceFile: Sendable {
    package let path: String
    private let status: FileStatus?

    /// To be made before the file is read.
    package init(_ path: String) { (self.path, status) = (path, FileStatus(path)) }

    /// Throws `FileError.inputChanged` where the path leads to another file by now, or to one that was written to.
    package func requireUnchanged() throws {
        guard let status else { return }
        guard let now = FileStatus(path), now.isUnchanged(since: status) else {
            throw FileError.inputChanged(path: path)
        }
    }
}

extension [SourceFile] {
    /// What `body` makes of the files. Throws `FileError.inputChanged` where one of them changed, whatever else went
    /// wrong: that would only follow from it.
    package func unchanged<Result>(_ body: () throws -> Result) throws -> Result {
        let result = Swift.Result { try body() }
        for file in self { try file.requireUnchanged() }
        return try result.get()
    }
}
