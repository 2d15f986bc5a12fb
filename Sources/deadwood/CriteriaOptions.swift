import ArgumentParser
import Compression
import Sparsity
import Surgery

/// By which signs filters count as dead, and which of them allow a cut.
struct CriteriaOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Signs of death by which filters may be cut: scale, weight, unread, statistics, activation (needs --corpus), range (for inputs inside --input-range). Default: scale,weight,unread.",
            valueName: "c,…"), transform: Self.criteria)
    var criteria: Set<Criterion> = Criterion.byDefault

    @Option(help: ArgumentHelp("Scale: the |γ| of its batch normalization is below this.", valueName: "t"))
    var scaleThreshold: Float = Thresholds().scale

    @Option(help: ArgumentHelp("Weight: the norm of the weights that feed it is below this.", valueName: "t"))
    var weightThreshold: Float = Thresholds().weight

    @Option(help: ArgumentHelp("Activation: its largest |activation| over the corpus is at most this.", valueName: "t"))
    var activationThreshold: Float = Thresholds().activation

    func validate() throws {
        for (name, value) in [
            ("scale", scaleThreshold), ("weight", weightThreshold), ("activation", activationThreshold),
        ] where !(value >= 0 && value.isFinite) {
            throw ValidationError("--\(name)-threshold takes a number from 0, not \(value).")
        }
    }

    /// Throws where a criterion looks at data and there are none.
    func validate(hasCorpus: Bool) throws {
        if criteria.contains(.activation), !hasCorpus {
            throw ValidationError(
                "The criterion 'activation' looks at data: add --corpus FILE, or leave it out of --criteria.")
        }
    }

    var request: CompressionRequest {
        var request = CompressionRequest()
        request.criteria = criteria
        request.thresholds.scale = scaleThreshold
        request.thresholds.weight = weightThreshold
        request.thresholds.activation = activationThreshold
        return request
    }

    @Sendable private static func criteria(_ text: String) throws -> Set<Criterion> {
        Set(
            try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
                guard let criterion = Criterion(rawValue: String(name)) else {
                    throw ValidationError(
                        "'\(name)' is no criterion; choose from \(Criterion.allCases.map(\.rawValue).joined(separator: ", "))."
                    )
                }
                return criterion
            })
    }
}
