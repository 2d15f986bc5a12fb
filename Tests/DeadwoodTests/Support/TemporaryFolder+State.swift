import Foundation
import HDF5
import TestSupport

extension TemporaryFolder {
    /// Where processes put temporary files, made by the first of them.
    var temporary: String { file("temporary") }

    /// Everything inside, however deep, hidden files too, with the contents of files.
    var state: [String: Data] {
        get throws {
            try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0 != "temporary" }.reduce(into: [:]) {
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

    func text(_ name: String) throws -> String {
        String(decoding: FileManager.default.contents(atPath: file(name)) ?? Data(), as: UTF8.self)
    }

    /// A new, empty file, open for writing.
    func newFile(_ name: String) throws -> FileHandle { try FileHandle(forWritingTo: URL(filePath: write(name, []))) }

    /// Puts a copy of a fixture here.
    func copy(_ name: String, as copy: String) throws {
        try FileManager.default.copyItem(atPath: fixture(name), toPath: file(copy))
    }

    /// Makes an HDF5 file of datasets of numbers, stored as `type`.
    func corpus(_ name: String, _ datasets: [String: (shape: [Int], values: [Double])], type: ElementType = .float32)
        throws
    {
        try hdf5(name) { root in
            for (name, contents) in datasets { try root.add(name, contents.shape, contents.values, as: type) }
        }
    }
}
