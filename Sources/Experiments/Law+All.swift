import Foundation

/// The laws by the numbers they have in the papers' summary. Shares of filters are compared in points of percent.
extension Law {
    /// Differences below this are taken for chance.
    static let noise = 1.0
    /// The λ between which sparsity is far from its ends.
    static let midRange = 1e-6...1e-3
    /// −log 1e-3: from steps · λ of this on, decay alone makes a scale of 1 a dead one.
    static let decayTime = 6.9

    package static let all = [
        Law(1, "without regularization no filter dies by scale") { rows in
            rows.filter { $0.row.regularizer == .none }.map { Part($0.dead < noise, $0.text) }
        },
        Law(2, "sparsity rises with λ, in the middle of its range") { rows in
            let rows = rows.filter { midRange.contains($0.row.regularizer.lambda) }
            return trends(
                rows, alike: { $0.with(\.regularizer, Regularizer(kind: $0.regularizer.kind, lambda: 1)) },
                by: \.row.regularizer.lambda)
        },
        Law(3, "Adam with L2 > Adam with weight decay > SGD, at comparable error", orderOfMethods),
        Law(4, "as many filters are dead by activation as by scale") { rows in
            let shown = rows.filter {
                $0.row.leakySlope == nil && $0.activation != nil && max($0.dead, $0.activation ?? 0) >= noise
            }
            guard !shown.isEmpty else { return [] }
            let apart = shown.filter { abs(($0.activation ?? 0) - $0.dead) > 5 }
            let exceptions = apart.map {
                ", not \($0.row.label) \(tenths($0.activation ?? 0)) and \(tenths($0.dead)) %"
            }.joined()
            return [
                Part(
                    Double(apart.count) <= 0.1 * Double(shown.count),
                    "\(shown.count - apart.count) of \(shown.count) rows within 5 points\(exceptions)")
            ]
        },
        Law(5, "cutting what is dead by scale moves the test error by at most 0.3 points") { rows in
            rows.compactMap { row in
                guard let after = row.errorAfter, row.dead > 0 else { return nil }
                let text = "\(row.row.label) \(tenths(row.error)) → \(tenths(after)) %"
                // One image more or less must not decide.
                if let images = row.testImages, images < 334 {
                    return Part(verdict: .open, figures: "\(text), on \(images) images only")
                }
                return Part(abs(after - row.error) <= 0.3 + 1e-9, text)
            }
        },
        Law(6, "wider networks are sparser") { trends($0, alike: { $0.with(\.width, 1) }, by: \.row.width) },
        Law(8, "AMSGrad is much less sparse than Adam") { rows in
            pairs(rows.filter { midRange.contains($0.row.regularizer.lambda) }, \.optimizer, "amsgrad", "adam") {
                $0.dead <= 0.75 * $1.dead
            }
        },
        Law(9, "a tenth of the learning rate for γ lowers sparsity") { rows in
            pairs(rows, \.gammaRate, 0.1, 1) { $0.dead < $1.dead - noise }
        },
        Law(10, "smaller batches are sparser, the number of steps being equal") {
            trends($0, alike: { $0.with(\.batch, 40) }, by: { -Double($0.row.batch) }, isOfEqualSteps: true)
        },
        Law(11, "leaky ReLU barely lowers sparsity, a tenth of the rate for β and β₀ = 1 raise it") { rows in
            [Float(0.01), 0.1].flatMap { slope in pairs(rows, \.leakySlope, slope, nil) { $0.dead >= 0.75 * $1.dead } }
                + pairs(rows, \.betaRate, 0.1, 1) { $0.dead > $1.dead }
                + pairs(rows, \.beta, 1, 0) { $0.dead > $1.dead }
        },
    ]
}

extension Law.Part {
    init(_ holds: Bool, _ figures: String) { self.init(verdict: holds ? .holds : .doesNot, figures: figures) }
}

