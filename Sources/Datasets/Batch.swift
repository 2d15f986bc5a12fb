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

/// The images of a corpus in order, a batch at a time; one batch is in memory.
package struct Batches {
    private let corpus: Corpus
    private let size: Int
    private let end: Int
    private var position = 0

    init(_ corpus: Corpus, size: Int, end: Int) { (self.corpus, self.size, self.end) = (corpus, size, end) }

    /// The next batch, nil after the last, which may be smaller. Throws as `Corpus.batch` does.
    package mutating func next() throws -> Batch? {
        guard position < end else { return nil }
        let range = position..<min(position + size, end)
        position = range.upperBound
        return try corpus.batch(range)
    }
}
