import Graphs
import Tensors

extension FilterSelection {
    /// For each unit its importance: what the method finds of the tied layers, added up; nil where it has nothing to go
    /// by.
    ///
    /// *Li*: Σ|w| of each layer's filters. Among units of the same layers every layer's sums are first divided by their
    /// mean over the layer, since a 3×3 kernel's are larger than a 1×1 kernel's whatever they are worth (as Fang et al.
    /// 2023 normalize). *Slimming*: |γ| of all normalizations that a tied channel runs through, also of those behind a
    /// sum or a concatenation; a unit that runs through none is not measured. *APoZ*: the share of zeros behind the
    /// layers' own activations and those behind sums, the ones that are never 0 left out. *Taylor*: the filters' effects on
    /// the loss, those of every layer divided by their Euclidean norm, as the paper does to compare layers. *Random*: one
    /// number a unit.
    ///
    /// In scope `global` the sum is divided by the number of its terms, the mean of the tied layers: else no channel of
    /// a trunk, which many layers write to, would be compared with one that a single layer makes.
    func importances(
        of units: [FilterUnit], from banks: [FilterBank], in graph: Graph, _ activations: ActivationStatistics?,
        _ effects: [[Double]?]?
    ) -> [Double?] {
        var random = SeededGenerator(seed: seed)
        let scores: [Double?] =
            switch method {
            case .li: magnitudes(of: units, banks, graph)
            case .slimming: scales(of: units, graph)
            case .apoz: activations.map { zeroShares(of: units, $0) } ?? units.map { _ in nil }
            case .taylor: effects.map { losses(of: units, $0) } ?? units.map { _ in nil }
            case .random: units.map { _ in Double(random.next() >> 11) }
            }
        return scores.map { $0.flatMap { $0.isNaN ? nil : $0 } }
    }

    /// Terms added up, or their mean; nil where there are none.
    private func combined(_ terms: [Double]) -> Double? {
        if terms.isEmpty { return nil }
        let sum = terms.reduce(0, +)
        return scope == .global ? sum / Double(terms.count) : sum
    }

    private func magnitudes(of units: [FilterUnit], _ banks: [FilterBank], _ graph: Graph) -> [Double?] {
        let magnitudes = banks.map { bank -> [Double] in
            let own = graph.layers[bank.layer].filterMagnitudes(bank.filters), finite = own.filter(\.isFinite)
            let mean = finite.reduce(0, +) / Double(max(1, finite.count))
            return scope == .layer && mean > 0 && mean.isFinite ? own.map { $0 / mean } : own
        }
        return units.map { unit in
            combined(unit.byBank.map { bank, members in members.reduce(0) { $0 + magnitudes[bank][$1.filter] } })
        }
    }

    private func scales(of units: [FilterUnit], _ graph: Graph) -> [Double?] {
        let wiring = ChannelWiring(graph)
        var gammas: [TensorID: Tensor] = [:], seen: Set<LayerID> = []
        for node in graph.nodes {
            guard case .batchNormalization = graph.layers[node.layer].operation,
                let gamma = graph.layers[node.layer][.gamma],
                let output = node.outputs.first, gamma.count == wiring.counts[output], seen.insert(node.layer).inserted
            else { continue }
            // A layer that is called several times counts once.
            gammas[output] = gamma
        }
        return units.map { unit in
            combined(unit.channels.compactMap { id in gammas[id.tensor].map { Double(abs($0[id.channel])) } })
        }
    }

    private func losses(of units: [FilterUnit], _ effects: [[Double]?]) -> [Double?] {
        let relative = effects.map { effects -> [Double]? in
            guard let effects else { return nil }
            let norm = effects.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return norm > 0 ? effects.map { $0 / norm } : effects
        }
        return units.map { unit in
            var terms: [Double] = []
            for (bank, members) in unit.byBank {
                guard let own = relative[bank] else { return nil }
                terms.append(members.reduce(0) { $0 + own[$1.filter] })
            }
            return combined(terms)
        }
    }

    private func zeroShares(of units: [FilterUnit], _ activations: ActivationStatistics) -> [Double?] {
        let own = activations.banks.indices.map { activations.zeroShares($0) }, sums = activations.sumZeroShares
        let isEverZero = own.map { shares in shares?.contains { $0 > 0 } ?? false }
        return units.map { unit in
            var terms: [Double] = []
            for (bank, members) in unit.byBank {
                // Layers behind one that cannot be evaluated were not watched.
                guard let shares = own[bank] else { return nil }
                if !isEverZero[bank] { continue }
                terms.append(members.reduce(0) { $0 + shares[$1.filter] } / Double(members.count))
            }
            terms += unit.channels.compactMap { sums[$0.tensor]?[$0.channel] }
            return combined(terms).map { -$0 } ?? 0
        }
    }
}

extension Layer {
    /// Σ|w| of the weights that make each of the layer's filters, biases not counted; of a separable convolution the
    /// weights of the window it amounts to, were no two taps of a channel added up.
    fileprivate func filterMagnitudes(_ filters: Int) -> [Double] {
        let kind = operation.kind
        guard let (map, kernel) = connections(kind.kernel), map.outputs == filters else {
            return [Double](repeating: 0, count: filters)
        }
        let taps = connections(kind.taps).map { $0.map.sums(of: $0.kernel, abs) }
        return map.sums(of: kernel, rows: taps, abs)
    }
}
