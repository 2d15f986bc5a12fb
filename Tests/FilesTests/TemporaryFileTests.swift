import Foundation
import TestSupport
import Testing
@testable import Files

/// What takes its name only when it is complete, and what becomes of it if it never is.
@Suite struct TemporaryFileTests {
    private let folder = TemporaryFolder()
    private var names: [String] { Folder.names(in: folder.path) ?? [] }

    private func path(_ name: String) -> String { folder.file(name) }

    private func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func create(_ name: String, _ text: String = "") {
        #expect(FileManager.default.createFile(atPath: path(name), contents: Data(text.utf8)))
    }

    @Test("A file has its name only once it is complete")
    func commit() throws {
        let file = try NewFile(path("a"), overwriting: false)
        try file.write { try $0.append("whole") }
        #expect(names.count == 1 && text("a") == nil)
        try file.commit()
        #expect(names == ["a"] && text("a") == "whole")
    }

    @Test("A file that is not committed leaves nothing")
    func dropped() throws {
        try NewFile(path("a"), overwriting: false).write { try $0.append("half") }
        #expect(names.isEmpty)
    }

    @Test("What exists stays, unless it may be overwritten; its permissions stay in any case")
    func overwriting() throws {
        create("a", "old")
        #expect(chmod(path("a"), 0o640) == 0)
        #expect(throws: FileError.exists(path: path("a"))) { try NewFile(path("a"), overwriting: false) }
        try NewFile.write("new".utf8, to: path("a"), overwriting: true)
        #expect(text("a") == "new" && FileStatus(path("a"))?.permissions == 0o640)
    }

    @Test("What came to be there meanwhile stays too")
    func meanwhile() throws {
        let file = try NewFile(path("a"), overwriting: false)
        create("a", "another's")
        #expect(throws: FileError.exists(path: path("a"))) { try file.commit() }
        #expect(text("a") == "another's")
    }

    @Test("Folders, FIFOs and devices are no outputs")
    func irregular() throws {
        #expect(mkfifo(path("fifo"), 0o600) == 0)
        for path in [folder.path, path("fifo"), "/dev/null"] {
            #expect(throws: FileError.cannotWrite(path: path, reason: "it is not a regular file")) {
                try NewFile(path, overwriting: true)
            }
        }
    }

    @Test("The next file begun in a folder removes leftovers, with what libraries put beside them, and nothing else")
    func leftovers() throws {
        let leftover = TemporaryName.random(), fifo = TemporaryName.random(), link = TemporaryName.random()
        for name in [leftover, "\(leftover).zip1", ".deadwood-notes", "\(leftover)x", "a"] { create(name) }
        #expect(mkfifo(path(fifo), 0o600) == 0 && symlink("a", path(link)) == 0)
        try NewFile.write([], to: path("b"), overwriting: false)
        #expect(Set(names) == [".deadwood-notes", "\(leftover)x", "a", "b", fifo, link])
    }

    @Test("A file whose writer lives stays, in this process as in others")
    func living() throws {
        let file = try NewFile(path("a"), overwriting: false)
        try NewFile.write([], to: path("b"), overwriting: false)
        try file.write { try $0.append("alive") }
        try file.commit()
        #expect(names == ["a", "b"] && text("a") == "alive")
    }

    @Test("A library may replace the file: what has the name is locked all the same")
    func replaced() throws {
        create("source", "old ")
        let file = try NewFile(path("a"), overwriting: false)
        try file.temporary.replace(byCopyOf: path("source")) { copy in
            let replacement = "\(copy).library"
            try (text("source").map { $0 + "new" } ?? "").write(toFile: replacement, atomically: false, encoding: .utf8)
            #expect(rename(replacement, copy) == 0)
        }
        try NewFile.write([], to: path("b"), overwriting: false)
        try file.commit()
        #expect(names == ["a", "b", "source"] && text("a") == "old new")
    }

    @Test("A leftover is not removed where its name means another file by now")
    func renamed() throws {
        let name = TemporaryName.random()
        create(name, "first")
        let leftover = Leftover(path(name))
        #expect(rename(path(name), path("done")) == 0)
        create(name, "second")
        leftover?.settle()
        #expect(names == [name, "done"] && text(name) == "second" && text("done") == "first")
    }

    @Test("Names are of 64 random bits")
    func randomNames() {
        let names = (0..<100).map { _ in TemporaryName.random() }
        #expect(Set(names).count == 100 && names.allSatisfy(TemporaryName.isOne))
        for name in [".deadwood-", ".deadwood-123", ".deadwood-00000000000000", ".deadwood-000000000000A", "deadwood"] {
            #expect(!TemporaryName.isOne(name))
        }
    }
}
