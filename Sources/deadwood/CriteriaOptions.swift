import ArgumentParser
import Sparsity
import Surgery

/// By which signs filters count as dead, and which of them allow a cut.
struct CriteriaOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Signs of death by which filters may be cut: scale, weight, unread, statistics, activation (needs --corpus).", valueName: "c,…"),
        transform: Self.criteria)
    var criteria: Set<Criterion> = Criterion.byDefault

    @Option(help: "|γ| below this is a dead scale.")
    var scaleThreshold: Float = Thresholds().scale

    @Option(help: "A norm of weights below this is dead.")
    var weightThreshold: Float = Thresholds().weight

    @Option(help: "A largest |activation| up to this is dead.")
    var activationThreshold: Float = Thresholds().activation

    func validate() throws {
        for (name, value) in [("scale", scaleThreshold), ("weight", weightThreshold), ("activation", activationThreshold)] where !(value >= 0 && value.isFinite) {
            throw ValidationError("--\(name)-threshold takes a number from 0, not \(value).")
        }
    }

    var thresholds: Thresholds {
        var thresholds = Thresholds()
        thresholds.scale = scaleThreshold
        thresholds.weight = weightThreshold
        thresholds.activation = activationThreshold
        return thresholds
    }

    @Sendable private static func criteria(_ text: String) throws -> Set<Criterion> {
        Set(
            try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
                guard let criterion = Criterion(rawValue: String(name)) else {
                    throw ValidationError("'\(name)' is no criterion; choose from \(Criterion.allCases.map(\.rawValue).joined(separator: ", ")).")
                }
                return criterion
            })
    }
}