extension Law {
    /// For each group of rows that are alike but for one setting, whether sparsity rises as that does: it never falls
    /// by more than `noise`, and rises by more than that from first to last. Groups `isOfEqualSteps` that are not stay
    /// open.
    private static func trends(
        _ rows: [MeasuredRow], alike: (ExperimentRow) -> ExperimentRow, by key: (MeasuredRow) -> Double,
        isOfEqualSteps: Bool = false
    ) -> [Part] {
        let groups = Dictionary(grouping: rows) { alike($0.row) }.values.map { $0.sorted { key($0) < key($1) } }.filter
        { $0.count > 1 }
        return groups.sorted { $0[0].row.label < $1[0].row.label }.map { group in
            let dead = group.map(\.dead), figures = group.map(\.text).joined(separator: ", ")
            let decay = group.map(\.stepsTimesLambda)
            if isOfEqualSteps, (decay.max() ?? 0) > 1.05 * (decay.min() ?? 0) {
                return Part(verdict: .open, figures: "\(figures), in unequal numbers of steps")
            }
            if dead.allSatisfy({ $0 <= noise }) { return Part(verdict: .open, figures: figures) }
            let isSteady = zip(dead, dead.dropFirst()).allSatisfy { $1 >= $0 - noise }
            return Part(isSteady && dead[dead.count - 1] > dead[0] + noise, figures)
        }
    }

    /// Each row with `variant` in one place beside the one that has `usual` there, where that is sparse enough to
    /// compare.
    private static func pairs<Value: Equatable>(
        _ rows: [MeasuredRow], _ place: WritableKeyPath<ExperimentRow, Value>, _ variant: Value, _ usual: Value,
        holds: (MeasuredRow, MeasuredRow) -> Bool
    ) -> [Part] {
        rows.filter { $0.row[keyPath: place] == variant }.compactMap { row in
            guard
                let baseline = rows.first(where: {
                    $0.row.with(place, usual) == row.row.with(place, usual) && $0.row[keyPath: place] == usual
                })
            else { return nil }
            let figures = "\(row.text) against \(baseline.text)"
            return baseline.dead < 5 ? Part(verdict: .open, figures: figures) : Part(holds(row, baseline), figures)
        }
    }

    /// Of each method the sparsest run whose error is within a point of what all methods reach.
    private static func orderOfMethods(_ rows: [MeasuredRow]) -> [Part] {
        let groups = Dictionary(grouping: rows.filter { $0.row.regularizer != .none }) {
            $0.row.with(\.optimizer, "sgd").with(\.regularizer, .none)
        }
        return groups.values.compactMap { group -> Part? in
            let methods = [
                group.filter { $0.row.optimizer == "adam" && $0.row.regularizer.kind == .l2 },
                group.filter { $0.row.optimizer == "adam" && $0.row.regularizer.kind != .l2 },
                group.filter { $0.row.optimizer == "sgd" },
            ]
            let errors = methods.compactMap { $0.map(\.error).min() }
            guard errors.count == methods.count, let reached = errors.max() else { return nil }
            let comparable = methods.map { $0.filter { $0.error <= reached + 1 } }
            let sparsest = comparable.compactMap { $0.max { $0.dead < $1.dead } }
            let figures = sparsest.map { "\($0.text) at an error of \(tenths($0.error)) %" }.joined(separator: ", ")
            if comparable.dropFirst().contains(where: { $0.allSatisfy { $0.stepsTimesLambda < decayTime } }) {
                return Part(
                    verdict: .open,
                    figures: "\(figures), but steps · λ is below \(decayTime), so decay alone had no time")
            }
            return Part(zip(sparsest, sparsest.dropFirst()).allSatisfy { $0.dead > $1.dead }, figures)
        }
    }

    private static func tenths(_ number: Double) -> String { String(format: "%.1f", number) }
}

extension MeasuredRow {
    fileprivate var text: String { "\(row.label) \(String(format: "%.1f", dead)) %" }
}
