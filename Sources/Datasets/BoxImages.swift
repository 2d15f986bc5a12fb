import Tensors

/// Images inside a range: all of the least numbers, all of the greatest, a tone for each channel, corners (each number one
/// of both ends) and numbers drawn evenly, in turn; the same for the same seed.
struct BoxImages: ImageSource {
    let path = "images inside the range"
    let count: Int
    let imageShape: [Int]
    let hasLabels = false
    let isOfBytes = false
    let range: InputRange
    /// Nil where the range is one for all.
    let channelAxis: Int?
    let seed: UInt64

    func read(_ images: Range<Int>) throws -> Pixels {
        let elements = imageShape.reduce(1, *), (channels, inner) = channelLayout(of: imageShape, along: channelAxis)
        var pixels: [Double] = []
        pixels.reserveCapacity(images.count * elements)
        for image in images {
            var seeds = SeededGenerator(seed: seed &+ UInt64(image))
            var generator = SeededGenerator(seed: seeds.next())
            let tones = (0..<channels).map { _ in Double(generator.uniform()) }
            for element in 0..<elements {
                let channel = element / inner % channels, ends = range[channel]
                let share =
                    switch image {
                    case 0: 0.0
                    case 1: 1.0
                    default:
                        switch image % 3 {
                        case 0: tones[channel]
                        case 1: Double(generator.next() & 1)
                        default: Double(generator.uniform())
                        }
                    }
                let (low, high) = (Double(ends.lowerBound), Double(ends.upperBound))
                pixels.append(share == 1 ? high : low + share * (high - low))
            }
        }
        return .numbers(pixels)
    }

    func labels(_: Range<Int>) -> [Int]? { nil }
}

/// How many channels an image has along an axis, 1 without one, and how many numbers lie one after the other in each:
/// number k of an image is in channel k / inner % count.
private func channelLayout(of shape: [Int], along axis: Int?) -> (count: Int, inner: Int) {
    guard let axis, shape.indices.contains(axis) else { return (1, 1) }
    return (shape[axis], shape.dropFirst(axis + 1).reduce(1, *))
}

extension Corpus {
    /// Images of `imageShape` inside a range of what is fed. `channelAxis`: along which it tells numbers apart.
    package static func inside(
        _ range: InputRange, imageShape: [Int], channelAxis: Int?, count: Int, seed: UInt64
    ) -> Corpus {
        precondition(count > 0, "a corpus is not empty")
        return Corpus(
            BoxImages(count: count, imageShape: imageShape, range: range, channelAxis: channelAxis, seed: seed), .made)
    }
}

extension ModelCorpus {
    /// The positions of its images that hold a number outside `ranges`, in the corpora; reads all of them. `ranges`: one
    /// for each input, each with the axis along which it tells numbers apart; nil for an input without.
    package func positions(outside ranges: [(range: InputRange, channelAxis: Int?)?]) throws -> [Int] {
        var outside: [Int] = [], first = 0, batches = batches(of: 64)
        while let batch = try batches.next() {
            let images = batch.done - first
            var isOutside = [Bool](repeating: false, count: images)
            for (input, place) in zip(batch.inputs, ranges) {
                guard let (range, axis) = place else { continue }
                let shape = Array(input.shape.dropFirst()), width = shape.reduce(1, *)
                let (count, inner) = channelLayout(of: shape, along: axis), ends = (0..<count).map { range[$0] }
                input.withSpan { values in
                    for position in values.indices where !ends[position / inner % count].contains(values[position]) {
                        isOutside[position / width] = true
                    }
                }
            }
            outside += isOutside.indices.filter { isOutside[$0] }.map { position(of: first + $0) }
            first = batch.done
        }
        return outside
    }
}
