import Foundation
import TestSupport
import Testing
@testable import Files

/// Two files that belong together, under two names: `a` and `b`, of which `b` is named first.
@Suite struct FilePairTests {
    private let folder = TemporaryFolder()
    private var names: [String] { Folder.names(in: folder.path) ?? [] }

    private func path(_ name: String) -> String { folder.file(name) }
    private func text(_ name: String) -> String? {
        (try? folder.bytes(name)).map { String(decoding: $0, as: UTF8.self) }
    }
    private func put(_ name: String, _ text: String) throws { try folder.write(name, text.utf8) }

    private func pair(_ text: String, overwriting: Bool) throws -> (a: NewFile, b: NewFile) {
        let a = try NewFile(path("a"), overwriting: overwriting)
        let b = try NewFile(path("b"), overwriting: overwriting, beside: a)
        for file in [a, b] { try file.write { try $0.append(text) } }
        return (a, b)
    }

    /// What a process leaves that is killed when both files are complete, and `b` has its name, if that is `named`.
    private func killedPair(named: Bool, overwriting: Bool = true, meanwhile: () throws -> Void = {}) throws {
        let (a, b) = try pair("new", overwriting: overwriting)
        try meanwhile()
        try PairNote(a, b).write()
        if named { try Naming(temporary: b.temporary.path, path: b.path, overwriting: overwriting).apply() }
        a.temporary.leave()
        b.temporary.leave()
        a.temporary.unlock()
    }

    /// Begins another file in the folder and names it `c`.
    private func next() throws { try NewFile.write([], to: path("c"), overwriting: true) }

    @Test("Both have their names, and nothing else is left", arguments: [false, true])
    func committed(overwriting: Bool) throws {
        if overwriting { for name in ["a", "b"] { try put(name, "old") } }
        let (a, b) = try pair("new", overwriting: overwriting)
        try a.commit(with: b)
        #expect(names == ["a", "b"] && text("a") == "new" && text("b") == "new")
    }

    @Test("A pair that is not committed leaves nothing")
    func dropped() throws {
        _ = try pair("new", overwriting: false)
        #expect(names.isEmpty)
    }

    @Test("Where the first cannot have its name, the second is as it was, or not at all")
    func refused() throws {
        let new = try pair("new", overwriting: false)
        try put("a", "another's")
        #expect(throws: FileError.exists(path: path("a"))) { try new.a.commit(with: new.b) }
        #expect(text("a") == "another's" && text("b") == nil)

        try put("b", "old")
        let replacing = try pair("new", overwriting: true)
        try FileManager.default.removeItem(atPath: path("a"))
        try FileManager.default.createDirectory(atPath: path("a"), withIntermediateDirectories: false)
        #expect(throws: FileError.cannotWrite(path: path("a"), reason: "Is a directory")) {
            try replacing.a.commit(with: replacing.b)
        }
        #expect(text("b") == "old")
    }

    @Test("A pair of which one file has its name is completed by the next command", arguments: [false, true])
    func completed(overwriting: Bool) throws {
        if overwriting { for name in ["a", "b"] { try put(name, "old") } }
        try killedPair(named: true, overwriting: overwriting)
        #expect(text("a") == (overwriting ? "old" : nil) && text("b") == "new")
        try next()
        #expect(names == ["a", "b", "c"] && text("a") == "new" && text("b") == "new")
    }

    @Test("Completed is also a pair that the next command would have written")
    func repeated() throws {
        try killedPair(named: true, overwriting: false)
        #expect(throws: FileError.exists(path: path("a"))) { try NewFile(path("a"), overwriting: false) }
        #expect(names == ["a", "b"] && text("a") == "new")
    }

    @Test("A pair of which no file has its name is undone")
    func undone() throws {
        try put("b", "old")
        try killedPair(named: false)
        try next()
        #expect(names == ["b", "c"] && text("b") == "old")
    }

    @Test("What somebody changed since stays", arguments: ["a", "b"])
    func changed(name: String) throws {
        for name in ["a", "b"] { try put(name, "old") }
        try killedPair(named: true)
        try put(name, "another's")
        try next()
        #expect(names == ["a", "b", "c"] && text(name) == "another's" && text("a") != "new")
    }

    @Test("Another's file that is not to be overwritten stays, when it appeared before the kill and after it")
    func appeared() throws {
        try killedPair(named: true, overwriting: false) { try put("a", "another's") }
        try next()
        #expect(names == ["a", "b", "c"] && text("a") == "another's")
        for name in names { try FileManager.default.removeItem(atPath: path(name)) }
        try killedPair(named: true, overwriting: false)
        try put("a", "another's")
        try next()
        #expect(names == ["a", "b", "c"] && text("a") == "another's")
    }

    @Test("A part of a note completes nothing")
    func halfNote() throws {
        for name in ["a", "b"] { try put(name, "old") }
        try killedPair(named: true)
        let note = try #require(names.first { $0.hasSuffix(".note") })
        try put(note, String(try #require(text(note)).dropLast()))
        try next()
        #expect(names == ["a", "b", "c"] && text("a") == "old")
    }

    @Test("As long as the writer lives, its pair is left alone")
    func living() throws {
        let (a, b) = try pair("new", overwriting: false)
        try PairNote(a, b).write()
        try next()
        #expect(names.count == 4 && text("a") == nil)
        try FileManager.default.removeItem(atPath: "\(a.temporary.path).note")
        try a.commit(with: b)
        #expect(names == ["a", "b", "c"])
    }

    @Test("What was put beside a file that is gone goes too")
    func orphans() throws {
        try put("\(TemporaryName.random()).note", "orphan")
        try next()
        #expect(names == ["c"])
    }
}
