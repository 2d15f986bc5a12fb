/// The order in which output pixels are computed.
struct PixelOrder: Sendable {
    let count: Int
    /// Whether some tap of some pixel lies outside the image.
    let hasPadding: Bool
    private let images: Int
    private let height: Int
    private let width: Int
    /// Whether the same pixel of all images comes together: they have the same taps in the padding, which a tile can
    /// then leave out.
    let isPositionMajor: Bool

    /// `keepsLines`: pixels come line by line.
    init(_ shape: ConvolutionShape, keepsLines: Bool) {
        images = shape.images
        height = shape.vertical.output
        width = shape.horizontal.output
        count = images * height * width
        hasPadding = shape.vertical.hasPadding || shape.horizontal.hasPadding
        isPositionMajor = !keepsLines && hasPadding && shape.hasSmallImages
    }

    /// Pixels that follow one another at equal distances: along a line, or the same pixel of one image after another.
    struct Run {
        let image, y, x, count: Int
        let isAcrossImages: Bool
    }

    /// The run of at most `limit` pixels that begins with the pixel that comes `index`th.
    func run(from index: Int, limit: Int) -> Run {
        if isPositionMajor {
            let (position, image) = index.quotientAndRemainder(dividingBy: images)
            return Run(
                image: image, y: position / width, x: position % width, count: min(limit, images - image),
                isAcrossImages: true)
        }
        let (row, x) = index.quotientAndRemainder(dividingBy: width)
        let (image, y) = row.quotientAndRemainder(dividingBy: height)
        return Run(image: image, y: y, x: x, count: min(limit, width - x), isAcrossImages: false)
    }
}
