import Graphs

/// An explicit choice of filters to cut, dead or not: the least important part of them by a measure.
///
/// Filters that can only go together are one unit, chosen or left as a whole: see `FilterUnit` and, for its importance,
/// `importances`.
package struct FilterSelection: Sendable, Equatable {
    /// How a filter's importance is measured.
    package enum Method: String, CaseIterable, Sendable {
        /// Σ|w| of the weights that make the filter, smallest first (Li et al. 2017, Pruning Filters for Efficient
        /// ConvNets).
        case li
        /// |γ| of its batch normalization, smallest first (Liu et al. 2017, Network Slimming). Filters without one are
        /// not chosen.
        case slimming
        /// The mean share of activations that are 0, largest first (Hu et al. 2016, Network Trimming). Needs a corpus;
        /// a filter that is never 0 is not chosen.
        case apoz
        /// How much the loss would change without it, to first order, smallest first (Molchanov et al. 2017, Pruning
        /// Convolutional Neural Networks for Resource Efficient Inference). Needs labelled images; filters that the
        /// loss does not depend on are not chosen.
        case taylor
        /// Chance: what any measure must beat.
        case random

        /// The scope of the paper.
        package var ownScope: Scope {
            switch self {
            case .slimming, .taylor: .global
            case .li, .apoz, .random: .layer
            }
        }
    }

    /// Among which filters the fraction is taken.
    package enum Scope: String, CaseIterable, Sendable {
        /// Among those of each layer; of layers that are tied, among their units.
        case layer
        /// Among those of all layers together.
        case global
    }

    /// How much is chosen.
    package enum Extent: Sendable, Equatable {
        /// A part of the filters, 0…1, rounded down to whole filters.
        case fraction(Double)
        /// So many units, in the order in which a growing fraction takes them, or all there are: what a budget needs,
        /// to the unit.
        case units(Int)
    }

    package var method: Method
    package var extent: Extent
    package var scope: Scope
    /// The seed of `.random`.
    package var seed: UInt64 = 1
    /// The filters that the choice leaves in every layer.
    package var keepAtLeast = 1

    /// `scope`: nil for the one of the method's paper.
    package init(_ method: Method, _ extent: Extent, scope: Scope? = nil) {
        (self.method, self.extent) = (method, extent)
        self.scope = scope ?? method.ownScope
    }

    package init(_ method: Method, fraction: Double, scope: Scope? = nil) {
        self.init(method, .fraction(fraction), scope: scope)
    }

    /// What is chosen of a graph.
    package struct Choice: Sendable {
        /// Of a fraction those of one layer, or of all, the least important first; else in their order.
        package let units: [FilterUnit]
        /// How many units there are to choose from.
        package let available: Int
        /// The fraction as given, or the smallest that takes so many units.
        package let fraction: Double
    }

    /// The chosen units.
    ///
    /// - Parameters:
    ///   - eligible: whether filters of a bank may be chosen, and count towards the fraction. Units with a filter that
    ///     may not be chosen are not.
    ///   - going: for each bank the filters that go anyway. They count towards the fraction, and are what `keepAtLeast`
    ///     leaves less room for.
    ///   - activations: over the same banks; needed by `.apoz`.
    ///   - effects: for each bank how much each of its filters matters to the loss, nil where that is not known; needed
    ///     by `.taylor`.
    package func chosen(
        from banks: [FilterBank], eligible: [Bool], going: [Set<Int>], in graph: Graph,
        activations: ActivationStatistics? = nil, effects: [[Double]?]? = nil
    ) -> Choice {
        precondition(eligible.count == banks.count && going.count == banks.count, "an entry for each bank")
        let units = FilterUnit.all(of: banks, in: graph)
        func goes(_ member: FilterUnit.Member) -> Bool { going[member.bank].contains(member.filter) }
        let scores = importances(of: units, from: banks, in: graph, activations, effects)
        let balanced = FilterUnit.balanced(
            units, scores, going: Set(units.indices.filter { units[$0].members.allSatisfy(goes) }), in: graph)
        let ranked = balanced.compactMap { unit, score -> (score: Double, unit: FilterUnit)? in
            guard let score, unit.members.allSatisfy({ eligible[$0.bank] }) else { return nil }
            return (score, unit)
        }.sorted { ($0.score, $0.unit.members[0]) < ($1.score, $1.unit.members[0]) }
        let groups =
            scope == .global
            ? [ranked]
            : Dictionary(grouping: ranked) { $0.unit.banks }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(
                \.value)
        let ranking = FilterRanking(groups) { method != .apoz || $0 != 0 }, entries = ranking.entries(extent)
        var room = banks.indices.map { banks[$0].filters - going[$0].count - keepAtLeast }, result: [FilterUnit] = []
        for unit in entries.map(\.unit) {
            let taken = Dictionary(grouping: unit.members.filter { !goes($0) }, by: \.bank)
            guard taken.allSatisfy({ room[$0.key] >= $0.value.count }) else { continue }
            for (bank, members) in taken { room[bank] -= members.count }
            result.append(unit)
        }
        let fraction =
            switch extent {
            case let .fraction(fraction): fraction
            case .units: entries.last?.share ?? 0
            }
        return Choice(units: result, available: ranking.inOrder.count, fraction: fraction)
    }
}
