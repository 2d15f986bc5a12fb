import HDF5

/// The labels of images in an HDF5 file: class numbers (N or N×1), or a row of class probabilities for each (N×K).
struct HDF5Labels: Sendable {
    private let path: String
    private let dataset: Dataset
    /// 1 for class numbers.
    private let classes: Int

    /// How many classes the rows of probabilities have, nil for class numbers.
    var probabilities: Int? { classes == 1 ? nil : classes }
    /// The attribute `class_names`, nil where there is none.
    var classNames: [String]? { get throws { try dataset.attributes.strings("class_names") } }

    /// The labels beside the images `name`, nil where there are none. Throws `labelCount`, `HDF5Error`.
    static func find(for name: String, count: Int, in root: Group, path: String) throws -> HDF5Labels? {
        for candidate in names(for: name) where try root.kind(of: candidate) == .dataset {
            let dataset = try root.dataset(candidate), shape = dataset.shape
            let classes = shape.count == 2 ? shape[1] : 1
            guard dataset.type.isNumber, (1...2).contains(shape.count), shape[0] == count,
                (1...maximumElements).contains(classes)
            else { throw DatasetError.labelCount(path: path, dataset: candidate, images: count, labels: shape) }
            return HDF5Labels(path: path, dataset: dataset, classes: classes)
        }
        return nil
    }

    /// Where the labels of images are looked for, likeliest first: `x…` has `y…`, `…images` has `…labels`. Images of
    /// one part of a data set (`x_train`) never take the labels of another.
    static func names(for images: String) -> [String] {
        let slash = images.lastIndex(of: "/").map(images.index(after:)) ?? images.startIndex
        let folder = String(images[..<slash]), name = String(images[slash...])
        let usual = ["y", "labels", "y_test", "label"]
        let partner: String? =
            if name == "x" || name.hasPrefix("x_") {
                "y" + name.dropFirst()
            } else if name.contains("images") {
                name.replacing("images", with: "labels")
            } else {
                nil
            }
        let names = partner.map { usual.contains($0) ? [$0] + usual : [$0] } ?? usual
        return names.map { folder + $0 }.filter { $0 != images }
    }

    /// The class numbers of `images`; of probabilities the likeliest class, the first where several are.
    ///
    /// Throws `invalidLabel` for what is no whole number from 0, or for a row that does not sum to 1.
    func read(_ images: Range<Int>) throws -> [Int] {
        var labels: [Int] = []
        try eachRow(images) { values, image in labels.append(try label(values, image: image)) }
        return labels
    }

    /// The rows of probabilities of `images`, one after the other; nil where labels are class numbers. Throws as `read`
    /// does.
    func readDistributions(_ images: Range<Int>) throws -> [Float]? {
        guard probabilities != nil else { return nil }
        var rows: [Float] = []
        rows.reserveCapacity(images.count * classes)
        try eachRow(images) { values, image in
            _ = try label(values, image: image)
            rows += values.lazy.map { Float($0) }
        }
        return rows
    }

    /// Calls `body` with what the dataset holds of each image. Rows of many classes are read a few MiB at a time.
    private func eachRow(_ images: Range<Int>, _ body: (ArraySlice<Double>, Int) throws -> Void) throws {
        let step = max(1, (1 << 20) / classes)
        for first in stride(from: images.lowerBound, to: images.upperBound, by: step) {
            let range = first..<min(first + step, images.upperBound)
            var values = [Double](repeating: 0, count: range.count * classes)
            var span = values.mutableSpan
            try dataset.read(rows: range, into: &span)
            for (position, image) in range.enumerated() {
                try body(values[(position * classes)..<((position + 1) * classes)], image)
            }
        }
    }

    private func label(_ values: ArraySlice<Double>, image: Int) throws -> Int {
        func invalid(_ reason: String) -> DatasetError {
            .invalidLabel(path: path, dataset: dataset.path, image: image, reason: reason)
        }
        if classes == 1, let value = values.first {
            guard let label = Int(exactly: value), label >= 0 else { throw invalid("found \(value)") }
            return label
        }
        let sum = values.reduce(0, +)
        guard values.allSatisfy({ $0 >= 0 }), abs(sum - 1) < 1e-3, let largest = values.max(),
            let index = values.firstIndex(of: largest)
        else { throw invalid("its row has sum \(sum), expected probabilities with sum 1") }
        return index - values.startIndex
    }
}
