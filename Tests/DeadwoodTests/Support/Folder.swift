import Foundation

/// A folder of its own for a test, gone with it.
final class Folder: Sendable {
    let path: String

    /// Where processes put temporary files.
    var temporary: String { file("temporary") }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "deadwood-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(path)/temporary", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// Everything inside, however deep, hidden files too, with the contents of files.
    var state: [String: Data] {
        get throws {
            try FileManager.default.subpathsOfDirectory(atPath: path).reduce(into: [:]) {
                $0[$1] = FileManager.default.contents(atPath: file($1)) ?? Data()
            }
        }
    }

    /// Whether nothing has a name that only unfinished files have, here or where temporary files go.
    var hasNoTemporaryFiles: Bool { get throws { try temporaryFiles.isEmpty } }

    /// Whether one of them has been written to: an empty one may be there only to see whether files can be made.
    var hasHalfWrittenFile: Bool {
        get throws {
            try temporaryFiles.contains {
                (try? FileManager.default.attributesOfItem(atPath: file($0))[.size] as? Int) ?? 0 > 0
            }
        }
    }

    var temporaryFiles: [String] {
        get throws {
            try FileManager.default.subpathsOfDirectory(atPath: path).filter {
                $0.hasPrefix("temporary/") || $0.contains(".deadwood-") || $0.hasSuffix(".partial")
            }
        }
    }

    func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: file(name)))) }

    func text(_ name: String) throws -> String {
        String(decoding: FileManager.default.contents(atPath: file(name)) ?? Data(), as: UTF8.self)
    }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: URL(filePath: file(name)))
    }

    /// A new, empty file, open for writing.
    func newFile(_ name: String) throws -> FileHandle {
        try write(name, [])
        return try FileHandle(forWritingTo: URL(filePath: file(name)))
    }

    /// Puts a copy of a fixture here.
    func copy(_ fixture: String, as name: String) throws {
        try FileManager.default.copyItem(atPath: Fixture.path(fixture), toPath: file(name))
    }
}
