import Tensors

/// Images to run a model on, with labels where there are some, read from files batch by batch.
package struct Corpus: Sendable {
    /// Where the images come from, for messages and reports.
    package let name: String
    /// Height, width, channels of an image as it is stored; another rank where images are something else.
    package var imageShape: [Int] { source.imageShape }
    /// The shape of an image in a batch: `imageShape`, unless `arranged(for:)` made it another.
    package let inputShape: [Int]
    /// How pixels are fed, and who decided it.
    package let feeding: PixelFeeding
    package var preprocessing: Preprocessing { feeding.preprocessing }
    package let count: Int
    package var hasLabels: Bool { source.hasLabels }
    /// The most images that a batch may have.
    package var largestBatch: Int { max(1, maximumElements / max(1, imageShape.product ?? .max)) }

    private let source: any ImageSource
    private let isChannelsFirst: Bool

    /// Opens what `reference` names, without reading images:
    /// - `FILE[:dataset]`, an HDF5 file of N×H×W×C, N×H×W or other numbers. Without a dataset: `x`, `images`, `x_test`,
    ///   `data`, `input_0`, or the largest in the root. Labels are `y`, `labels`, `y_test` or `label` beside it.
    /// - `FILE`, an IDX file of images, plain or gzip; its labels lie beside it under the usual name.
    /// - `FOLDER[:train|:test]`, CIFAR-10 or CIFAR-100 in the binary layout, IDX files, Tiny ImageNet, or JPEG and PNG
    ///   files with a folder for each class. Without a part: `test`, or everything where pictures have no parts.
    ///
    /// `size` is what becomes of the images first. How pixels are fed is decided by `overrides`, else by what the
    /// `model` says of itself, else by the attributes of an HDF5 file: see `PixelFeeding`, which also has the warnings.
    /// With `isOfPixels` false numbers are fed as they are whatever is said of them, with `readingLabels` false labels
    /// are not looked for. Throws `DatasetError`, `HDF5Error`.
    package static func open(
        _ reference: String, size: ImageSize = .init(), overrides: PreprocessingOverrides = .init(),
        model: ModelPixels? = nil, isOfPixels: Bool = true, readingLabels: Bool = true
    ) throws -> Corpus {
        let place = try DataReference(reference), source = try source(place, size: size, readingLabels: readingLabels)
        guard isOfPixels else { return Corpus(source, .made) }
        return Corpus(
            source, try PixelFeeding(StoredPixels(source, usual: Preprocessing()), asked: overrides, model: model))
    }

    /// The images that `place` names, as `open` has it.
    static func source(_ place: DataReference, size: ImageSize, readingLabels: Bool = true) throws -> any ImageSource {
        let path = place.path
        return switch place.format {
        case .folder: try DataFolder.open(path, part: place.part, size: size)
        case .idx:
            try IDXImages(path, labelsPath: readingLabels ? IDXImages.labelsPath(besides: path) : nil).sized(size)
        case .hdf5: try HDF5Images(path, dataset: place.part, readingLabels: readingLabels).sized(size)
        }
    }

    /// Images of normal values with mean 0 and variance 1, for want of a corpus; the same for the same seed, whatever
    /// the batch size. A shape that no image can have is refused when a batch is asked for.
    package static func random(imageShape: [Int], count: Int, seed: UInt64) -> Corpus {
        precondition(count > 0, "a corpus is not empty")
        return Corpus(RandomImages(count: count, imageShape: imageShape, seed: seed), .made)
    }

    /// This corpus with images of the shape that a model's input asks for, nil where a length is free.
    ///
    /// An axis of length 1 at the end may be missing on either side. Where the channels come first in the model, they
    /// are moved there. Throws `shapeMismatch`.
    package func arranged(for input: [Int?]) throws -> Corpus {
        func fits(_ shape: [Int]) -> Bool {
            shape.count == input.count && zip(shape, input).allSatisfy { $1 == nil || $0 == $1 }
        }
        let shape = imageShape
        var candidates = [shape, shape + [1]]
        if shape.last == 1 { candidates.insert(Array(shape.dropLast()), at: 1) }
        if let fitting = candidates.first(where: fits) {
            return Corpus(source, feeding, limit: count, inputShape: fitting)
        }
        let channelsFirst = shape.suffix(1) + shape.dropLast()
        guard fits(Array(channelsFirst)) else {
            throw DatasetError.shapeMismatch(path: name, expected: input, found: shape)
        }
        return Corpus(source, feeding, limit: count, inputShape: Array(channelsFirst), isChannelsFirst: true)
    }

    /// The images in order, `size` at a time but not more than `largestBatch`; at most `limit` of them where given.
    package func batches(of size: Int, limit: Int? = nil) -> Batches<Batch> {
        precondition(size > 0 && (limit ?? 1) > 0, "batches and limits are positive")
        return Batches(of: min(size, largestBatch), end: min(count, limit ?? count)) { try batch($0) }
    }

    /// The images of `range`, which must lie inside the corpus; their labels where there are some, unless not asked
    /// for.
    ///
    /// Throws `notFinite` for a value that is NaN, infinite or beyond 32 bits, `batchTooLarge` above `largestBatch`,
    /// `invalidLabel`, and what reading throws.
    package func batch(_ range: Range<Int>, readingLabels: Bool = true) throws -> Batch {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) is outside \(count) images")
        try requireImages(count, of: imageShape, path: name, dataset: "input")
        guard range.count <= largestBatch else {
            throw DatasetError.batchTooLarge(path: name, images: range.count, limit: largestBatch)
        }
        let elements = imageShape.reduce(1, *)
        let pixels = try source.read(range)
        var images = Tensor(shape: [range.count] + imageShape)
        if let bad = images.withMutableSpan({ preprocessing.apply(pixels, to: &$0) }) {
            throw DatasetError.notFinite(path: name, image: range.lowerBound + bad / elements)
        }
        if isChannelsFirst { images = images.transposed([0, imageShape.count] + (1..<imageShape.count)) }
        return Batch(
            images: images.reshaped([range.count] + inputShape), labels: readingLabels ? try source.labels(range) : nil,
            distributions: readingLabels ? try source.distributions(range) : nil, range: range)
    }

    /// The first `limit` images of `source`, all where it is nil.
    init(
        _ source: any ImageSource, _ feeding: PixelFeeding, limit: Int? = nil, inputShape: [Int]? = nil,
        isChannelsFirst: Bool = false
    ) {
        count = min(source.count, limit ?? .max)
        self.name = source.path
        (self.source, self.feeding) = (source, feeding)
        self.inputShape = inputShape ?? source.imageShape
        self.isChannelsFirst = isChannelsFirst
    }
}
