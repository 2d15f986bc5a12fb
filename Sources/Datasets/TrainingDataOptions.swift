/// What is done to the images of a training set, and how many of them count.
package struct TrainingDataOptions: Equatable, Sendable {
    package enum Crop: Equatable, Sendable {
        case none
        /// As much as the image, from anywhere in the image with this many black pixels around it; test images as they
        /// are.
        case padded(by: Int)
        /// A square of this side from anywhere in the image; of test images the one in the middle.
        case square(Int)
    }

    /// Whether every other image, by chance, is flipped left to right. Nil: as is usual for the kind of data: flips,
    /// but none for MNIST, Fashion-MNIST and HDF5 files.
    package var flips: Bool?
    package let crop: Crop
    /// The side of the square that images are resized to first, whatever their proportions. Nil: they keep their size.
    package var resize: Int?
    /// What goes before all else. Without it pixels are fed as `model` says, else as is usual (`x / 255`; CIFAR and
    /// pictures normalized per channel; HDF5 files by their attributes).
    package var preprocessing: PreprocessingOverrides
    /// What the model says that is trained further; nil where a new one is trained.
    package var model: ModelPixels?
    /// The first images alone. Nil: all.
    package var limit: Int?
    package var testLimit: Int?

    package init(
        flips: Bool? = nil, crop: Crop = .none, resize: Int? = nil, preprocessing: PreprocessingOverrides = .init(),
        model: ModelPixels? = nil, limit: Int? = nil, testLimit: Int? = nil
    ) {
        precondition([resize, limit, testLimit].allSatisfy { ($0 ?? 1) > 0 }, "sizes and limits are positive")
        if case let .padded(margin) = crop {
            precondition((0..<1 << 16).contains(margin), "\(margin) pixels are no margin")
        }
        if case let .square(side) = crop { precondition(side > 0, "a square has pixels") }
        (self.flips, self.crop, self.resize, self.preprocessing) = (flips, crop, resize, preprocessing)
        self.model = model
        (self.limit, self.testLimit) = (limit, testLimit)
    }

    /// The size of test images.
    var testSize: ImageSize {
        if case let .square(side) = crop { ImageSize(resize: resize, crop: side) } else { ImageSize(resize: resize) }
    }
}
