import Datasets

/// Which images decide a cut, and on which it is compared afterwards.
package struct Division: Sendable {
    /// The images that decide: nil without a corpus.
    package let choosing: ModelCorpus?
    /// Images that did not decide, where there are any; noise without images.
    package let compared: VerificationImages
    /// Of how many images those compared on were held out, as the others decide; nil where none were.
    package let heldOutOf: Int?
    /// Whether the images compared on also decided the cut, for want of others.
    package let choseTheCut: Bool

    /// Whether images of the corpus are held out.
    private let isDivided: Bool

    /// Below this nothing is held out: two images or fewer would prove little, and the others choose worse.
    package static let fewestImages = 10
    /// Every image with this number in a row is held out.
    private static let period = 5

    /// - Parameters:
    ///   - corpus: the images at hand.
    ///   - verify: images to compare on in place of the corpus's.
    ///   - decides: whether the corpus decides what is cut, or what stands in for it. Then its images, by what they
    ///     hold, are not compared on; where they are among `verify`, or stand in the corpus twice, too.
    package init(_ corpus: ModelCorpus?, verify: ModelCorpus? = nil, decides: Bool) throws {
        guard let corpus, decides else {
            choosing = corpus
            compared = (verify ?? corpus).map { .corpus($0) } ?? .random(count: 16, seed: 1)
            (heldOutOf, choseTheCut, isDivided) = (nil, false, false)
            return
        }
        isDivided = verify == nil && corpus.count >= Self.fewestImages
        let choosing = isDivided ? corpus.subset { !Self.isHeldOut($0) } : corpus
        let candidates = verify ?? (isDivided ? corpus.subset(where: Self.isHeldOut) : corpus),
            others = try candidates.without(choosing)
        self.choosing = choosing
        choseTheCut = others.count == 0
        compared = .corpus(choseTheCut ? candidates : others)
        heldOutOf =
            choseTheCut ? nil : isDivided ? corpus.count : others.count < candidates.count ? candidates.count : nil
    }

    private static func isHeldOut(_ image: Int) -> Bool { image % period == period - 1 }

    /// Whether an image of the whole corpus is one of those that decide.
    package func isChoosing(_ image: Int) -> Bool { !isDivided || !Self.isHeldOut(image) }
}
