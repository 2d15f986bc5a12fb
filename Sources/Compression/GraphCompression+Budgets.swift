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
        let graph = graph, dense = try denseError(examination)
        return try BudgetSearch(
            budgets: request.budgets,
            plan: { units in
                CutPlan(graph, request.cut(multiple: multiple, units: units), evidence: examination.evidence)
            },
            read: { budget, plan in
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
                case .error:
                    let after = try error(of: rewrite(plan, examination).graph, examination)
                    return BudgetReading(
                        budget, dense: dense?.top1Error ?? 0, reached: after.evaluation.top1Error,
                        images: after.evaluation.images)
                }
            }, progress: { observe(.progress(.tryCuts, done: $0, total: $1)) }
        ).found()
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
