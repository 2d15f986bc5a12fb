import Testing
@testable import Reports

extension VerificationLine {
    static func sample(
        claim: String? = "verified", images: Int? = 100, bound: Double? = 0, tolerance: Double? = 1e-4,
        source: String? = "corpus", heldOutOf: Int? = nil, agreement: Double? = nil, upTo: [String] = [],
        exactPart: ExactPart? = nil, dense: EvaluationLine? = nil, compact: EvaluationLine? = nil
    ) -> VerificationLine {
        VerificationLine(
            claim: claim, images: images, maxAbsoluteError: claim == nil ? nil : 2e-6,
            maxRelativeError: claim == nil ? nil : 1e-6, agreement: agreement, bound: bound, tolerance: tolerance,
            source: source, heldOutOf: heldOutOf, upTo: upTo, comparedAt: ["out"], exactPart: exactPart, dense: dense,
            compact: compact)
    }

    static let notRun = sample(claim: nil, images: nil, bound: nil, tolerance: nil, source: nil, upTo: ["odd"])

    func text(_ kind: String, because reason: String? = nil) -> String {
        Sample(sections: sections(kind, notVerifiedBecause: reason)).text
    }
}

@Suite struct VerificationText {
    @Test("An exact cut is verified by its deviation alone")
    func exact() {
        #expect(
            VerificationLine.sample().text("exact cut") == """
                verified on 100 images of the corpus: exact cut
                  largest deviation  2.0e-06, 1.0e-06 of the output's range (allowed 1.0e-04)
                """)
    }

    @Test("An approximate cut adds why it is not verified, its bound, its proven part, classes and errors")
    func approximate() {
        let line = VerificationLine.sample(
            claim: "compared", images: 1, bound: 0.5, tolerance: nil, agreement: 0.99,
            exactPart: .init(removed: 3, maxAbsoluteError: 0, maxRelativeError: 1e-7),
            dense: EvaluationLine(images: 1, loss: 0, top1Error: 10, top5Error: 0),
            compact: EvaluationLine(images: 1, loss: 0, top1Error: 12.5, top5Error: 0))
        #expect(
            line.text("lossy cut", because: "no limit") == """
                compared on 1 image of the corpus: lossy cut
                  not verified       no limit
                  largest deviation  2.0e-06, 1.0e-06 of the output's range (no limit given)
                  bound              5.0e-01 for activations as large as on these images
                  its proven part    1.0e-07 of the range with 3 filters cut
                  same top class     99.0 %
                  top-1 error        10.0 % dense, 12.5 % compact
                """)
    }

    @Test("A bound that is not known is said to be so, and a proven part that cuts nothing is left out")
    func unknownBound() {
        let text = VerificationLine.sample(
            bound: nil, exactPart: .init(removed: 0, maxAbsoluteError: 0, maxRelativeError: 0)
        ).text("cut")
        #expect(text.hasSuffix("\n  bound              not known"))
    }

    @Test(
        "The images are named by where they came from",
        arguments: [
            (1, "random", nil, "1 random image:"), (8, "random", nil, "8 random images:"),
            (20, "corpus", 100, "20 images held out of 100, which chose nothing:"),
        ])
    func source(images: Int, source: String, heldOutOf: Int?, text: String) {
        let line = VerificationLine.sample(images: images, source: source, heldOutOf: heldOutOf)
        #expect(line.text("cut").hasPrefix("verified on \(text)"))
    }

    @Test("A model that cannot be run has only the reason")
    func notRun() {
        #expect(VerificationLine.notRun.text("exact cut") == "exact cut")
        #expect(
            VerificationLine.notRun.text("exact cut", because: "nothing runs")
                == "exact cut\n  not verified       nothing runs")
    }

    @Test("What was not measured is null; what there is none of is absent")
    func nulls() throws {
        #expect(
            try VerificationLine.notRun.json == """
                {"agreement":null,"bound":null,"claim":null,"comparedAt":["out"],"heldOutOf":null,"images":null,\
                "maxAbsoluteError":null,"maxRelativeError":null,"source":null,"tolerance":null,"upTo":["odd"]}
                """)
    }
}
