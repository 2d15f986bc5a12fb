import Surgery

/// Looks for the cut that keeps to budgets: of the units of a selection, in their order, as many go as these ask for.
///
/// Costs (all measures but the error) ask for depth, and the shallowest cut that keeps to all of them is taken; an
/// error budget then must hold, too. Alone it allows depth, and the deepest cut that keeps to it is taken. Both are
/// found by bisection: one unit less does not keep to the costs, one unit more not to the error. An error may fall
/// again with more units; that is chance, and not looked for.
struct BudgetSearch {
    /// A cut with so many units chosen, and how it stands to budgets.
    struct Trial {
        let plan: CutPlan
        fileprivate(set) var readings: [BudgetReading] = []

        fileprivate var unmet: BudgetReading? { readings.first { !$0.isMet } }
    }

    let budgets: [Budget]
    /// The cut with so many units chosen.
    let plan: (Int) -> CutPlan
    /// How cuts stand to a budget.
    let read: (Budget, CutPlan) throws -> BudgetReading
    /// Hears how many cuts were tried, and of how many.
    var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

    /// Throws `BudgetError.unmet` where no cut keeps to the budgets.
    func found() throws -> Trial {
        let costs = budgets.filter { $0.measure != .error }, errors = budgets.filter { $0.measure == .error }
        let none = plan(0), available = none.chosen?.available ?? 0
        // The ends, and what bisection takes.
        let total = 2 + (Int.bitWidth - available.leadingZeroBitCount)
        var tried = 0
        func trial(_ plan: CutPlan, _ budgets: [Budget]) throws -> Trial {
            var trial = Trial(plan: plan)
            for budget in budgets where trial.unmet == nil { trial.readings.append(try read(budget, plan)) }
            tried += 1
            progress(min(tried, total), total)
            return trial
        }
        /// The last of `shallow`, `deep` and those in between on the side of `shallow`.
        func bisected(from shallow: Trial, to deep: Trial, _ budgets: [Budget], staysShallow: (Trial) -> Bool) throws
            -> (
                shallow: Trial, deep: Trial
            )
        {
            var (low, high) = (0, available), (shallow, deep) = (shallow, deep)
            while high - low > 1 {
                let middle = low + (high - low) / 2, found = try trial(plan(middle), budgets)
                if staysShallow(found) { (low, shallow) = (middle, found) } else { (high, deep) = (middle, found) }
            }
            return (shallow, deep)
        }
        defer { progress(total, total) }
        if costs.isEmpty {
            let shallow = try trial(none, errors)
            if let unmet = shallow.unmet { throw BudgetError.unmet(unmet, isDeepest: false) }
            let deep = try trial(plan(available), errors)
            if deep.unmet == nil { return deep }
            return try bisected(from: shallow, to: deep, errors) { $0.unmet == nil }.shallow
        }
        var best = try trial(none, costs)
        if best.unmet != nil {
            let deep = try trial(plan(available), costs)
            if let unmet = deep.unmet { throw BudgetError.unmet(unmet, isDeepest: true) }
            best = try bisected(from: best, to: deep, costs) { $0.unmet != nil }.deep
        }
        for budget in errors {
            let reading = try read(budget, best.plan)
            if !reading.isMet { throw BudgetError.unmet(reading, isDeepest: false) }
            best.readings.append(reading)
        }
        return best
    }
}
