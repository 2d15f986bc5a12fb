import Foundation
import Tensors

/// Images to learn from, with labels, in an order and with changes that follow from seed and epoch alone.
///
/// Sets of up to 2 GiB are held in memory as they are stored; what is larger, and pictures, are read as they are
/// needed.
package struct TrainingData: Sendable {
    /// Where the images come from, for messages and reports.
    package let name: String
    package let classes: Int
    package let classNames: [String]?
    /// The number of training images.
    package let count: Int
    /// Height, width, channels of an image in a batch.
    package let inputShape: [Int]
    /// What was done to the pixels, of both sets; with it `evaluate` gives the same errors.
    package var preprocessing: Preprocessing { feeding.preprocessing }
    /// The same, and who decided it.
    package let feeding: PixelFeeding
    /// The held-out images, with labels, in their order and without changes by chance; nil where the data has none.
    package let test: Corpus?

    /// Whether labels are rows of class probabilities that are not all on one class, and are learned as they are.
    package var hasSoftLabels: Bool { softLabels != nil }

    /// Whether pixels are from 0 to 255, as images of the kind are wherever they come from.
    let isOfByteRange: Bool
    let store: ImageStore
    let labels: [Int32]
    /// Where labels are rows of class probabilities that are not all on one class.
    let softLabels: SoftLabels?
    let augmentation: Augmentation

    /// How many batches an epoch has: the images that are left over at its end, other ones each time, are not used.
    package func stepsPerEpoch(batch: Int) -> Int {
        precondition(batch > 0, "a batch has images")
        return count / batch
    }

    /// The batches of `epoch`, made in the background, at most `ahead` of them beforehand.
    ///
    /// Each epoch has its own order; a batch is the same bytes whatever `step` the batches begin with, and however many
    /// threads make them. From the last step on there is nothing.
    package func batches(epoch: Int, size: Int, seed: UInt64, from step: Int = 0, ahead: Int = 4) -> TrainingBatches {
        precondition(epoch >= 0 && size > 0 && step >= 0 && ahead > 0, "epochs and steps count from 0, sizes from 1")
        let order = order(epoch: epoch, seed: seed)
        let threads = store.isInMemory ? 1 : min(ahead, ProcessInfo.processInfo.activeProcessorCount)
        return TrainingBatches(steps: step..<max(step, stepsPerEpoch(batch: size)), ahead: ahead, threads: threads) {
            step in try batch(order[(step * size)..<((step + 1) * size)], epoch: epoch, seed: seed)
        }
    }

    /// All images, shuffled. Source: Fisher & Yates, as Knuth gives it (TAOCP 2, algorithm 3.4.2P).
    func order(epoch: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed, epoch), order = Array(0..<count)
        for last in order.indices.reversed() { order.swapAt(last, generator.next(below: last + 1)) }
        return order
    }

    /// The images at `indices`, changed by chance as seed, epoch and each index have it.
    func batch(_ indices: ArraySlice<Int>, epoch: Int, seed: UInt64) throws -> TrainingBatch {
        let length = inputShape.reduce(1, *), largest = maximumElements / length
        guard indices.count <= largest else {
            throw DatasetError.batchTooLarge(path: name, images: indices.count, limit: largest)
        }
        var images = Tensor(shape: [indices.count] + inputShape)
        try images.withMutableSpan { span throws in
            for (position, index) in indices.enumerated() {
                var generator = SeededGenerator(seed, epoch, index)
                let view = augmentation.view(using: &generator)
                guard try store.copy(index, view, to: &span, at: position * length) else {
                    throw DatasetError.notFinite(path: name, image: index)
                }
            }
        }
        return TrainingBatch(
            images: images, labels: indices.map { labels[$0] }, targets: try softLabels?.rows(of: indices))
    }
}

/// Images to learn from at one step.
package struct TrainingBatch: Sendable {
    /// N × height × width × channels, preprocessed.
    package let images: Tensor
    /// The class of each image, from 0; of class probabilities the likeliest.
    package let labels: [Int32]
    /// N × classes: the wanted distributions, where labels are rows of class probabilities that are not all on one
    /// class.
    package var targets: [Float]?
}

extension SeededGenerator {
    /// A generator of its own for every seed and place: neighbours are as different as strangers.
    init(_ seed: UInt64, _ place: Int...) {
        var generator = SeededGenerator(seed: seed)
        for number in place {
            generator = SeededGenerator(seed: generator.next() &+ UInt64(truncatingIfNeeded: number))
        }
        self.init(seed: generator.next())
    }

    /// A uniform number from 0 to `bound` − 1, but for a bias below `bound` / 2⁶⁴.
    mutating func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
