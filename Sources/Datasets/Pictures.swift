/// JPEG and PNG files, decoded when they are asked for, in red, green and blue.
struct Pictures: ImageSource {
    let path: String
    let imageShape: [Int]
    var hasLabels: Bool { classNames != nil }
    let classNames: [String]?
    /// Means and deviations of ImageNet's channels.
    let preprocessing = Preprocessing(scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
    var count: Int { files.count }
    private let files: [(path: String, label: Int)]
    private let size: ImageSize

    /// Pictures in the size that the first of them has after `size`. Decodes that one; throws `unknownFolder` where
    /// there is none.
    init(_ folder: PictureFolder, path: String, size: ImageSize) throws {
        guard let first = folder.files.first else {
            throw DatasetError.unknownFolder(path: path, reason: "there are folders, but no JPEG or PNG files in them")
        }
        (files, classNames, self.size, self.path) = (
            folder.files, folder.classNames.isEmpty ? nil : folder.classNames, size, path
        )
        imageShape = try ImageDecoder.withPicture(first.path) { try size.apply(to: $0, path: first.path).shape }
        try requireImages(files.count, of: imageShape, path: first.path, dataset: "pixels")
    }

    func read(_ images: Range<Int>) throws -> Pixels {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(images.count * imageShape.reduce(1, *))
        for (path, _) in files[images] {
            let image = try ImageDecoder.withPicture(path) { try size.apply(to: $0, path: path) }
            guard image.shape == imageShape else {
                throw DatasetError.imageSize(
                    path: path, expected: Array(imageShape.prefix(2)), found: Array(image.shape.prefix(2)))
            }
            pixels += image.bytes
        }
        return .bytes(pixels)
    }

    func labels(_ images: Range<Int>) throws -> [Int]? { hasLabels ? files[images].map(\.label) : nil }
}
