import CHDF5
import Foundation
import Testing
@testable import HDF5
@testable import HDF5Writing

@Suite struct Errors {
    @Test("A missing file, a folder and a name with a NUL cannot be opened")
    func missing() throws {
        try withScratchPath { path in
            let absent = HDF5Error.cannotOpen(file: path, reason: "no such file, or its folder cannot be read")
            #expect(throws: absent) { try File.open(path) }
            #expect(throws: HDF5Error.self) { try File.open(path + "\0") }
            let folder = URL(filePath: path).deletingLastPathComponent().path
            #expect(throws: HDF5Error.cannotOpen(file: folder, reason: "it is not a regular file")) {
                try File.open(folder)
            }
            #expect(absent.description == "\(path): cannot be opened: no such file, or its folder cannot be read")
        }
    }

    @Test("A file cannot be created where there is no folder")
    func noFolder() throws {
        try withScratchPath { path in
            #expect {
                try FileWriter(path + "/deeper")
            } throws: { error in
                if case .cannotCreate(path + "/deeper", _)? = error as? HDF5Error { true } else { false }
            }
        }
    }

    #if os(Linux)
    @Test("A full disk is named")
    func fullDisk() {
        #expect(throws: HDF5Error.cannotCreate(file: "/dev/full", reason: "No space left on device")) {
            try FileWriter("/dev/full")
        }
    }
    #endif

    @Test("A process that begins while a file is written does not keep it from being read")
    func inheritance() throws {
        try withScratchPath { path in
            let file = try FileWriter(path)
            // Started so, it inherits every file that is open.
            var process: pid_t = 0, arguments = ["sleep", "60"].map { (word: String) in strdup(word) } + [nil]
            defer { arguments.forEach { free($0) } }
            try #require(posix_spawn(&process, "/bin/sleep", nil, nil, &arguments, nil) == 0)
            defer {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
            }
            try file.close()
            #expect(throws: Never.self) { try File.open(path) }
        }
    }

    @Test(
        "Text, and no bytes at all, are not HDF5",
        arguments: ["", "PK\u{3}\u{4}", String(repeating: "not HDF5 ", count: 500)])
    func notHDF5(content: String) throws {
        try withScratchPath { path in
            try Data(content.utf8).write(to: URL(filePath: path))
            #expect(throws: HDF5Error.notHDF5(file: path)) { try File.open(path) }
        }
    }

    @Test(
        "A file cut anywhere is an error, never a crash",
        arguments: [0, 7, 8, 12, 47, 48, 49, 96, 200, 400, 1000, 4000, 20_000])
    func truncated(length: Int) throws {
        try withScratchPath { path in
            let file = try FileWriter(path)
            try file.root.createDataset("x", shape: [10_000], type: .float32).write(
                [Float](repeating: 1, count: 10_000))
            try file.close()
            try Data(Data(contentsOf: URL(filePath: path)).prefix(length)).write(to: URL(filePath: path))
            #expect {
                try File.open(path)
            } throws: { error in
                switch error as? HDF5Error {
                case .truncated(path, _)?: length >= 48
                case .notHDF5(path)?: length < 8
                case .cannotOpen(path, _)?: length < 48
                default: false
                }
            }
        }
    }

    @Test("What is missing or of another kind is named by its path")
    func kinds() throws {
        try withScratchPath { path in
            let root = try written(path) { _ = try $0.createDataset("g/x", shape: [], type: .float32) }
            #expect(throws: HDF5Error.missing(file: path, object: "/g/y")) { try root.group("g").dataset("y") }
            #expect(throws: HDF5Error.missing(file: path, object: "/a/b")) { try root.group("a/b") }
            #expect(throws: HDF5Error.wrongKind(file: path, object: "/g/x", expected: .group, found: .dataset)) {
                try root.group("g/x")
            }
            #expect(throws: HDF5Error.wrongKind(file: path, object: "/g", expected: .dataset, found: .group)) {
                try root.dataset("g")
            }
            #expect(
                HDF5Error.wrongKind(file: "m.h5", object: "/g", expected: .dataset, found: .group).description
                    == "m.h5: '/g' should be a dataset, it is a group; check the path")
        }
    }

    @Test("A type that can only be read cannot be made")
    func unmakable() throws {
        try withScratchPath { path in
            let root = try FileWriter(path).root
            #expect(
                throws: HDF5Error.wrongType(file: path, object: "/x", expected: "numbers or strings", found: "booleans")
            ) {
                try root.createDataset("x", shape: [], type: .boolean)
            }
        }
    }
}
