import ArgumentParser

/// How much the compact model's answers may differ.
struct ToleranceOptions: ParsableArguments {
    @Option(help: "Largest deviation allowed, relative to the output's range. Default: 1e-4 for an exact cut, else 1e-2; with --select there is none.")
    var tolerance: Double?

    func validate() throws {
        if let tolerance, !(tolerance >= 0) { throw ValidationError("--tolerance takes a number from 0, not \(tolerance).") }
    }
}
