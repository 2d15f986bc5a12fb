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
        let units: Int
        let plan: CutPlan
        var readings: [BudgetReading] = []

        fileprivate var unmet: BudgetReading? { readings.first { !$0.isMet } }
    }

    let budgets: [Budget]
    /// The cut with so many units chosen.
    let plan: (Int) -> CutPlan
    /// How a cut stands to a budget.
    let read: (Budget, CutPlan) throws -> BudgetReading
    /// The same, measured thoroughly, where `read` is quick and not quite sure; nil where it is sure.
    var confirm: (Budget, CutPlan) throws -> BudgetReading? = { _, _ in nil }
    /// Hears how many cuts were tried, and of how many: the ends, and what bisection takes.
    var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

    /// Throws `BudgetError.unmet` where no cut keeps to the budgets.
    func found() throws -> Trial {
        let none = plan(0), available = none.chosen?.available ?? 0
        let total = 2 + (Int.bitWidth - available.leadingZeroBitCount)
        var tried = 0
        func attempt(_ units: Int, _ budgets: [Budget]) throws -> Trial {
            var trial = Trial(units: units, plan: units == 0 ? none : plan(units))
            for budget in budgets where trial.unmet == nil { trial.readings.append(try read(budget, trial.plan)) }
            tried += 1
            progress(min(tried, total), total)
            return trial
        }
        let costs = budgets.filter { $0.measure != .error }, errors = budgets.filter { $0.measure == .error }
        let found =
            try costs.isEmpty
            ? deepest(available) { try attempt($0, errors) } : shallowest(available) { try attempt($0, costs) }
        progress(total, total)
        return try costs.isEmpty ? found : holding(errors, found)
    }

    private func deepest(_ available: Int, _ attempt: (Int) throws -> Trial) throws -> Trial {
        let shallow = try attempt(0)
        if let unmet = shallow.unmet { throw BudgetError.unmet(unmet, isDeepest: false) }
        let deep = try attempt(available)
        return deep.unmet == nil ? deep : try bisected(shallow, deep, attempt) { $0.unmet == nil }.shallow
    }

    private func shallowest(_ available: Int, _ attempt: (Int) throws -> Trial) throws -> Trial {
        let shallow = try confirmed(attempt(0))
        if shallow.unmet == nil { return shallow }
        let deep = try attempt(available)
        if let unmet = deep.unmet { throw BudgetError.unmet(unmet, isDeepest: true) }
        var found = try confirmed(bisected(shallow, deep, attempt) { $0.unmet != nil }.deep), step = 1
        // What was quickly measured may have been too good: on from there, in steps that grow.
        while let unmet = found.unmet {
            if found.units == available { throw BudgetError.unmet(unmet, isDeepest: true) }
            found = try confirmed(attempt(min(available, found.units + step)))
            step *= 2
        }
        return found
    }

    /// Neighbours between two trials, those nearer to `shallow` that `staysShallow` wants on its side.
    private func bisected(
        _ shallow: Trial, _ deep: Trial, _ attempt: (Int) throws -> Trial, staysShallow: (Trial) -> Bool
    ) throws -> (shallow: Trial, deep: Trial) {
        var (shallow, deep) = (shallow, deep)
        while deep.units - shallow.units > 1 {
            let middle = try attempt(shallow.units + (deep.units - shallow.units) / 2)
            if staysShallow(middle) { shallow = middle } else { deep = middle }
        }
        return (shallow, deep)
    }

    private func confirmed(_ trial: Trial) throws -> Trial {
        guard trial.unmet == nil else { return trial }
        var result = trial
        result.readings = try trial.readings.map { try confirm($0.budget, trial.plan) ?? $0 }
        return result
    }

    /// The trial with its readings by budgets that it was not chosen for.
    private func holding(_ budgets: [Budget], _ trial: Trial) throws -> Trial {
        var result = trial
        for budget in budgets {
            let reading = try read(budget, trial.plan)
            if !reading.isMet { throw BudgetError.unmet(reading, isDeepest: false) }
            result.readings.append(reading)
        }
        return result
    }
}
