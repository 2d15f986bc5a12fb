import Tensors

/// Where the images of a corpus come from, before preprocessing.
///
/// Nothing is held that grows with the number of images, except by packed IDX files.
protocol ImageSource: Sendable {
    /// The file, for messages.
    var path: String { get }
    /// The number of images, at least 1.
    var count: Int { get }
    /// Height, width, channels; another rank where images are something else. At most `maximumElements` in all.
    var imageShape: [Int] { get }
    var hasLabels: Bool { get }
    /// How many classes there are, and their names by number, where the source knows.
    var classes: Int? { get }
    var classNames: [String]? { get }
    /// What the file says is to be done to the pixels before a model sees them; nil where it says nothing.
    var statedPreprocessing: Preprocessing? { get }
    /// The range of the pixels, where the file says it of pixels that are no bytes: [0, 255] are bytes in another type.
    var statedRange: PixelRange? { get }
    /// What it says is to be done, or what is usually done to such data.
    var preprocessing: Preprocessing { get }
    /// Whether the pixels are bytes, as of all pictures: not numbers that something may have been done to already.
    var isOfBytes: Bool { get }

    /// The pixels of `images`, in order, each row-major, channels last.
    func read(_ images: Range<Int>) throws -> Pixels
    /// The class numbers of `images`, nil where there are no labels.
    func labels(_ images: Range<Int>) throws -> [Int]?
    /// The row of class probabilities of each of `images`, one after the other; nil where labels are class numbers.
    func distributions(_ images: Range<Int>) throws -> [Float]?
}

extension ImageSource {
    var classes: Int? { classNames?.count }
    var classNames: [String]? { nil }
    var statedPreprocessing: Preprocessing? { nil }
    var statedRange: PixelRange? { nil }
    var preprocessing: Preprocessing { statedPreprocessing ?? Preprocessing() }
    var isOfBytes: Bool { true }
    func distributions(_ images: Range<Int>) throws -> [Float]? { nil }
}

/// The most elements that an image or a batch may have: what they take stays below 2 GiB.
let maximumElements = 1 << 27

/// Checks images of a shape that comes from a file. Throws `notImages`.
func requireImages(_ count: Int, of shape: [Int], path: String, dataset: String) throws {
    guard count > 0, shape.allSatisfy({ $0 > 0 }) else {
        throw DatasetError.notImages(path: path, dataset: dataset, reason: "shape \([count] + shape) is empty")
    }
    guard let elements = shape.product, elements <= maximumElements else {
        throw DatasetError.notImages(
            path: path, dataset: dataset, reason: "one image of shape \(shape) has more than \(maximumElements) values")
    }
}
