import Files

/// CIFAR-10 or CIFAR-100 in the binary layout: records of label bytes, then 32×32 pixels of red, of green, of blue.
///
/// Source: Krizhevsky's description of the data sets. CIFAR-100 has a coarse and a fine label; the fine one counts.
struct CIFARImages: ImageSource {
    let path: String
    let count: Int
    let imageShape = [32, 32, 3]
    let hasLabels = true
    var classes: Int? { labelBytes == 1 ? 10 : 100 }
    let classNames: [String]?
    private let labelBytes: Int
    /// The files in order, with the number of images in each.
    private let files: [(store: ByteStore, count: Int)]
    private var recordBytes: Int { labelBytes + 3072 }

    /// Means and deviations of the training set's channels.
    var preprocessing: Preprocessing {
        labelBytes == 1
            ? Preprocessing(scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std: [0.2470, 0.2435, 0.2616])
            : Preprocessing(scale: 1 / 255, mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762])
    }

    /// Throws `notFound`, `notReadable`, and `wrongSize` for a file that is not made of whole records.
    init(files paths: [String], labelBytes: Int, path: String) throws {
        let recordBytes = labelBytes + 3072
        files = try paths.map { path in
            let length = try FileStatus.length(ofFile: path)
            guard length > 0, length.isMultiple(of: recordBytes) else {
                throw DatasetError.wrongSize(
                    path: path, expected: "records of \(recordBytes) bytes", found: "\(length) bytes")
            }
            return (.file(path: path), length / recordBytes)
        }
        count = files.reduce(0) { $0 + $1.count }
        (self.labelBytes, self.path) = (labelBytes, path)
        let names = "\(path)/\(labelBytes == 1 ? "batches.meta.txt" : "fine_label_names.txt")"
        classNames = Self.classNames(names, count: labelBytes == 1 ? 10 : 100)
    }

    func read(_ images: Range<Int>) throws -> Pixels {
        var pixels = [UInt8](repeating: 0, count: images.count * 3072), position = 0
        for (bytes, records) in try records(images) {
            for record in 0..<records {
                let start = record * recordBytes + labelBytes
                for pixel in 0..<1024 {
                    for channel in 0..<3 {
                        pixels[position] = bytes[start + channel * 1024 + pixel]
                        position += 1
                    }
                }
            }
        }
        return .bytes(pixels)
    }

    func labels(_ images: Range<Int>) throws -> [Int]? {
        try records(images).flatMap { bytes, records in
            (0..<records).map { Int(bytes[$0 * recordBytes + labelBytes - 1]) }
        }
    }

    /// The lines of a file of `count` names, nil where it is missing or another.
    private static func classNames(_ path: String, count: Int) -> [String]? {
        guard let length = try? FileStatus.length(ofFile: path), length < 1 << 16,
            let bytes = try? ByteStore.file(path: path).read(0..<length)
        else { return nil }
        let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        return names.count == count ? names : nil
    }

    /// The records of `images` from each file that holds some.
    private func records(_ images: Range<Int>) throws -> [(bytes: [UInt8], records: Int)] {
        var first = 0
        return try files.compactMap { store, count in
            let range = images.clamped(to: first..<(first + count))
            defer { first += count }
            guard !range.isEmpty else { return nil }
            let bytes = try store.read(
                ((range.lowerBound - first) * recordBytes)..<((range.upperBound - first) * recordBytes))
            return (bytes, range.count)
        }
    }
}
