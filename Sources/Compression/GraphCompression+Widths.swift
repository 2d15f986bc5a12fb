import Benchmarks
import Graphs
import Sparsity
import Surgery

/// Widths that are fastest on this machine.
extension GraphCompression {
    /// What another width has to take of a layer's time at most to be tried: the medians of its kernels' times are known
    /// to some percent.
    private static let leastGain = 0.97

    /// The fastest of `candidates`, each with another multiple for all layers, the first with 1, and of one more, in
    /// which every layer has the multiple whose kernels took the least time, or its dense width. Where the dense model
    /// is surely faster than all of them, and no budget forbids it, nothing is cut.
    ///
    /// What is not surely faster than widths as they come is not taken.
    func fastest(_ candidates: [BudgetSearch.Trial], _ sizes: FileSizes?, _ examination: Examination) throws -> Planned
    {
        func width(_ trial: BudgetSearch.Trial) -> AlignedWidths.Widths { .multiple(trial.plan.request.multiple) }
        let first = candidates[0].plan
        if first.removedCount == 0 { return Planned(candidates[0], .fastest(.multiple(1), nil)) }
        var all = candidates.map { (widths: width($0), trial: $0) }
        if let own = try alignedByLayer(candidates, sizes, examination) { all.append(own) }
        let dense = ModelUnderTest(name: AlignedWidths.Widths.dense.name, graph: graph, fileBytes: 0)
        let result = try measured(all.map { ($0.widths.name, $0.trial) }, dense, timing.options)
        let best = all[result.fastest(of: all.map(\.widths.name))]
        if request.budgets.isEmpty, result.isSurelyFaster(dense.name, than: best.widths.name) {
            var whole = first.request
            for bank in first.banks { whole.ownMultiples[LayerKey(graph.layers[bank.layer])] = bank.filters }
            let plan = CutPlan(graph, whole, evidence: examination.evidence)
            return Planned(BudgetSearch.Trial(units: 0, plan: plan), .fastest(.dense, result))
        }
        return Planned(best.trial, .fastest(best.widths, all.count > 1 ? result : nil))
    }

    private func measured(
        _ trials: [(name: String, trial: BudgetSearch.Trial)], _ dense: ModelUnderTest, _ options: MeasurementOptions,
        byLayer: Bool = false
    ) throws -> BenchmarkResult {
        let models = try trials.map { name, trial in
            ModelUnderTest(name: name, graph: try trial.plan.surgery.rewrite().graph, fileBytes: 0)
        }
        return try BenchmarkResult.compared(
            models + [dense], batches: timing.batches, threads: timing.threads, options: options, byLayer: byLayer)
    }

    /// The cut of the first candidate with each layer's multiple by itself: that of the candidate, or dense width, with
    /// which the kernels of the layer, of those tied to it and of those that read it took the least time together. Nil
    /// where that is one of the candidates, or too much for a budget.
    private func alignedByLayer(
        _ candidates: [BudgetSearch.Trial], _ sizes: FileSizes?, _ examination: Examination
    ) throws -> (widths: AlignedWidths.Widths, trial: BudgetSearch.Trial)? {
        let first = candidates[0].plan, banks = first.banks
        let dense = ModelUnderTest(name: AlignedWidths.Widths.dense.name, graph: graph, fileBytes: 0)
        let names = candidates.map { "\($0.plan.request.multiple)" }
        let times = try measured(
            Array(zip(names, candidates)), dense, MeasurementOptions(warmup: 0, seconds: 0, minimumRounds: 1),
            byLayer: true)
        var request = first.request, chosen: [(bank: Int, multiple: Int?)] = []
        for set in FilterBank.tied(banks, in: graph) where set.contains(where: { !first.removed[$0].isEmpty }) {
            let layers = Set(set.map { banks[$0].name }).union(set.flatMap { readers(of: banks[$0]) })
            let costs = (names + [dense.name]).map { times.relativeTime(of: layers, in: $0, against: dense.name) }
            let fastest = costs.indices.min { costs[$0] < costs[$1] } ?? 0,
                best = costs[fastest] < Self.leastGain * costs[0] ? fastest : 0
            for bank in set {
                let multiple = best < names.count ? candidates[best].plan.request.multiple : nil
                request.ownMultiples[LayerKey(graph.layers[banks[bank].layer])] = multiple ?? banks[bank].filters
                if !first.removed[bank].isEmpty { chosen.append((bank, multiple)) }
            }
        }
        let plan = CutPlan(graph, request, evidence: examination.evidence)
        if candidates.contains(where: { $0.plan.removed == plan.removed }) || plan.removedCount == 0 { return nil }
        var trial = BudgetSearch.Trial(units: candidates[0].units, plan: plan)
        for budget in self.request.budgets {
            let reading = try reading(of: budget, plan, examination, sizes)
            if !reading.isMet { return nil }
            trial.readings.append(reading)
        }
        return (.byLayer(chosen.sorted { $0.bank < $1.bank }.map { (banks[$0.bank].name, $0.multiple) }), trial)
    }

    /// The layers with filters that read what a bank makes, through layers without.
    private func readers(of bank: FilterBank) -> Set<String> {
        let readers = graph.readers
        var open = [bank.output], seen: Set<TensorID> = [], result: Set<String> = []
        while let tensor = open.popLast() {
            guard seen.insert(tensor).inserted else { continue }
            for node in readers[tensor] {
                let layer = graph.layer(of: node)
                if layer.operation.activation != nil {
                    result.insert(layer.qualifiedName)
                } else {
                    open += graph.nodes[node].outputs
                }
            }
        }
        return result
    }
}
