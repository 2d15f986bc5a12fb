import Benchmarks
import Graphs
import Sparsity
import Surgery

extension GraphCompression {
    /// A cut, what widths were aligned to, and how it stands to the budgets.
    package struct Planned {
        package let plan: CutPlan
        /// Nil where widths were left as they came.
        package let widths: AlignedWidths?
        package let budgets: [BudgetReading]

        init(_ trial: BudgetSearch.Trial, _ widths: AlignedWidths?) {
            (plan, self.widths, budgets) = (trial.plan, widths, trial.readings)
        }
    }

    package func plan(_ examination: Examination, provenOnly: Bool = false) throws -> Planned {
        try plan(examination, provenOnly: provenOnly, nil)
    }

    /// The plan that keeps to the budgets, with widths aligned as asked; the fastest ones are measured. `sizes`: needed
    /// by a budget of bytes.
    func plan(_ examination: Examination, provenOnly: Bool = false, _ sizes: FileSizes?) throws -> Planned {
        func plan(_ multiple: Int) throws -> BudgetSearch.Trial {
            if !request.budgets.isEmpty { return try budgeted(examination, multiple: multiple, sizes) }
            let cut = request.cut(multiple: multiple, provenOnly: provenOnly)
            return BudgetSearch.Trial(units: 0, plan: CutPlan(graph, cut, evidence: examination.evidence))
        }
        switch request.alignment {
        case .asTheyCome: return Planned(try plan(1), nil)
        case let .multiple(multiple): return Planned(try plan(multiple), .given(multiple))
        case .fastest:
            var candidates = [try plan(1)]
            for multiple in [4, 8, 16] {
                let trial: BudgetSearch.Trial
                // What padding keeps may be too much for a budget.
                do { trial = try plan(multiple) } catch BudgetError.unmet { continue }
                if !candidates.contains(where: { $0.plan.removed == trial.plan.removed }) { candidates.append(trial) }
            }
            if request.budgets.contains(where: { $0.measure == .latency }) {
                // All are as fast as was asked for: the one that costs the fewest filters is taken.
                let best = candidates.min { $0.plan.removedCount < $1.plan.removedCount } ?? candidates[0]
                return Planned(best, .fewestCut(multiple: best.plan.request.multiple))
            }
            return try fastest(candidates, sizes, examination)
        }
    }
}

/// What the widths of cut layers were aligned to.
package enum AlignedWidths: Sendable {
    /// The multiple that was asked for.
    case given(Int)
    /// The multiple with which a budget of time costs the fewest filters.
    case fewestCut(multiple: Int)
    /// What is fastest on this machine, by measured times; nil where all widths come out alike.
    case fastest(Widths, BenchmarkResult?)

    package enum Widths: Sendable {
        case multiple(Int)
        /// The multiples of layers that would lose filters, in the graph's order; nil for one that keeps its dense
        /// width.
        case byLayer([(layer: String, multiple: Int?)])
        /// As in the dense model, nothing cut: no cut is as fast.
        case dense

        /// The name of its model in a measurement.
        package var name: String {
            switch self {
            case let .multiple(multiple): "\(multiple)"
            case .byLayer: "layers"
            case .dense: "dense"
            }
        }
    }
}
