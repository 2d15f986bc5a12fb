import HDF5

/// Images, and labels where there are some, from datasets of an HDF5 file; read by rows.
struct HDF5Images: ImageSource {
    let path: String
    let count: Int
    let imageShape: [Int]
    var hasLabels: Bool { labels != nil }
    let classes: Int?
    let classNames: [String]?
    let statedPreprocessing: Preprocessing?
    let statedRange: PixelRange?
    var isOfBytes: Bool { images.type == .uint8 }
    private let images: Dataset
    private let labels: HDF5Labels?

    /// Opens the dataset `name`, or where it is nil the one that must be meant, and the labels that go with it.
    ///
    /// Throws `HDF5Error`, `noImages`, `ambiguous`, `notImages`, `labelCount`, `invalidPreprocessing`.
    init(_ path: String, dataset name: String?, readingLabels: Bool) throws {
        let root = try File.open(path).root
        let name = try name ?? Self.findImages(in: root, path: path)
        images = try root.dataset(name)
        guard images.type.isNumber else {
            throw DatasetError.notImages(path: path, dataset: name, reason: "it holds \(images.type), expected numbers")
        }
        guard images.shape.count >= 2 else {
            throw DatasetError.notImages(
                path: path, dataset: name,
                reason: "its shape is \(images.shape), expected at least two axes, images first")
        }
        count = images.shape[0]
        imageShape = Array(images.shape.dropFirst()) + (images.shape.count == 3 ? [1] : [])
        try requireImages(count, of: imageShape, path: path, dataset: name)
        try images.requirePlausibleSize()
        labels = readingLabels ? try HDF5Labels.find(for: name, count: count, in: root, path: path) : nil
        classNames = try labels?.classNames
        classes = classNames?.count ?? labels?.probabilities
        statedPreprocessing = try Preprocessing(attributesOf: images, else: root, path: path)
        statedRange = images.type == .uint8 ? nil : try PixelRange(attributesOf: images, else: root)
        self.path = path
    }

    func read(_ range: Range<Int>) throws -> Pixels {
        isOfBytes ? .bytes(try read(range, filling: 0)) : .numbers(try read(range, filling: 0))
    }

    private func read<Number: Element>(_ range: Range<Int>, filling: Number) throws -> [Number] {
        var pixels = [Number](repeating: filling, count: range.count * imageShape.reduce(1, *)),
            span = pixels.mutableSpan
        try images.read(rows: range, into: &span)
        return pixels
    }

    func labels(_ range: Range<Int>) throws -> [Int]? { try labels?.read(range) }
    func distributions(_ range: Range<Int>) throws -> [Float]? { try labels?.readDistributions(range) }

    /// The images to train with and those held out: `x_train` and `x_test` where a file has both, else the images
    /// that `place` names, with `x_test` beside them where it is there.
    static func training(_ place: DataReference) throws -> (training: HDF5Images, test: HDF5Images?) {
        let path = place.path, root = try File.open(path).root
        func has(_ name: String) throws -> Bool { try root.kind(of: name) == .dataset }
        let name = try place.part ?? (has("x_train") ? "x_train" : findImages(in: root, path: path))
        let test =
            try name != "x_test" && has("x_test") ? HDF5Images(path, dataset: "x_test", readingLabels: true) : nil
        return (try HDF5Images(path, dataset: name, readingLabels: true), test)
    }

    /// The usual names first, else the dataset of two or more axes with the most elements.
    private static func findImages(in root: Group, path: String) throws -> String {
        for name in ["x", "images", "x_test", "data", "input_0"] where try root.kind(of: name) == .dataset {
            return name
        }
        let datasets = try root.names().filter { try root.kind(of: $0) == .dataset }
        let candidates = try datasets.map { (name: $0, dataset: try root.dataset($0)) }
            .filter { $0.dataset.shape.count >= 2 && $0.dataset.type.isNumber }
        let largest = candidates.map(\.dataset.count).max()
        let found = candidates.filter { $0.dataset.count == largest }.map(\.name)
        guard let only = found.first else { throw DatasetError.noImages(path: path, found: datasets) }
        guard found.count == 1 else {
            throw DatasetError.ambiguous(path: path, candidates: found.map { "\(path):\($0)" })
        }
        return only
    }
}

extension ElementType {
    var isNumber: Bool {
        switch self {
        case .string, .other: false
        default: true
        }
    }
}
