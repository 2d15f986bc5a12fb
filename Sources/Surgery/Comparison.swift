/// How a compact model was held against the dense one, what was found, and what that proves.
package struct Comparison: Sendable {
    /// What both were run on; nil where neither could be run.
    package let images: VerificationImages?
    /// Of how many images those compared on were held out, so that they chose nothing; nil where none were.
    package let heldOutOf: Int?
    package let verification: Verification
    /// The largest deviation allowed, relative to the output's range; nil: any.
    package let tolerance: Double?
    package let verdict: Verdict
    /// The largest |compact − dense| that the algebra allows where activations stay within what these images showed,
    /// rounding aside: 0 for an exact cut; nil where it is not known.
    package let bound: Double?
    /// The cut as far as it is proven, and how it compares by itself; nil where that is the whole of it.
    package let exactPart: (plan: SurgeryPlan, verification: Verification)?
    /// How both compare on images made to lie inside a box, where the cut holds there alone and `images` are others; else
    /// nil.
    package let inBox: Verification?

    package init(
        _ verification: Verification, on images: VerificationImages, heldOutOf: Int?, of plan: SurgeryPlan,
        tolerance: Double?, choseTheCut: Bool,
        bound: Double?, exactPart: (plan: SurgeryPlan, verification: Verification)?, inBox: Verification? = nil
    ) {
        let wasRun = !verification.comparedAt.isEmpty
        self.images = wasRun ? images : nil
        self.heldOutOf = wasRun ? heldOutOf : nil
        (self.verification, self.tolerance) = (verification, tolerance)
        verdict = Verdict(
            verification, on: images, isExact: plan.isExact, tolerance: tolerance, choseTheCut: choseTheCut)
        (self.bound, self.exactPart, self.inBox) = (bound, exactPart, inBox)
    }
}

/// Channels that small weights made candidates, and that stayed: without them the answers keep within the limit.
package struct KeptAlive: Sendable {
    /// How many filters would have gone beyond those that do.
    package let filters: Int
    /// How far the answers moved with all of them cut, relative to the output's range, and what was allowed.
    package let deviation: Double
    package let tolerance: Double

    package init(filters: Int, deviation: Double, tolerance: Double) {
        (self.filters, self.deviation, self.tolerance) = (filters, deviation, tolerance)
    }
}
