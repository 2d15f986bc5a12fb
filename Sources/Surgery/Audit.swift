import Graphs
import Sparsity

/// The state of every filter: by which signs it is dead, whether it can go, and what holds it if it cannot.
///
/// The numbers add up, in every layer and over all: dead and chosen filters are those that can go and those that are
/// pinned.
package struct Audit: Sendable {
    package let layers: [Layer]
    /// What the selected criteria let surgery cut.
    package let plan: SurgeryPlan
    /// What was chosen beyond the dead; nil when nothing was asked for.
    package let chosen: ChosenFilters?

    /// The filters of one layer.
    package struct Layer: Sendable {
        package let bank: FilterBank
        /// Dead filters by criterion; a criterion that was not looked at, or does not apply to the layer, is missing.
        package let dead: [Criterion: [Int]]
        /// Filters that are dead by their weights alone: their channel is proven to be constant, or nobody reads it.
        package let proven: [Int]
        /// Filters that surgery removes under the selected criteria, those it frees in passing among them.
        package let removable: [Int]
        /// Filters that are dead, ascending: by a sign (by moving statistics, or for a box of inputs, only where that is
        /// selected), by proof, or in passing.
        package let deadFilters: [Int]
        /// Those among them with no sign and no proof of their own, which nothing reads or feeds any more once others
        /// are cut.
        package let inPassing: [Int]
        /// Filters that the moving statistics of training hold to be asleep, that are not dead otherwise, and that
        /// nobody asked to cut for that: neither dead, nor removable, nor pinned.
        package let suspected: [Int]
        /// Filters that were chosen to go though nothing says that they are dead; empty without a selection.
        package let chosen: [Int]
        /// Dead and chosen filters that stay, and why.
        package let pinned: [(filter: Int, reason: PinReason)]
        /// Filters whose activation function hands on all that it is given, for every input inside the box; nil without a
        /// box, where nothing is known of any filter, and where there is no such function.
        package let linear: [Int]?
        /// Filters that the batch statistics of training keep asleep, whatever the images; nil where nobody asked, or it
        /// cannot be told. No reason to cut: inference has other statistics.
        package let asleepInTraining: [Int]?
        /// Percent of images that each filter answers to; nil without a corpus, and behind a layer that cannot be
        /// evaluated.
        package let universality: [Double]?
        /// By how many points that may be off; nil where it is exact.
        package let universalityUncertainty: [Double]?
        /// What each filter's activation came to over the corpus; nil where it was not watched.
        package let activity: [FilterActivity]?
    }

    package init(_ cut: CutPlan) {
        let (plan, chosen, banks, request) = (cut.surgery, cut.chosen, cut.banks, cut.request)
        let (activations, thresholds) = (cut.evidence.activations, request.thresholds)
        let weights = WeightCriteria.all(of: banks, in: plan.dense, thresholds)
        (self.plan, self.chosen) = (plan, chosen)
        layers = banks.indices.map { index -> Layer in
            let bank = banks[index], signs = weights[index]
            var dead: [Criterion: [Int]] = [.weight: signs.weight, .unread: signs.unread]
            dead[.scale] = signs.scale
            dead[.statistics] = signs.statistics
            dead[.activation] = activations?.dead(index, thresholds)
            dead[.range] = cut.evidence.ranges?.dead(bank)
            let removable = cut.removed[index], going = Set(removable)
            let wanted = Set(chosen?.filters[index] ?? []), declined = chosen?.reasons[index] ?? [:]
            let unread = Set(signs.unread),
                proven = (0..<bank.filters).filter { unread.contains($0) || plan.values[bank.activation][$0].isProven }
            let certainly = Set(proven)
            func signed(by criteria: (Criterion) -> Bool) -> Set<Int> {
                Set(dead.filter { criteria($0.key) }.values.joined())
            }
            let found = signed { request.criteria.contains($0) }
            let certain = signed { !$0.countsWhereSelected || request.criteria.contains($0) }.union(proven)
            let deadFilters = certain.union(going.subtracting(wanted)), choices = wanted.subtracting(deadFilters)
            func reason(_ filter: Int) -> PinReason {
                if let reason = declined[filter] { return reason }
                let signs = Criterion.allCases.filter { !$0.countsWhereSelected && dead[$0]?.contains(filter) ?? false }
                if !found.contains(filter), !signs.isEmpty {
                    return .notSelected(signs.map(\.rawValue).joined(separator: ","))
                }
                if request.provenOnly, !certainly.contains(filter) { return .alive }
                return plan.reason(for: ChannelID(bank.activation, filter))
            }
            let pinned = deadFilters.union(choices).subtracting(going).sorted().map { (filter: $0, reason: reason($0)) }
            return Layer(
                bank: bank, dead: dead, proven: proven, removable: removable, deadFilters: deadFilters.sorted(),
                inPassing: deadFilters.subtracting(certain).sorted(),
                suspected: Set(dead[.statistics] ?? []).subtracting(deadFilters).subtracting(wanted).sorted(),
                chosen: choices.sorted(), pinned: pinned,
                linear: cut.evidence.ranges?.linear(bank, in: plan.dense),
                asleepInTraining: request.trainingBatch.flatMap { bank.asleepInTraining(in: plan.dense, batch: $0) },
                universality: activations?.universality(index, thresholds),
                universalityUncertainty: activations.flatMap {
                    $0.isUniversalityExact ? nil : $0.universalityUncertainty(index, thresholds)
                },
                activity: activations?.activity(index))
        }
    }
}
