import Surgery

/// How the compact model compares with the dense one. What was not measured is null.
package struct VerificationLine: Codable, Sendable {
    /// The most that may be said: `verified`, `verified up to 'layer'` or `compared`; null where nothing was run.
    @Nullable package private(set) var claim: String?
    /// How many images both were run on.
    @Nullable package private(set) var images: Int?
    @Nullable package private(set) var maxAbsoluteError: Double?
    /// Relative to each output's largest magnitude.
    @Nullable package private(set) var maxRelativeError: Double?
    /// Share of images whose top class stayed; null for outputs that are not classes.
    @Nullable package private(set) var agreement: Double?
    /// The largest |compact − dense| that the algebra allows where activations stay within what was seen on these
    /// images, rounding aside: 0 for an exact cut; null where it is not known.
    @Nullable package private(set) var bound: Double?
    /// The deviation allowed; null for a lossy cut to which no limit was given.
    @Nullable package private(set) var tolerance: Double?
    /// Where the images came from: `corpus`, `random`, or `box`, made to lie inside the input range.
    @Nullable package private(set) var source: String?
    /// Of how many images they were held out, every fifth, so that they chose nothing; null where none were.
    @Nullable package private(set) var heldOutOf: Int?
    /// The layers up to which the model was compared, for they cannot be evaluated; empty where all of it was.
    package let upTo: [String]
    /// The layers whose outputs were compared.
    package let comparedAt: [String]
    /// The deviation with only the proven part cut, where the cut is not exact.
    package let exactPart: ExactPart?
    /// The deviation on images made to lie inside the input range, where a cut rests on that and `images` are others.
    package private(set) var insideRange: InsideRange? = nil
    package let dense: EvaluationLine?
    package let compact: EvaluationLine?
    /// Absent where nothing was run.
    package private(set) var differences: AnswerDifferencesLine? = nil

    /// How both models compare on images made to lie inside the input range.
    package struct InsideRange: Codable, Sendable {
        package let images: Int
        package let maxAbsoluteError: Double
        package let maxRelativeError: Double
    }

    /// What the proven part of a cut does by itself.
    package struct ExactPart: Codable, Sendable {
        package let removed: Int
        package let maxAbsoluteError: Double
        package let maxRelativeError: Double
    }
}

extension VerificationLine {
    init(_ comparison: Comparison, of audit: Audit) {
        let deviation = comparison.verification.deviation, wasRun = comparison.images != nil
        claim = wasRun ? comparison.verdict.claim : nil
        images = wasRun ? deviation.images : nil
        maxAbsoluteError = wasRun ? deviation.maxAbsoluteError : nil
        maxRelativeError = wasRun ? deviation.maxRelativeError : nil
        agreement = deviation.agreement
        bound = wasRun ? comparison.bound : nil
        tolerance = wasRun ? comparison.tolerance : nil
        source = comparison.images?.name
        heldOutOf = comparison.heldOutOf
        upTo = comparison.verification.upTo
        comparedAt = comparison.verification.comparedAt
        exactPart = comparison.exactPart.map { part in
            ExactPart(
                removed: audit.layers.reduce(0) { $0 + part.plan.removed(from: $1.bank.output).count },
                maxAbsoluteError: part.verification.deviation.maxAbsoluteError,
                maxRelativeError: part.verification.deviation.maxRelativeError)
        }
        insideRange = comparison.inBox.map { inside in
            InsideRange(
                images: inside.deviation.images, maxAbsoluteError: inside.deviation.maxAbsoluteError,
                maxRelativeError: inside.deviation.maxRelativeError)
        }
        dense = comparison.verification.dense.map(EvaluationLine.init)
        compact = comparison.verification.compact.map(EvaluationLine.init)
        differences =
            wasRun
            ? AnswerDifferencesLine(comparison.verification.differences, names: comparison.verification.comparedAt)
            : nil
    }

    /// What was compared on what, with what result, and what that proves; `kind` is what was cut, in words.
    func sections(_ kind: String, notVerifiedBecause reason: String?) -> [Section] {
        guard let claim, let images, let maxAbsoluteError, let maxRelativeError else {
            return [.headline(kind), .list([Item("not verified", reason), Item("largest deviation", nil)])]
        }
        let noun = images == 1 ? "image" : "images"
        let place =
            source == "random"
            ? "random \(noun)"
            : source == "box"
                ? "random \(noun), tones and corners inside the input range"
                : heldOutOf.map { "images held out of \(Format.count($0)), which chose nothing" }
                    ?? "\(noun) of the corpus"
        let allowed = tolerance.map { "allowed \(Format.scientific($0))" } ?? "no limit given"
        let boundText =
            bound.map { "\(Format.scientific($0)) for activations as large as on these images" } ?? "not known"
        let exactPart = exactPart.flatMap { $0.removed > 0 ? $0 : nil }
        return [
            .headline("\(claim) on \(Format.count(images)) \(place): \(kind)"),
            .list([
                Item("not verified", reason),
                Item(
                    "largest deviation",
                    "\(Format.scientific(maxAbsoluteError)), \(Format.scientific(maxRelativeError)) of the output's range (\(allowed))"
                ), Item("bound", bound == 0 ? nil : boundText),
                Item(
                    "its proven part",
                    exactPart.map {
                        "\(Format.scientific($0.maxRelativeError)) of the range with \(Format.count($0.removed)) filters cut"
                    }),
                Item(
                    "inside the range",
                    insideRange.map {
                        "\(Format.scientific($0.maxRelativeError)) of the range of the output on \(Format.count($0.images)) random images, tones and corners"
                    }),
                Item("same top class", agreement.map(Format.percent)),
                Item(
                    "top-1 error",
                    dense.flatMap { dense in
                        compact.map {
                            "\(Format.digits(dense.top1Error)) % dense, \(Format.digits($0.top1Error)) % compact"
                        }
                    }),
            ]),
        ]
    }
}

extension Verdict {
    /// The most that may be said, in one word, or up to where.
    fileprivate var claim: String {
        if isVerified { return "verified" }
        if doubts.count == 1, case let .partlyRun(layers) = doubts[0] {
            return "verified up to \(Format.names(layers))"
        }
        return "compared"
    }

    /// Why the model is not verified, and what to do about it, in one line; nil where it is.
    package var reason: String? { isVerified ? nil : doubts.map(\.text).joined(separator: "; ") }
}

extension Verdict.Doubt {
    fileprivate var text: String {
        switch self {
        case let .notRun(layers): "the model was not run, for \(Format.names(layers)) cannot be evaluated"
        case let .partlyRun(layers):
            "what lies behind \(Format.names(layers)) was not compared, for it cannot be evaluated"
        case let .choseTheCut(images):
            "\(images == 1 ? "the image" : "the \(Format.count(images)) images") it was compared on also chose the cut, and others may wake a filter: "
                + "give a corpus of 10 images or more, of which every fifth is held out, or 'prune --verify' others"
        case .random: "random images verify exact cuts only: give images with --verify or --corpus"
        case .noLimit: "no limit was given below the whole range of the output: give one with --tolerance"
        }
    }
}
