/// Runs of numbers that are combined one by one with those of a second operand, or with a single one of it.
package struct ElementwiseRuns {
    package var first: UnsafePointer<Float>
    package var second: UnsafePointer<Float>
    /// May be the first operand.
    package var output: UnsafeMutablePointer<Float>
    /// Numbers in a run.
    package var count: Int
    /// Whether a run has one number of the second operand for all of it.
    package var repeatsSecond: Bool
    package var runs: Int
    /// From run to run, in floats.
    package var firstStep: Int
    package var secondStep: Int
    package var outputStep: Int

    package init(
        first: UnsafePointer<Float>, second: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int,
        repeatsSecond: Bool,
        runs: Int, firstStep: Int, secondStep: Int, outputStep: Int
    ) {
        (self.first, self.second, self.output, self.count) = (first, second, output, count)
        (self.repeatsSecond, self.runs, self.firstStep, self.secondStep) = (repeatsSecond, runs, firstStep, secondStep)
        self.outputStep = outputStep
    }
}

/// How two numbers become one.
package enum VectorOperator: String, Sendable, CaseIterable {
    case add, subtract, multiply
    /// A NaN on either side stays.
    case maximum, minimum
}
