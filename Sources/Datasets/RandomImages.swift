import Tensors

/// Images of independent normal values with mean 0 and variance 1, without labels.
///
/// An image follows from the seed and its index alone, whatever the batch it is read in.
struct RandomImages: ImageSource {
    let path = "random images"
    let count: Int
    let imageShape: [Int]
    let hasLabels = false
    let isOfBytes = false
    let seed: UInt64

    func read(_ images: Range<Int>) throws -> Pixels {
        let elements = imageShape.reduce(1, *)
        var pixels: [Double] = []
        pixels.reserveCapacity(images.count * elements)
        for image in images {
            var seeds = SeededGenerator(seed: seed &+ UInt64(image))
            var generator = SeededGenerator(seed: seeds.next())
            for _ in 0..<elements { pixels.append(generator.normal()) }
        }
        return .numbers(pixels)
    }

    func labels(_: Range<Int>) -> [Int]? { nil }
}
