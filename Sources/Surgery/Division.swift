import Datasets

/// Which images decide a cut, and on which it is compared afterwards.
package struct Division: Sendable {
    /// The images that decide: nil without a corpus.
    package let choosing: ModelCorpus?
    /// The images on which errors are measured to find how deep a cut may go: they decide nothing else, and are not
    /// compared on; nil where nothing is measured, or there are none.
    package let measured: ModelCorpus?
    /// Images that did not decide, where there are any; noise without images.
    package let compared: VerificationImages
    /// Of how many images those compared on were held out, as the others decide; nil where none were.
    package let heldOutOf: Int?
    /// Whether the images compared on also decided the cut, for want of others.
    package let choseTheCut: Bool

    /// What each image of a corpus is for, by its position.
    private struct Rule: Sendable {
        enum Use { case choosing, measuring, comparing }

        /// Every image with this number in a row is held out.
        static let period = 5

        /// Whether images are held out to be compared on, and whether some are measured on.
        let compares: Bool, measures: Bool
        /// Whether others decide; else all that are not held out are measured on.
        let decides: Bool

        func use(of image: Int) -> Use {
            let place = image % Self.period
            if compares, place == Self.period - 1 { return .comparing }
            return measures && (!decides || place == Self.period - 2) ? .measuring : .choosing
        }
    }

    /// Below this nothing is held out: two images or fewer would prove little, and the others choose worse.
    package static let fewestImages = 10

    /// - Parameters:
    ///   - corpus: the images at hand.
    ///   - verify: images to compare on in place of the corpus's.
    ///   - decides: whether the corpus decides what is cut, or what stands in for it. Then its images, by what they
    ///     hold, are not compared on; where they are among `verify`, or stand in the corpus twice, too.
    ///   - measures: whether errors over some images decide how deep a cut goes; needs `fewestImages`.
    ///   - hashes: those of all images of the corpus, where they are known already.
    package init(
        _ corpus: ModelCorpus?, verify: ModelCorpus? = nil, decides: Bool, measures: Bool = false,
        hashes: [UInt64]? = nil
    ) throws {
        guard let corpus, decides || measures else {
            (choosing, measured) = (corpus, nil)
            compared = (verify ?? corpus).map { .corpus($0) } ?? .random(count: 16, seed: 1)
            (heldOutOf, choseTheCut) = (nil, false)
            return
        }
        let isDivided = Self.isDivided(corpus.count), known = verify == nil ? hashes : nil
        let rule = Rule(compares: isDivided && verify == nil, measures: isDivided && measures, decides: decides)
        func images(for use: Rule.Use) -> ModelCorpus { corpus.subset { rule.use(of: $0) == use } }
        // Images that decide nothing are only looked at.
        let choosing = decides ? images(for: .choosing) : corpus, candidates: ModelCorpus
        candidates = verify ?? (rule.compares ? images(for: .comparing) : corpus)
        var others = candidates
        if decides { others = try others.without(choosing, hashes: known) }
        if rule.measures {
            let measured =
                decides ? try images(for: .measuring).without(choosing, hashes: hashes) : images(for: .measuring)
            others = try others.without(measured, hashes: known)
            self.measured = measured.count == 0 ? nil : measured
        } else {
            measured = nil
        }
        self.choosing = choosing
        choseTheCut = others.count == 0
        compared = .corpus(choseTheCut ? candidates : others)
        heldOutOf =
            choseTheCut ? nil : rule.compares ? corpus.count : others.count < candidates.count ? candidates.count : nil
    }

    private init(_ other: Division, comparing images: VerificationImages) {
        (choosing, measured, heldOutOf, choseTheCut) = (
            other.choosing, other.measured, other.heldOutOf, other.choseTheCut
        )
        compared = images
    }

    /// The same, compared on other images.
    package func comparing(on images: VerificationImages) -> Division { Division(self, comparing: images) }

    private static func isDivided(_ count: Int) -> Bool { count >= fewestImages }

    /// Whether an image is one of those that decide, by its position in a corpus of `count` that decides and on which
    /// no errors are measured.
    package static func isChoosing(_ image: Int, of count: Int) -> Bool {
        Rule(compares: isDivided(count), measures: false, decides: true).use(of: image) == .choosing
    }
}
