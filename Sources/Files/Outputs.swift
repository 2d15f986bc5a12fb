import Foundation

/// The rules for files that a command writes, asked before it does any work.
package enum Outputs {
    /// Throws `FileError` unless each of `paths` is a file to be, or a regular one that may be overwritten; in a folder
    /// that takes files; none of `inputs`, by whatever name; and no two are the same.
    package static func check(_ paths: [String], inputs: [String], overwriting: Bool) throws {
        let sources = inputs.compactMap(FilePlace.init)
        var places: [FilePlace] = []
        for path in paths {
            guard let place = FilePlace(path), place.isWritable else { throw FileError.notWritable(path: path) }
            if sources.contains(where: place.isSameOrInside) { throw FileError.outputIsInput(path: path) }
            if places.contains(where: place.isSame) { throw FileError.sameOutput(path: path) }
            if place.exists && !overwriting { throw FileError.exists(path: path) }
            places.append(place)
        }
    }
}

/// Where a path leads, links followed, whether there is a file or one is to be.
private struct FilePlace {
    /// Of the file, or of the folder that it is to be in.
    private let status: FileStatus
    /// The name in that folder, for a file to be.
    private let newName: String?
    private let folder: String

    /// Nil where not even the folder exists.
    init?(_ path: String) {
        let url = URL(fileURLWithPath: path), present = FileStatus(path)
        folder = url.deletingLastPathComponent().path
        guard let status = present ?? FileStatus(folder) else { return nil }
        self.status = status
        newName = present == nil ? url.lastPathComponent : nil
    }

    var exists: Bool { newName == nil }
    var isWritable: Bool { unsafe (!exists || status.kind == .file) && access(folder, W_OK) == 0 }

    func isSame(as other: FilePlace) -> Bool { status.isSameFile(as: other.status) && newName == other.newName }

    /// Whether this is `other`, or would overwrite a file of the folder `other`.
    func isSameOrInside(_ other: FilePlace) -> Bool {
        isSame(as: other) || exists && FilePlace(folder).map(other.isSame) ?? false
    }
}
