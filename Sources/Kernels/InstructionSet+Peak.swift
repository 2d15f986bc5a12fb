extension InstructionSet {
    /// The most operations a second that one thread reaches on registers alone, the best of several short runs. A
    /// product and a sum count as two.
    package func measuredPeak() -> Double {
        var best = Double.infinity, sink: Float = 0
        for _ in 0..<20 {
            best = min(best, ContinuousClock().measure { sink += microkernels.saturate(400_000) } / .seconds(1))
        }
        precondition(sink.isFinite, "the products ran away")
        return Double(400_000 * 12 * lanes * 2) / best
    }
}
