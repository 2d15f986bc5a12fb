import Foundation
import Tensors

/// Images of independent normal values with mean 0 and variance 1, without labels.
///
/// An image follows from the seed and its index alone, whatever the batch it is read in.
struct RandomImages: ImageSource {
    let path = "random images"
    let count: Int
    let imageShape: [Int]
    let hasLabels = false
    let seed: UInt64

    func read(_ images: Range<Int>) throws -> Pixels {
        let elements = imageShape.reduce(1, *)
        var pixels: [Double] = []
        pixels.reserveCapacity(images.count * elements)
        for image in images {
            var seeds = SeededGenerator(seed: seed &+ UInt64(image))
            var generator = SeededGenerator(seed: seeds.next())
            for _ in 0..<elements {
                // Box & Muller 1958, the cosine's half; 1 − u lies in (0, 1].
                let radius = (-2 * log(1 - Double(generator.uniform()))).squareRoot()
                pixels.append(radius * cos(2 * .pi * Double(generator.uniform())))
            }
        }
        return .numbers(pixels)
    }

    func labels(_: Range<Int>) -> [Int]? { nil }
}
