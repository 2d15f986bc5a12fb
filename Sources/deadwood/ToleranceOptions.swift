import ArgumentParser

/// How much the compact model's answers may differ.
struct ToleranceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Largest deviation allowed, relative to the output's range. Default: 1e-4 for an exact cut, 1e-2 for an approximate one, any for a lossy one.",
            valueName: "t"))
    var tolerance: Double?

    @Flag(
        help:
            "Write nothing unless the compact model is verified: compared within a limit, on images that chose neither the cut nor what stands in for it."
    )
    var requireVerified = false

    func validate() throws {
        if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
            throw ValidationError("--tolerance takes a number from 0, not \(tolerance).")
        }
    }
}
