/// What went wrong with a corpus or with results written, and what to do about it.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
    case notFound(path: String)
    case notReadable(path: String, reason: String)
    /// A folder whose layout is none of the known ones, or an unknown part of a folder.
    case unknownFolder(path: String, reason: String)
    /// Several data sets where one is asked for.
    case ambiguous(path: String, candidates: [String])
    /// A file without images under any of the usual names; `found` are its datasets.
    case noImages(path: String, found: [String])
    /// The images, or what should be images, have a shape that cannot be one.
    case notImages(path: String, dataset: String, reason: String)
    /// A file that is shorter or longer than its header or format asks for.
    case wrongSize(path: String, expected: String, found: String)
    case labelCount(path: String, dataset: String, images: Int, labels: [Int])
    case invalidLabel(path: String, dataset: String, image: Int, reason: String)
    /// `parameter` is scale, mean or std.
    case invalidPreprocessing(path: String, parameter: String, reason: String)
    /// Blue, green, red asked of images that do not have three channels.
    case channelOrder(path: String, channels: Int)
    /// An attribute that says how pixels are fed, and makes no sense.
    case invalidAttribute(path: String, attribute: String, reason: String)
    /// What a checkpoint notes of its training's preprocessing is none.
    case unreadableNote(path: String, attribute: String)
    case notFinite(path: String, image: Int)
    case batchTooLarge(path: String, images: Int, limit: Int)
    /// A model's input, nil where its length is free, and the corpus's images, both without the batch axis.
    case shapeMismatch(path: String, expected: [Int?], found: [Int])
    /// Corpora for the inputs of one model that do not hold equally many images.
    case imageCounts([Int])
    /// A picture that cannot be read.
    case notDecodable(path: String, reason: String)
    /// A picture of another size than those before it.
    case imageSize(path: String, expected: [Int], found: [Int])
    case cropTooLarge(path: String, crop: Int, height: Int, width: Int)
    /// A class in the test set that the training set does not have.
    case unknownClass(path: String, name: String)
    case notLabelled(path: String)
    case exists(path: String)
    case notWritable(path: String, reason: String)

    package var description: String {
        switch self {
        case let .notFound(path): "\(path): no such file or folder; check the path"
        case let .notReadable(path, reason): "\(path): cannot be read: \(reason)"
        case let .unknownFolder(path, reason):
            "\(path): \(reason); expected a folder in CIFAR's binary layout (test_batch.bin, test.bin), with IDX files (t10k-images-idx3-ubyte) or with a folder of JPEG or PNG files for each class; or an HDF5 file"
        case let .ambiguous(path, candidates):
            "\(path): there are several sets of images, name one: \(candidates.joined(separator: ", "))"
        case let .noImages(path, found):
            "\(path): expected a dataset of images in the root group, found \(found.isEmpty ? "no dataset at all" : found.joined(separator: ", ")); name it as FILE:dataset"
        case let .notImages(path, dataset, reason): "\(path): '\(dataset)' cannot be read as images: \(reason)"
        case let .wrongSize(path, expected, found):
            "\(path): expected \(expected), found \(found); the file is cut off or not what it claims, get it again"
        case let .labelCount(path, dataset, images, labels):
            "\(path): labels '\(dataset)' have shape \(labels), expected one label or one row of class probabilities for each of \(images) images; correct them or rename the dataset"
        case let .invalidLabel(path, dataset, image, reason):
            "\(path): '\(dataset)' holds no label for image \(image): \(reason); labels are class numbers from 0, or rows of class probabilities"
        case let .invalidPreprocessing(path, parameter, reason):
            "\(path): preprocessing by '\(parameter)' is impossible: \(reason); give another --\(parameter)"
        case let .channelOrder(path, channels):
            "\(path): the order bgr is of three channels, these images have \(channels); choose other --pixels, or give --scale, --mean and --std"
        case let .invalidAttribute(path, attribute, reason):
            "\(path): its attribute '\(attribute)' \(reason); correct or remove it"
        case let .unreadableNote(path, attribute):
            "\(path): its attribute '\(attribute)' is no preprocessing; correct the attribute or remove it"
        case let .notFinite(path, image):
            "\(path): image \(image) holds a value that is not finite after preprocessing; remove it from the corpus"
        case let .batchTooLarge(path, images, limit):
            "\(path): a batch of \(images) images does not fit into memory, \(limit) do; use a smaller --batch"
        case let .shapeMismatch(path, expected, found):
            "\(path): the model takes inputs of shape (\(expected.map { $0.map(String.init) ?? "None" }.joined(separator: ", "))), the images have shape (\(found.map(String.init).joined(separator: ", "))); choose a corpus of that shape"
        case let .imageCounts(counts):
            "the inputs hold \(counts.map(String.init).joined(separator: ", ")) images; give the same number for each"
        case let .notDecodable(path, reason): "\(path): is no picture that can be read: \(reason); replace or remove it"
        case let .imageSize(path, expected, found):
            "\(path): has the size \(found.map(String.init).joined(separator: "×")), the first picture has \(expected.map(String.init).joined(separator: "×")); give all the same size first, with --resize here or in convert"
        case let .cropTooLarge(path, crop, height, width):
            "\(path): no square of \(crop) pixels can be cut from \(width)×\(height); use a smaller --crop or a larger --resize"
        case let .unknownClass(path, name):
            "\(path): the class '\(name)' is not among those of the training set; rename its folder or remove it"
        case let .notLabelled(path): "\(path): there are no labels beside the images, which training needs; add them"
        case let .exists(path): "\(path): exists already; choose another name, or overwrite it with --force"
        case let .notWritable(path, reason):
            "\(path): cannot be written: \(reason); choose the name of a file in a folder that exists, may be written to and has room"
        }
    }
}
