/// A folder of files in a layout that data sets are published in.
enum DataFolder {
    /// The images at `path`, or in the folder that the archive of a data set unpacks to inside it.
    ///
    /// `part` is `train` or `test`, nil means `test`. Throws `unknownFolder`, `ambiguous`, and what reading throws.
    static func open(_ path: String, part: String?) throws -> any ImageSource {
        let part = part ?? "test"
        guard ["train", "test"].contains(part) else {
            throw DatasetError.unknownFolder(path: path, reason: "'\(part)' is no part of a data set, 'train' and 'test' are")
        }
        let folders = [".", "cifar-10-batches-bin", "cifar-100-binary"].map { $0 == "." ? path : "\(path)/\($0)" }
        let found = folders.flatMap { candidates(in: $0, part: part) }
        guard let only = found.first else {
            throw DatasetError.unknownFolder(path: path, reason: "there is no \(part) set in it")
        }
        guard found.count == 1 else { throw DatasetError.ambiguous(path: path, candidates: found.map(\.marker)) }
        return try only.open()
    }

    /// A data set recognized by the file `marker`.
    private struct Candidate {
        let marker: String
        let open: () throws -> any ImageSource
    }

    private static func candidates(in folder: String, part: String) -> [Candidate] {
        let cifar10 = part == "test" ? ["test_batch.bin"] : (1...5).map { "data_batch_\($0).bin" }
        var found: [Candidate] = []
        for (names, labelBytes) in [(cifar10, 1), (["\(part).bin"], 2)] {
            let files = names.map { "\(folder)/\($0)" }
            guard FileStatus(files[0]) != nil else { continue }
            found.append(Candidate(marker: files[0]) { try CIFARImages(files: files, labelBytes: labelBytes, path: folder) })
        }
        let prefix = part == "test" ? "t10k" : "train"
        let names = ["-images-idx3-ubyte", "-images.idx3-ubyte"].flatMap { [prefix + $0, prefix + $0 + ".gz"] }
        // Packed and unpacked lie side by side in many folders: the first counts.
        if let file = names.map({ "\(folder)/\($0)" }).first(where: { FileStatus($0) != nil }) {
            found.append(Candidate(marker: file) { try IDXImages(file, labelsPath: IDXImages.labelsPath(besides: file)) })
        }
        return found
    }
}
