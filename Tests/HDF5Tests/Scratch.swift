import Testing
import TestSupport
@testable import HDF5

/// Runs `body` with a path where no file is yet, in a folder that goes away afterwards.
func withScratchPath(_ body: (String) throws -> Void) throws {
    let folder = TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.file("test.h5")) }
}

/// The root of a file that `write` filled, after it was closed and opened again; its name is gone from the disk.
func reopened(_ write: (Group) throws -> Void) throws -> Group {
    var root: Group?
    try withScratchPath { path in
        let new = try File.create(path)
        try Library.locked { try write(new.root) }
        try new.close()
        root = try File.open(path).root
    }
    return try #require(root)
}
