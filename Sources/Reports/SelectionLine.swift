import Sparsity
import Surgery

/// What was chosen to be cut beyond the dead.
package struct SelectionLine: Codable, Sendable {
    package let method: String
    package let scope: String
    package let fraction: Double
    /// Of chance alone.
    package let seed: UInt64?
    package let keepAtLeast: Int
    /// Filters chosen beyond those that go anyway; those of them that went, and those that could not.
    package let chosen: Int
    package let cut: Int
    package let pinned: Int
}

extension SelectionLine {
    init(_ chosen: ChosenFilters) {
        let selection = chosen.selection
        method = selection.method.rawValue
        scope = selection.scope.rawValue
        fraction = chosen.fraction
        seed = selection.method == .random ? selection.seed : nil
        keepAtLeast = selection.keepAtLeast
        self.chosen = chosen.filters.reduce(0) { $0 + $1.count }
        pinned = chosen.reasons.reduce(0) { $0 + $1.count }
        cut = self.chosen - pinned
    }

    var text: String {
        let measure =
            switch FilterSelection.Method(rawValue: method) {
            case .li: "Li et al. 2017 (smallest Σ|w|)"
            case .slimming: "Network Slimming (smallest |γ|)"
            case .apoz: "APoZ (most zero activations)"
            case .taylor: "Molchanov et al. 2017 (smallest |activation · gradient|)"
            case .random, nil: "chance (seed \(seed.map(String.init) ?? "?"))"
            }
        let part =
            "\(Format.percent(fraction)) of \(scope == "layer" ? "each layer" : "all layers together"), tied ones as one"
        return
            "lossy cut: filters were chosen by \(measure), \(part): \(Format.count(chosen)) beyond those that go anyway, \(Format.count(pinned)) of them pinned"
    }
}
