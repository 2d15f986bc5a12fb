import Foundation
import TestSupport
import Testing
@testable import Files

/// A file that is read must be one file in one state from the first byte to the last.
@Suite struct SourceFileTests {
    private let folder = TemporaryFolder()
    private let path: String

    init() throws { path = try folder.write("source", "12345678".utf8) }

    private func expectChange(_ change: () throws -> Void) {
        let source = SourceFile(path)
        #expect(throws: FileError.inputChanged(path: path)) {
            try change()
            try source.requireUnchanged()
        }
    }

    @Test("A file that was only read is what it was")
    func read() throws {
        let source = SourceFile(path)
        #expect(try [UInt8](contentsOf: path).count == 8)
        try source.requireUnchanged()
    }

    @Test("Written to in place, though it has its old length and time; replaced; removed; cut off")
    func changes() throws {
        expectChange {
            var before = stat()
            #expect(stat(path, &before) == 0)
            usleep(20_000)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.write(contentsOf: Data("87654321".utf8))
            try file.close()
            #expect(utimensat(AT_FDCWD, path, [before.st_atim, before.st_mtim], 0) == 0)
        }
        expectChange {
            let other = try folder.write("other", "12345678".utf8)
            #expect(rename(other, path) == 0)
        }
        expectChange { #expect(truncate(path, 4) == 0) }
        expectChange { #expect(unlink(path) == 0) }
    }

    @Test("What else went wrong is told only where no file changed")
    func errors() throws {
        let sources = [SourceFile(path)], other = FileError.exists(path: "other")
        #expect(throws: other) { try sources.unchanged { throw other } }
        #expect(try sources.unchanged { 7 } == 7)
        #expect(throws: FileError.inputChanged(path: path)) {
            try sources.unchanged {
                #expect(truncate(path, 4) == 0)
                throw other
            }
        }
    }
}
