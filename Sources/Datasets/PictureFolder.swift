import Files
import Foundation

/// The pictures of a folder that holds a folder for each class, and their classes.
struct PictureFolder: Sendable {
    /// The names of the classes: those of the training set's folders, in the order of their bytes. None where the
    /// pictures lie together without classes.
    let classNames: [String]
    /// Every picture with its class: class by class, in the order of names.
    let files: [(path: String, label: Int)]

    private static let parts = ["train": ["train"], "test": ["val", "test"]]
    /// Names of the formats that are read, which a file's content then decides, and of those that are not.
    private static let readable: Set = ["jpg", "jpeg", "jpe", "png"]
    private static let unreadable: Set = ["bmp", "gif", "webp", "tif", "tiff", "avif", "heic", "ppm", "pgm"]

    /// Whether there is a training or a test set of its own in `path`.
    static func hasParts(_ path: String) -> Bool {
        parts.values.joined().contains { !classes(in: "\(path)/\($0)").isEmpty }
    }

    /// The folder of a part: `train`; `val` or `test`; without parts `path` itself is the training set. Nil where that
    /// holds no folders.
    private static func folder(of part: String, in path: String) -> String? {
        let folders = hasParts(path) ? (parts[part] ?? []).map { "\(path)/\($0)" } : part == "train" ? [path] : []
        return folders.first { !classes(in: $0).isEmpty }
    }

    /// The pictures of a part, nil where there is none; those that lie in `path` itself, without classes, are a
    /// training set. Throws `unknownClass`, `notDecodable` for formats that are not read.
    static func files(of part: String, in path: String) throws -> PictureFolder? {
        if part == "train", classes(in: path).isEmpty {
            return PictureFolder(classNames: [], files: try pictures(in: path).map { ($0, 0) })
        }
        return try folder(of: part, in: path).map {
            try files(in: $0, classNames: folder(of: "train", in: path).map(classes))
        }
    }

    /// The pictures in `folder`, which holds a folder for each class: of `names`, or the classes that there are.
    static func files(in folder: String, classNames names: [String]? = nil) throws -> PictureFolder {
        let found = classes(in: folder), names = names ?? found, numbers = numbered(names)
        return PictureFolder(
            classNames: names,
            files: try found.flatMap { name in
                guard let label = numbers[name] else {
                    throw DatasetError.unknownClass(path: "\(folder)/\(name)", name: name)
                }
                return try pictures(in: "\(folder)/\(name)").map { ($0, label) }
            })
    }

    /// The test set of Tiny ImageNet: its annotations are lines of a file's name, its class, and more, parted by tabs.
    static func annotated(in path: String) throws -> PictureFolder {
        let names = classes(in: "\(path)/train"), numbers = numbered(names),
            annotations = "\(path)/val/val_annotations.txt"
        let text = String(
            decoding: try ByteStore.file(path: annotations).read(0..<(try FileStatus.length(ofFile: annotations))),
            as: UTF8.self)
        return PictureFolder(
            classNames: names,
            files: try text.split(whereSeparator: \.isNewline).map { line in
                let fields = line.split(separator: "\t")
                guard fields.count >= 2, !fields[0].contains("/") else {
                    throw DatasetError.notReadable(
                        path: annotations, reason: "expected lines of a file's name and its class, parted by a tab")
                }
                guard let label = numbers[String(fields[1])] else {
                    throw DatasetError.unknownClass(path: annotations, name: String(fields[1]))
                }
                return ("\(path)/val/images/\(fields[0])", label)
            })
    }

    private static func numbered(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }

    /// The folders in `path`, hidden ones aside, in the order of their bytes.
    private static func classes(in path: String) -> [String] {
        contents(of: path).filter { FileStatus("\(path)/\($0)")?.kind == .folder }
    }

    /// The pictures in `folder` and the folders below it; links to folders, which may lead in circles, are not
    /// followed.
    private static func pictures(in folder: String) throws -> [String] {
        try contents(of: folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)", suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            if readable.contains(suffix) { return [path] }
            if unreadable.contains(suffix) {
                throw DatasetError.notDecodable(path: path, reason: "'\(suffix)' is not read, JPEG and PNG are")
            }
            let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
            return !isLink && FileStatus(path)?.kind == .folder ? try pictures(in: path) : []
        }
    }

    private static func contents(of path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }
}
