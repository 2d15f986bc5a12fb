import Graphs
import Tensors

/// An explicit choice of filters to cut, dead or not: the least important part of them by a measure.
package struct FilterSelection: Sendable, Equatable {
    /// How a filter's importance is measured.
    package enum Method: String, CaseIterable, Sendable {
        /// Σ|w| of the weights that make the filter, smallest first (Li et al. 2017, Pruning Filters for Efficient ConvNets).
        case li
        /// |γ| of its batch normalization, smallest first (Liu et al. 2017, Network Slimming). Filters without one are not chosen.
        case slimming
        /// The mean share of activations that are 0, largest first (Hu et al. 2016, Network Trimming). Needs a corpus; a filter
        /// that is never 0 is not chosen.
        case apoz
        /// Chance: what any measure must beat.
        case random

        /// The scope of the paper.
        package var ownScope: Scope { self == .slimming ? .global : .layer }
    }

    /// Among which filters the fraction is taken.
    package enum Scope: String, CaseIterable, Sendable {
        /// Among those of each layer.
        case layer
        /// Among those of all layers together.
        case global
    }

    package var method: Method
    /// The part of the filters to choose, 0…1, rounded down to whole filters.
    package var fraction: Double
    package var scope: Scope
    /// The seed of `.random`.
    package var seed: UInt64 = 1
    /// The filters that the choice leaves in every layer.
    package var keepAtLeast = 1

    /// `scope`: nil for the one of the method's paper.
    package init(_ method: Method, fraction: Double, scope: Scope? = nil) {
        self.method = method
        self.fraction = fraction
        self.scope = scope ?? method.ownScope
    }

    /// The chosen filters of each bank, the least important first.
    ///
    /// - Parameters:
    ///   - eligible: whether filters of a bank may be chosen, and count towards the fraction.
    ///   - going: for each bank the filters that go anyway. They count towards the fraction, and are what `keepAtLeast`
    ///     leaves less room for.
    ///   - activations: over the same banks; needed by `.apoz`.
    package func chosen(
        from banks: [FilterBank], eligible: [Bool], going: [Set<Int>], in graph: Graph, activations: ActivationStatistics? = nil
    ) -> [(bank: Int, filter: Int)] {
        precondition(eligible.count == banks.count && going.count == banks.count, "an entry for each bank")
        let scores = scores(of: banks, in: graph, activations)
        var room = banks.indices.map { banks[$0].filters - going[$0].count - keepAtLeast }
        let groups = scope == .global ? [Array(banks.indices)] : banks.indices.map { [$0] }
        var result: [(bank: Int, filter: Int)] = []
        for group in groups {
            var ranked: [(score: Double, bank: Int, filter: Int)] = []
            for bank in group where eligible[bank] {
                for (filter, score) in scores[bank].enumerated() { if let score { ranked.append((score, bank, filter)) } }
            }
            ranked.sort(by: <)
            // What rounding took off a whole number of filters does not count.
            for (score, bank, filter) in ranked.prefix(Int(fraction * Double(ranked.count) + 1e-9)) {
                if method == .apoz, score == 0 { break }
                if !going[bank].contains(filter) {
                    guard room[bank] > 0 else { continue }
                    room[bank] -= 1
                }
                result.append((bank, filter))
            }
        }
        return result
    }

    /// For each filter of each bank its importance; nil where the method has nothing to go by.
    private func scores(of banks: [FilterBank], in graph: Graph, _ activations: ActivationStatistics?) -> [[Double?]] {
        var random = SeededGenerator(seed: seed)
        return banks.enumerated().map { index, bank in
            let scores: [Double]? = switch method {
            case .li: graph.layers[bank.layer].filterMagnitudes(bank.filters)
            case .slimming: bank.normalization.flatMap { graph.layer(of: $0)[.gamma]?.elements.map { Double(abs($0)) } }
            case .apoz: activations?.zeroShares(index)?.map { -$0 }
            case .random: (0..<bank.filters).map { _ in Double(random.next() >> 11) }
            }
            guard let scores, scores.count == bank.filters else { return Array(repeating: nil, count: bank.filters) }
            return scores.map { $0.isNaN ? nil : $0 }
        }
    }
}

extension Layer {
    /// Σ|w| of the weights that make each of the layer's filters, biases not counted; of a separable convolution the
    /// weights of the window it amounts to, were no two taps of a channel added up.
    fileprivate func filterMagnitudes(_ filters: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: filters)
        guard filters > 0, let kernel = self[.pointwiseKernel] ?? self[.kernel] ?? self[.depthwiseKernel] else { return sums }
        // Filters lie along the last axis (depthwise: the last two, flattened), save in transposed kernels, whose last are inputs.
        var inner = 1, rows: [Double]?
        if case .transposed = operation { inner = kernel.shape.last ?? 1 }
        if case .separable = operation, let taps = self[.depthwiseKernel] {
            var sums = [Double](repeating: 0, count: taps.shape.suffix(2).reduce(1, *))
            taps.withSpan { taps in for i in taps.indices { sums[i % sums.count] += Double(abs(taps[i])) } }
            rows = sums
        }
        kernel.withSpan { weights in
            for i in weights.indices { sums[i / inner % filters] += Double(abs(weights[i])) * (rows?[i / filters] ?? 1) }
        }
        return sums
    }
}
