/// What at most may remain of a dense model after a lossy cut, by one measure.
package struct Budget: Sendable, Equatable {
    /// What is measured; its name on the command line and in JSON.
    package enum Measure: String, CaseIterable, Sendable {
        /// Multiply-accumulates for one image.
        case macs
        case parameters
        /// The length of the compact file.
        case bytes
        /// The median time of a run in milliseconds, measured on this machine, the dense model in turns with the compact
        /// one.
        case latency
        /// Percent of labelled images whose label is not the top class. They decide nothing else.
        case error
    }

    package enum Limit: Sendable, Equatable {
        /// Of what the dense model has.
        case share(Double)
        /// In the measure's own unit.
        case amount(Double)
        /// So much more than the dense model has.
        case rise(Double)
    }

    package let measure: Measure
    package let limit: Limit
    /// The limit as it was given.
    package let text: String

    package init(_ measure: Measure, _ limit: Limit, text: String) {
        (self.measure, self.limit, self.text) = (measure, limit, text)
    }

    /// The most that is allowed, in the measure's unit, where the dense model has `dense`.
    func most(of dense: Double) -> Double {
        switch limit {
        case let .share(share): share * dense
        case let .amount(amount): amount
        case let .rise(rise): dense + rise
        }
    }
}

/// How a compact model stands to a budget.
package struct BudgetReading: Sendable, Equatable {
    package let budget: Budget
    /// What both models have, in the measure's unit.
    package let dense: Double, reached: Double
    /// How many images that was measured on; nil for what follows from the model.
    package let images: Int?
    /// Under which conditions a time was measured.
    package let conditions: Conditions?

    package struct Conditions: Sendable, Equatable {
        package let batch: Int, threads: Int
    }

    init(_ budget: Budget, dense: Double, reached: Double, images: Int? = nil, conditions: Conditions? = nil) {
        (self.budget, self.dense, self.reached) = (budget, dense, reached)
        (self.images, self.conditions) = (images, conditions)
    }

    /// The most that is allowed.
    package var most: Double { budget.most(of: dense) }

    /// Rounding of a share or a sum of percentages is no breach: no two counts are as close as this.
    package var isMet: Bool { reached <= most + 1e-9 * max(1, most) }
}

/// Why no cut keeps to a budget, or none can be looked for, and what to do about it.
package enum BudgetError: Error, Equatable, CustomStringConvertible {
    /// The least that was reached; `isDeepest`: with all filters chosen that may be, else with as few as can be.
    case unmet(BudgetReading, isDeepest: Bool)
    /// The number of multiply-accumulates of the model is not known.
    case uncounted(Budget)
    case noLabels(Budget)
    case tooFewImages(Budget, images: Int)

    package var description: String {
        switch self {
        case let .unmet(reading, isDeepest):
            "\(Self.option(reading.budget)) cannot be met: \(reading.text) \(isDeepest ? "with all filters chosen that may be" : "with no more filters cut than have to be"); nothing was written: "
                + (isDeepest
                    ? "allow more, or keep less with --protect and --keep-at-least"
                    : "allow more, or add --recalibrate")
        case let .uncounted(budget):
            "\(Self.option(budget)): the model's multiply-accumulates cannot be counted, as a shape depends on the input or a layer cannot be evaluated: give --parameters or --bytes"
        case let .noLabels(budget):
            "\(Self.option(budget)): the corpus has no labels to count errors by; give one with a dataset 'y' with one class per image"
        case let .tooFewImages(budget, images):
            "\(Self.option(budget)): the corpus has \(images) image\(images == 1 ? "" : "s"), none of which can be held out to measure the error on: give 10 or more that differ"
        }
    }

    private static func option(_ budget: Budget) -> String { "--\(budget.measure.rawValue) \(budget.text)" }
}

extension BudgetReading {
    /// What was reached, in words.
    fileprivate var text: String {
        func share(_ of: String) -> String {
            "\(Int(reached)) of \(Int(dense)) \(of) remain (\(dense == 0 ? 0 : (1000 * reached / dense).rounded(.up) / 10) %)"
        }
        switch budget.measure {
        case .macs: return share("multiply-accumulates")
        case .parameters: return share("parameters")
        case .bytes: return share("bytes")
        case .latency:
            func milliseconds(_ time: Double) -> Double { (1000 * time).rounded() / 1000 }
            return
                "a run takes \(milliseconds(reached)) ms, \(milliseconds(dense)) ms with the dense model (batch \(conditions?.batch ?? 1), threads \(conditions?.threads ?? 1)),"
        case .error:
            func percent(_ error: Double) -> Double { (100 * error).rounded() / 100 }
            return
                "the top-1 error on \(images ?? 0) held-out images is \(percent(reached)) %, \(percent(dense)) % with the dense model,"
        }
    }
}
