import Benchmarks
import Datasets
import Graphs
import Networks
import Surgery

/// What files of a model take.
struct FileSizes {
    let dense: Int
    /// The length of the file that a rewrite would become.
    let compact: (Rewrite) throws -> Int
}

extension GraphCompression {
    /// The cut that keeps to the budgets of the request, with widths aligned to `multiple`.
    func budgeted(_ examination: Examination, multiple: Int, _ sizes: FileSizes?) throws -> BudgetSearch.Trial {
        let dense = try denseError(examination)
        return try BudgetSearch(
            budgets: request.budgets,
            plan: { units in
                CutPlan(graph, request.cut(multiple: multiple, units: units), evidence: examination.evidence)
            }, read: { try reading(of: $0, $1, examination, sizes, dense) },
            confirm: { budget, plan in
                var options = timing.options
                (options.seconds, options.minimumRounds) = (4 * options.seconds, 4 * options.minimumRounds)
                return try budget.measure == .latency ? latency(budget, plan, options) : nil
            }, progress: { observe(.progress(.tryCuts, done: $0, total: $1)) }
        ).found()
    }

    /// How a cut stands to a budget. `dense`: the dense model's evaluation, where it is known.
    func reading(
        of budget: Budget, _ plan: CutPlan, _ examination: Examination, _ sizes: FileSizes?, _ dense: Evaluation? = nil
    ) throws -> BudgetReading {
        switch budget.measure {
        case .macs:
            guard let before = graph.macs, let after = try plan.surgery.rewrite().graph.macs else {
                throw BudgetError.uncounted(budget)
            }
            return BudgetReading(budget, dense: Double(before), reached: Double(after))
        case .parameters:
            let after = try plan.surgery.rewrite().graph.parameters
            return BudgetReading(budget, dense: Double(graph.parameters), reached: Double(after))
        case .bytes:
            guard let sizes else { preconditionFailure("a budget of bytes needs a file") }
            let after = try sizes.compact(rewrite(plan, examination))
            return BudgetReading(budget, dense: Double(sizes.dense), reached: Double(after))
        case .latency: return try latency(budget, plan, timing.options)
        case .error:
            let before = try dense ?? denseError(examination),
                after = try error(of: rewrite(plan, examination).graph, examination).evaluation
            return BudgetReading(
                budget, dense: before?.top1Error ?? 0, reached: after.top1Error, images: after.images)
        }
    }

    /// The times of both models in turns, at the first batch size and number of threads that widths are timed with.
    private func latency(_ budget: Budget, _ plan: CutPlan, _ options: MeasurementOptions) throws -> BudgetReading {
        let models = [
            ModelUnderTest(name: "dense", graph: graph, fileBytes: 0),
            ModelUnderTest(name: "compact", graph: try plan.surgery.rewrite().graph, fileBytes: 0),
        ]
        let conditions = BudgetReading.Conditions(batch: timing.batches[0], threads: timing.threads[0])
        let times = try BenchmarkResult.compared(
            models, batches: [conditions.batch], threads: [conditions.threads], options: options
        ).runs.map(\.latencyMs.median)
        return BudgetReading(budget, dense: times[0], reached: times[1], conditions: conditions)
    }

    /// The dense model's evaluation where a budget asks for it. Throws where its answers are no numbers.
    private func denseError(_ examination: Examination) throws -> Evaluation? {
        guard request.budgets.contains(where: { $0.measure == .error }) else { return nil }
        let (evaluation, seen) = try error(of: graph, examination)
        if seen.notFinite > 0 { throw SurgeryError.notFinite(model: "dense") }
        return evaluation
    }

    private func error(of graph: Graph, _ examination: Examination) throws -> (
        evaluation: Evaluation, seen: Finiteness
    ) {
        guard let images = examination.division.measured else { return (Evaluation(), Finiteness()) }
        return try Evaluation.of(graph, over: images, Execution(batch: comparedBatch, network: execution.network))
    }

    /// Refuses, before any work is done, an error budget without labelled images to hold out.
    func checkBudgets() throws {
        guard let budget = request.budgets.first(where: { $0.measure == .error }) else { return }
        guard let corpus, corpus.hasLabels else { throw BudgetError.noLabels(budget) }
        guard corpus.count >= Division.fewestImages else {
            throw BudgetError.tooFewImages(budget, images: corpus.count)
        }
    }
}
