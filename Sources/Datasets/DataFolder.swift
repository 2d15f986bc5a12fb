import Files
import Foundation

/// A folder of files in a layout that data sets are published in.
enum DataFolder {
    enum Layout { case cifar10, cifar100, idx, tinyImageNet, pictures }

    /// The images at `path`, or in the folder that the archive of a data set unpacks to inside it.
    ///
    /// `part` is `train` or `test`; nil means `test`, or everything where a folder of pictures has no parts.
    /// Throws `unknownFolder`, `ambiguous`, and what reading throws.
    static func open(_ path: String, part: String?, size: ImageSize = .init()) throws -> any ImageSource {
        let wanted = part ?? "test"
        guard ["train", "test"].contains(wanted) else {
            throw DatasetError.unknownFolder(
                path: path, reason: "'\(wanted)' is no part of a data set, 'train' and 'test' are")
        }
        if let found = try find(wanted, in: path, size: size) { return found }
        if part == nil, !PictureFolder.hasParts(path), let all = try find("train", in: path, size: size) { return all }
        throw DatasetError.unknownFolder(path: path, reason: "there is no \(wanted) set in it")
    }

    /// The images of the part `train` or `test`, nil where there is no such part; of one layout only where one is
    /// given.
    ///
    /// A folder of pictures without parts is a training set. Throws `ambiguous`, and what reading throws.
    static func find(_ part: String, in path: String, layout: Layout? = nil, size: ImageSize = .init()) throws -> (
        any ImageSource
    )? {
        let unpacked = ["cifar-10-batches-bin", "cifar-100-binary", "tiny-imagenet-200"].map { "\(path)/\($0)" }
        let found = ([path] + unpacked).flatMap { candidates(in: $0, part: part, size: size) }.filter {
            layout == nil || $0.layout == layout
        }
        guard let only = found.first else {
            guard layout == nil || layout == .pictures, let pictures = try PictureFolder.files(of: part, in: path),
                !pictures.files.isEmpty
            else { return nil }
            return try Pictures(pictures, path: path, size: size)
        }
        guard found.count == 1 else { throw DatasetError.ambiguous(path: path, candidates: found.map(\.marker)) }
        let images = try only.open()
        return images is Pictures ? images : try images.sized(size)
    }

    /// A data set recognized by the file or folder `marker`.
    private struct Candidate {
        let layout: Layout
        let marker: String
        let open: () throws -> any ImageSource
    }

    private static func candidates(in folder: String, part: String, size: ImageSize) -> [Candidate] {
        let cifar10 = part == "test" ? ["test_batch.bin"] : (1...5).map { "data_batch_\($0).bin" }
        var found: [Candidate] = []
        for (layout, names, labelBytes) in [(Layout.cifar10, cifar10, 1), (.cifar100, ["\(part).bin"], 2)] {
            let files = names.map { "\(folder)/\($0)" }
            guard FileStatus(files[0]) != nil else { continue }
            found.append(
                Candidate(layout: layout, marker: files[0]) {
                    try CIFARImages(files: files, labelBytes: labelBytes, path: folder)
                })
        }
        let prefix = part == "test" ? "t10k" : "train"
        let names = ["-images-idx3-ubyte", "-images.idx3-ubyte"].flatMap { [prefix + $0, prefix + $0 + ".gz"] }
        // Packed and unpacked lie side by side in many folders: the first counts.
        if let file = names.map({ "\(folder)/\($0)" }).first(where: { FileStatus($0) != nil }) {
            found.append(
                Candidate(layout: .idx, marker: file) {
                    try IDXImages(file, labelsPath: IDXImages.labelsPath(besides: file))
                })
        }
        let annotations = "\(folder)/val/val_annotations.txt"
        if FileStatus(annotations) != nil {
            found.append(
                Candidate(layout: .tinyImageNet, marker: annotations) {
                    try Pictures(
                        part == "test"
                            ? PictureFolder.annotated(in: folder) : PictureFolder.files(in: "\(folder)/train"),
                        path: folder, size: size)
                })
        }
        return found
    }
}
