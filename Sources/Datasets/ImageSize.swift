/// What is done to the size of images as they are read: first resized to a square, then a square cut from the middle.
package struct ImageSize: Equatable, Sendable {
    /// The side of the square that images are resized to, whatever their proportions; nil: they keep their size.
    package var resize: Int?
    /// The side of the square that is cut from the middle; nil: nothing is cut off.
    package var crop: Int?

    package init(resize: Int? = nil, crop: Int? = nil) {
        precondition((resize ?? 1) > 0 && (crop ?? 1) > 0, "images have pixels")
        (self.resize, self.crop) = (resize, crop)
    }

    var isUnchanged: Bool { resize == nil && crop == nil }

    /// Throws `cropTooLarge`, and `notDecodable` for a size beyond every limit.
    func apply(to image: ByteImage, path: String) throws -> ByteImage {
        var image = image
        if let resize {
            try ImageDecoder.require(height: resize, width: resize, path: path)
            image = image.resized(height: resize, width: resize)
        }
        guard let crop else { return image }
        guard crop <= min(image.height, image.width) else {
            throw DatasetError.cropTooLarge(path: path, crop: crop, height: image.height, width: image.width)
        }
        return image.croppedToCentre(crop)
    }
}

/// Images of another source, in another size.
struct SizedImages: ImageSource {
    private let source: any ImageSource
    private let size: ImageSize
    let imageShape: [Int]
    var path: String { source.path }
    var count: Int { source.count }
    var hasLabels: Bool { source.hasLabels }
    var classes: Int? { source.classes }
    var classNames: [String]? { source.classNames }
    var preprocessing: Preprocessing { source.preprocessing }
    var statedPreprocessing: Preprocessing? { source.statedPreprocessing }

    /// Throws `notDecodable` where the images are no pictures of bytes, `cropTooLarge`.
    init(_ source: any ImageSource, _ size: ImageSize) throws {
        (self.source, self.size) = (source, size)
        imageShape = try size.apply(to: source.picture(0), path: source.path).shape
    }

    func read(_ images: Range<Int>) throws -> Pixels {
        .bytes(try images.flatMap { try size.apply(to: source.picture($0), path: path).bytes })
    }

    func labels(_ images: Range<Int>) throws -> [Int]? { try source.labels(images) }
    func distributions(_ images: Range<Int>) throws -> [Float]? { try source.distributions(images) }
}

extension ImageSource {
    /// One image as a picture. Throws `notDecodable` where it is none.
    fileprivate func picture(_ index: Int) throws -> ByteImage {
        guard imageShape.count == 3, case let .bytes(bytes) = try read(index..<(index + 1)) else {
            throw DatasetError.notDecodable(
                path: path, reason: "only images of bytes, H×W×C, can be resized and cropped")
        }
        return ByteImage(height: imageShape[0], width: imageShape[1], channels: imageShape[2], bytes: bytes)
    }
}
