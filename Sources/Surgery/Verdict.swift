/// What may be said of a compact model after it was held against the dense one.
package struct Verdict: Equatable, Sendable {
    /// Why nothing more than "compared" may be said, the gravest reason first; empty where the model is verified: both
    /// were run on inputs that chose neither the cut nor what stands in for a channel, and differed by no more than a
    /// limit.
    package let doubts: [Doubt]

    package var isVerified: Bool { doubts.isEmpty }

    package enum Doubt: Equatable, Sendable {
        /// Nothing was compared, for these layers cannot be evaluated.
        case notRun(layers: [String])
        /// Compared no further than what these layers read, which cannot be evaluated.
        case partlyRun(upTo: [String])
        /// The images compared on also chose the cut; others may wake a filter.
        case choseTheCut(images: Int)
        /// Noise says nothing of what was only seen of data, or holds only nearly.
        case random
        /// Whatever the deviation is, it was allowed: there was no limit, or one beyond the whole range of the output.
        case noLimit
    }

    package init(_ doubts: [Doubt]) { self.doubts = doubts }

    /// The verdict on a comparison that stayed within its limit.
    ///
    /// - Parameters:
    ///   - verification: what was measured.
    ///   - images: what it was measured on.
    ///   - isExact: everything cut follows from the weights.
    ///   - tolerance: the limit; nil where there was none.
    ///   - choseTheCut: whether the images also decided what is cut, or what takes its place.
    package init(
        _ verification: Verification, on images: VerificationImages, isExact: Bool, tolerance: Double?,
        choseTheCut: Bool
    ) {
        guard !verification.comparedAt.isEmpty else {
            doubts = [.notRun(layers: verification.upTo)]
            return
        }
        var doubts: [Doubt] = verification.upTo.isEmpty ? [] : [.partlyRun(upTo: verification.upTo)]
        switch images {
        case .random, .box: if !isExact { doubts.append(.random) }
        case .corpus: if choseTheCut, !isExact { doubts.append(.choseTheCut(images: images.count)) }
        }
        if tolerance.map({ $0 > 1 }) ?? true { doubts.append(.noLimit) }
        self.doubts = doubts
    }
}
