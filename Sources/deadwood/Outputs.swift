import Datasets
import Foundation

/// The rules for files that a command writes, asked before it does any work.
enum Outputs {
    /// Throws unless each of `paths` is a file to be, or a regular one that may be overwritten; in a folder that takes
    /// files; none of `inputs`, by whatever name; and no two are the same.
    static func check(_ paths: [String], inputs: [String], overwrite: Bool) throws {
        let sources = inputs.compactMap(FilePlace.init)
        var places: [FilePlace] = []
        for path in paths {
            guard let place = FilePlace(path), place.isWritable else { throw CommandError.notWritable(path: path) }
            if sources.contains(where: place.isSameOrInside) { throw CommandError.outputIsInput(path: path) }
            if places.contains(place) { throw CommandError.sameOutput(path: path) }
            if place.exists && !overwrite { throw CommandError.exists(path: path) }
            places.append(place)
        }
    }
}

/// Where a path leads, links followed: equal for all names of a file, whether it exists or is to be.
private struct FilePlace: Equatable {
    private let device: UInt
    private let number: UInt
    /// The name in the folder that `number` is, for a file to be.
    private let newName: String?
    private let isRegular: Bool
    private let folder: String

    /// Nil where not even the folder exists.
    init?(_ path: String) {
        let url = URL(fileURLWithPath: path)
        folder = url.deletingLastPathComponent().path
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        if !exists { guard unsafe stat(folder, &status) == 0 else { return nil } }
        (device, number) = (status.st_dev, status.st_ino)
        newName = exists ? nil : url.lastPathComponent
        isRegular = exists && status.st_mode & S_IFMT == S_IFREG
    }

    var exists: Bool { newName == nil }
    var isWritable: Bool { unsafe (isRegular || !exists) && access(folder, W_OK) == 0 }

    /// Whether this is `other`, or would overwrite a file of the folder `other`.
    func isSameOrInside(_ other: FilePlace) -> Bool { self == other || exists && FilePlace(folder) == other }

    static func == (a: FilePlace, b: FilePlace) -> Bool {
        (a.device, a.number, a.newName) == (b.device, b.number, b.newName)
    }
}
