import Foundation
import TestSupport
import Testing
@testable import Files

@Suite struct InputFileTests {
    private let folder = TemporaryFolder()

    @Test("A regular file is read by ranges, and as long as it was when it was opened")
    func ranges() throws {
        let path = try folder.write("a", "0123456789".utf8), file = try InputFile(path)
        #expect(file.bytes == 10)
        #expect(try file.read(3..<6) == Array("345".utf8))
        #expect(try file.read(10..<10).isEmpty)
        #expect(throws: FileError.cannotRead(path: path, reason: "it ends after 10 bytes")) { try file.read(8..<11) }
    }

    @Test("A part of a file is read as if it were one, and nothing beside it")
    func part() throws {
        let path = try folder.write("a", "0123456789".utf8), file = try InputFile(path, part: 2..<7)
        #expect(file.bytes == 5)
        #expect(try file.read(0..<5) == Array("23456".utf8))
        #expect(throws: FileError.cannotRead(path: path, reason: "it ends after 5 bytes")) { try file.read(4..<6) }
        #expect(throws: FileError.cannotRead(path: path, reason: "it ends after 10 bytes")) {
            try InputFile(path, part: 2..<11)
        }
    }

    @Test("What a library reads begins at the start, and outlives the file")
    func library() throws {
        let descriptor = try InputFile(folder.write("a", "abc".utf8)).descriptorForLibrary()
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4)
        #expect(read(descriptor, &bytes, 4) == 3)
        #expect(bytes == [97, 98, 99, 0])
    }

    @Test("FIFOs, sockets, devices and folders are refused at once, also behind a link")
    func irregular() throws {
        #expect(mkfifo(folder.file("fifo"), 0o600) == 0)
        #expect(symlink("fifo", folder.file("link")) == 0)
        for path in [folder.path, folder.file("fifo"), folder.file("link"), "/dev/zero", "/dev/tty"] {
            #expect(throws: FileError.notRegular(path: path)) { try InputFile(path) }
        }
    }

    @Test("What is not there is said by the system's own words")
    func absent() {
        let path = folder.file("absent")
        #expect(throws: FileError.cannotRead(path: path, reason: "No such file or directory")) { try InputFile(path) }
    }
}
