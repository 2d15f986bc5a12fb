import Testing
import TestSupport
@testable import HDF5
@testable import HDF5Writing

/// Runs `body` with a path where no file is yet, in a folder that goes away afterwards.
func withScratchPath(_ body: (String) throws -> Void) throws {
    let folder = TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.file("test.h5")) }
}

/// The root of a file that `write` filled, after it was closed and opened again; its name is gone from the disk.
func reopened(_ write: (GroupWriter) throws -> Void) throws -> Group {
    var root: Group?
    try withScratchPath { path in
        root = try written(path, write)
    }
    return try #require(root)
}

/// The root of the file at `path` that `write` filled, after it was closed and opened again.
func written(_ path: String, _ write: (GroupWriter) throws -> Void) throws -> Group {
    let new = try FileWriter(path)
    try Library.locked { try write(new.root) }
    try new.close()
    return try File.open(path).root
}
