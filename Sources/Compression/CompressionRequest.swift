import Graphs
import Sparsity
import Surgery

/// What is asked of a cut, and what its result must keep to.
package struct CompressionRequest: Sendable {
    /// The signs of death by which filters may be cut; the others are only reported.
    package var criteria = Criterion.byDefault
    package var thresholds = Thresholds()
    /// Filters to cut though they may be alive.
    package var selection: FilterSelection?
    /// What at most may remain of the dense model; where there are any, they decide how much is selected.
    package var budgets: [Budget] = []
    /// What the model is fed at most: what is proven of it is proven for this. Nil: nothing is known.
    package var box: InputBox?
    /// Whether proofs look through two layers at a time, which proves more and takes longer.
    package var relaxesRanges = false
    /// Images of a step of training, where filters that sleep in every one are asked for.
    package var trainingBatch: Int?
    /// Layers that keep all their filters.
    package var protected: Set<LayerKey> = []
    package var alignment = WidthAlignment.asTheyCome
    /// Whether the statistics of batch normalizations are estimated anew over the corpus, unless the cut is exact.
    package var recalibrates = false
    /// Whether a channel of small scale is replaced by its mean over the corpus; else by β, as if its scale were 0.
    package var measuresResponses = true
    /// Whether the corpus is read twice where the peaks of all images take too much memory to tell universality
    /// exactly.
    package var countsUniversalityExactly = false
    /// The largest deviation allowed, relative to the output's range; nil: what is usual for the kind of cut.
    package var tolerance: Double?
    /// Whether a compact model that cannot be called verified is refused.
    package var requiresVerified = false

    package init() {}

    /// Whether nothing was asked for but the usual criteria, so that what is proven may stand for them.
    var isUsual: Bool {
        let usual = Thresholds()
        return criteria == Criterion.byDefault && thresholds.scale == usual.scale && thresholds.weight == usual.weight
            && selection == nil && !recalibrates && tolerance == nil
    }

    /// Whether filters go for what is proven of inputs inside a box.
    var cutsByRange: Bool { criteria.contains(.range) }

    /// Whether what the filters do over a corpus decides which of them go.
    var selectsByActivation: Bool { criteria.contains(.activation) || selection?.method == .apoz }

    /// Whether gradients over labelled images decide which filters go.
    var selectsByGradient: Bool { selection?.method == .taylor }

    /// `provenOnly`: of what the criteria find only what is proven by the weights goes.
    func cut(multiple: Int = 1, provenOnly: Bool) -> CutRequest {
        var request = CutRequest(
            criteria: criteria, thresholds: thresholds, selection: selection, protected: protected, multiple: multiple)
        request.provenOnly = provenOnly
        request.trainingBatch = trainingBatch
        return request
    }

    /// The same with so many units selected.
    func cut(multiple: Int, units: Int) -> CutRequest {
        var request = cut(multiple: multiple, provenOnly: false)
        request.selection?.extent = .units(units)
        return request
    }

    /// Whether errors over labelled images decide how deep the cut goes.
    var measuresError: Bool { budgets.contains { $0.measure == .error } }
}

/// To a multiple of what the widths of cut layers are kept.
package enum WidthAlignment: Sendable, Equatable {
    case asTheyCome
    case multiple(Int)
    /// Whichever is fastest on this machine.
    case fastest
}
