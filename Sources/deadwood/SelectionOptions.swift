import ArgumentParser
import Compression
import Graphs
import Sparsity
import Surgery

/// What to cut though it is alive, and what to keep whatever the signs.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cut filters that are alive, too: those of the smallest sum of |w| (li) or |γ| (slimming), those most often 0 (apoz, needs --corpus), those that matter least to the loss (taylor, needs a --corpus with labels), or by chance.",
            valueName: "method"))
    var select: FilterSelection.Method?

    @Option(help: ArgumentHelp("The part of the filters that --select takes, 0…1.", valueName: "f"))
    var fraction: Double?

    @OptionGroup var budgets: BudgetOptions

    @Option(
        help: ArgumentHelp(
            "Of which filters the fraction is: each layer's, or all. Default: global for slimming and taylor, else layer.",
            valueName: "layer|global"))
    var scope: FilterSelection.Scope?

    @Option(help: ArgumentHelp("The seed of --select random. Default: 1.", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Filters that --select leaves in every layer. Default: 1.", valueName: "n"))
    var keepAtLeast: Int?

    @Option(
        help: ArgumentHelp(
            "Layers that keep all their filters, by name with * and ?. May be repeated.", valueName: "pattern"))
    var protect: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keep dead filters as padding, so that cut layers have a multiple of this many. auto takes what is fastest on this machine.",
            valueName: "4|8|16|auto"))
    var align: WidthAlignment?

    @Flag(
        help:
            "Estimate the statistics of all batch normalizations anew over the corpus, unless the cut is exact. Then there is no default tolerance."
    )
    var recalibrate = false

    func validate() throws {
        let hasBudget = !budgets.all.isEmpty
        if !hasBudget, select == nil, fraction != nil || scope != nil || seed != nil || keepAtLeast != nil {
            throw ValidationError("--fraction, --scope, --seed and --keep-at-least belong to --select.")
        }
        if hasBudget, fraction != nil {
            let names = budgets.all.map { "--\($0.measure.rawValue)" }.joined(separator: " and ")
            throw ValidationError("--fraction and \(names) both say how much is cut: leave out one of them.")
        }
        if let select, !hasBudget, fraction == nil {
            throw ValidationError(
                "--select \(select.rawValue) needs --fraction, the part of the filters to cut. Or give a budget, such as --macs 60%."
            )
        }
        if let fraction, !(fraction >= 0 && fraction <= 1) {
            throw ValidationError("--fraction takes a number from 0 to 1, not \(fraction).")
        }
        try requirePositive(["--keep-at-least": keepAtLeast])
        if seed != nil, select != .random { throw ValidationError("--seed belongs to --select random.") }
    }

    /// Throws where what was asked for looks at data and there are none.
    func validate(hasCorpus: Bool) throws {
        if select == .apoz, !hasCorpus { throw ValidationError("--select apoz looks at data: add --corpus FILE.") }
        if select == .taylor, !hasCorpus { throw ValidationError("--select taylor looks at data: add --corpus FILE.") }
        if budgets.error != nil, !hasCorpus { throw ValidationError("--error looks at data: add --corpus FILE.") }
        if recalibrate, !hasCorpus { throw ValidationError("--recalibrate looks at data: add --corpus FILE.") }
    }

    /// All that is asked of a cut of `graph`.
    func request(_ criteria: CriteriaOptions, _ tolerance: ToleranceOptions, for graph: Graph) throws
        -> CompressionRequest
    {
        var request = criteria.request
        request.tolerance = tolerance.tolerance
        request.requiresVerified = tolerance.requireVerified
        if select != nil || !budgets.all.isEmpty {
            var selection = FilterSelection(select ?? .li, fraction: fraction ?? 0, scope: scope)
            if let seed { selection.seed = seed }
            if let keepAtLeast { selection.keepAtLeast = keepAtLeast }
            request.selection = selection
        }
        request.budgets = budgets.all
        request.protected = try graph.layers(matching: protect)
        if let align { request.alignment = align }
        request.recalibrates = recalibrate
        return request
    }
}

extension FilterSelection.Method: ExpressibleByArgument {}
extension FilterSelection.Scope: ExpressibleByArgument {}

extension WidthAlignment: ExpressibleByArgument {
    package init?(argument: String) {
        switch argument {
        case "auto": self = .fastest
        case "4", "8", "16": self = .multiple(Int(argument) ?? 1)
        default: return nil
        }
    }

    package static var allValueStrings: [String] { ["4", "8", "16", "auto"] }
}
