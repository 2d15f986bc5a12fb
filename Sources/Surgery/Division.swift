import Datasets

/// Which images of a corpus decide a cut, and on which it is compared afterwards.
package struct Division: Sendable {
    /// The images that decide: nil without a corpus.
    package let choosing: ModelCorpus?
    /// The others, where images decide; else all of them; noise without a corpus.
    package let compared: VerificationImages
    /// Of how many images those compared on were held out; nil where none were.
    package let heldOutOf: Int?

    /// Below this nothing is held out: two images or fewer would prove little, and the others choose worse.
    package static let fewestImages = 10
    /// Every image with this number in a row is held out.
    private static let period = 5

    /// - Parameter isDivided: whether images decide the cut, so that others are needed to compare on.
    package init(_ corpus: ModelCorpus?, isDivided: Bool) {
        guard let corpus else {
            (choosing, compared, heldOutOf) = (nil, .random(count: 16, seed: 1), nil)
            return
        }
        guard isDivided, corpus.count >= Self.fewestImages else {
            (choosing, compared, heldOutOf) = (corpus, .corpus(corpus), nil)
            return
        }
        func isHeldOut(_ image: Int) -> Bool { image % Self.period == Self.period - 1 }
        choosing = corpus.subset { !isHeldOut($0) }
        compared = .corpus(corpus.subset(where: isHeldOut))
        heldOutOf = corpus.count
    }
}
