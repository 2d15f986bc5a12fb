import Files
import HDF5

extension TrainingData {
    /// Opens the data set of `kind` at `path`: a folder as it is published, for `hdf5` a file (or `FILE:dataset`).
    ///
    /// Checks all labels; reads what fits into memory. Throws `DatasetError`, `HDF5Error`.
    package static func open(_ kind: DatasetKind, path: String, options: TrainingDataOptions = .init()) throws
        -> TrainingData
    {
        let training: any ImageSource, test: (any ImageSource)?
        let size = ImageSize(resize: options.resize)
        if let layout = kind.layout {
            guard FileStatus(path) != nil else { throw DatasetError.notFound(path: path) }
            guard let found = try DataFolder.find("train", in: path, layout: layout, size: size) else {
                throw DatasetError.unknownFolder(
                    path: path, reason: "there is no training set of \(kind.rawValue) in it")
            }
            training = found
            test = try DataFolder.find("test", in: path, layout: layout, size: options.testSize)
        } else {
            let file = try HDF5Images.training(DataReference(path))
            training = try file.training.sized(size)
            test = try file.test?.sized(options.testSize)
        }
        return try TrainingData(kind, training, test, options)
    }

    private init(
        _ kind: DatasetKind, _ training: any ImageSource, _ test: (any ImageSource)?, _ options: TrainingDataOptions
    ) throws {
        let path = training.path, imageShape = training.imageShape
        // What is no picture is a row of pixels: it can be learned from, though not cropped.
        let shape = imageShape.count == 3 ? imageShape : [1, imageShape.dropLast().reduce(1, *), imageShape.last ?? 1]
        let flips = options.flips ?? kind.flips
        if imageShape.count != 3, flips || options.crop != .none {
            throw DatasetError.notImages(
                path: path, dataset: "images",
                reason: "shape \(imageShape) is no H×W×C, so they cannot be flipped or cropped")
        }
        if case let .square(side) = options.crop, side > min(shape[0], shape[1]) {
            throw DatasetError.cropTooLarge(path: path, crop: side, height: shape[0], width: shape[1])
        }
        let pixels = try StoredPixels(training)
        let feeding = try PixelFeeding(pixels, asked: options.preprocessing, model: options.model)
        augmentation = Augmentation(shape: shape, flips: flips, crop: options.crop)
        inputShape = imageShape.count == 3 ? augmentation.viewShape : imageShape
        count = min(training.count, options.limit ?? .max)
        isOfByteRange = pixels.isOfByteRange
        (name, self.feeding) = (path, feeding)

        let labels = try training.allLabels(), testLabels = try test?.allLabels()
        let names = training.classNames ?? kind.classNames
        let classes = training.classes ?? kind.classes ?? min(1 << 20, labels.max() ?? 0) + 1
        for (labels, source) in [(labels, training), (testLabels ?? [], test ?? training)] {
            guard let bad = labels.firstIndex(where: { $0 >= classes }) else { continue }
            throw DatasetError.invalidLabel(
                path: source.path, dataset: "labels", image: bad,
                reason: "found \(labels[bad]), there are \(classes) classes")
        }
        if let test, let row = try test.distributions(0..<1), row.count != classes {
            throw DatasetError.invalidLabel(
                path: test.path, dataset: "labels", image: 0,
                reason: "found a row of \(row.count) probabilities, there are \(classes) classes")
        }
        (self.classes, classNames) = (classes, names)
        softLabels = try SoftLabels(training, count: count, classes: classes)
        self.labels = labels.prefix(count).map { Int32(truncatingIfNeeded: $0) }
        self.test = test.map { Corpus($0, feeding, limit: options.testLimit) }
        store = try ImageStore(training, count: count, shape: shape, preprocessing: feeding.preprocessing)
    }
}

extension ImageSource {
    /// This source, or its images in another size. Throws as `SizedImages` does.
    func sized(_ size: ImageSize) throws -> any ImageSource { size.isUnchanged ? self : try SizedImages(self, size) }

    /// The class of every image. Throws `notLabelled`, and what reading throws.
    fileprivate func allLabels() throws -> [Int] {
        try stride(from: 0, to: count, by: 4096).flatMap { first in
            guard let labels = try labels(first..<min(count, first + 4096)) else {
                throw DatasetError.notLabelled(path: path)
            }
            return labels
        }
    }
}
