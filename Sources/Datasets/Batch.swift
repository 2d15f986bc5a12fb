import Tensors

/// Some images of a corpus, ready for a model.
package struct Batch: Sendable {
    /// N × the corpus's `inputShape`, preprocessed.
    package let images: Tensor
    /// The class number of each image; nil where the corpus has no labels.
    package let labels: [Int]?
    /// The row of class probabilities of each image, one after the other; nil where labels are class numbers.
    package var distributions: [Float]?
    /// The positions of the images in the corpus.
    package let range: Range<Int>
}

/// The images of one corpus or several in order, a batch at a time. The next one is read and decoded in the background
/// while the reader works on one: no more than these two are in memory.
package struct Batches<Batch: Sendable> {
    private let queue: BatchQueue<Batch>

    /// Up to `end` images, `size` at a time.
    init(of size: Int, end: Int, _ batch: @escaping @Sendable (Range<Int>) throws -> Batch) {
        self.init(stride(from: 0, to: end, by: size).map { $0..<min($0 + size, end) }, batch)
    }

    /// The images of these ranges, each a batch.
    init(_ ranges: [Range<Int>], _ batch: @escaping @Sendable (Range<Int>) throws -> Batch) {
        // A single one leaves nothing to be made ahead.
        queue = BatchQueue(steps: 0..<ranges.count, ahead: 1, threads: ranges.count > 1 ? 1 : 0) {
            try batch(ranges[$0])
        }
    }

    /// The next batch, nil after the last, which may be smaller. Throws as `Corpus.batch` does.
    package mutating func next() throws -> Batch? { try queue.next() }
}
