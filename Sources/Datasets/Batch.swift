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

/// The images of one corpus or several in order, a batch at a time; one batch is in memory.
package struct Batches<Batch> {
    private let size: Int
    private let end: Int
    private let batch: (Range<Int>) throws -> Batch
    private var position = 0

    /// Up to `end` images, `size` at a time.
    init(of size: Int, end: Int, _ batch: @escaping (Range<Int>) throws -> Batch) {
        (self.size, self.end, self.batch) = (size, end, batch)
    }

    /// The next batch, nil after the last, which may be smaller. Throws as `Corpus.batch` does.
    package mutating func next() throws -> Batch? {
        guard position < end else { return nil }
        let range = position..<min(position + size, end)
        position = range.upperBound
        return try batch(range)
    }
}
