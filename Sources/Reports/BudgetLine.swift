import Compression

/// What at most was to remain of the dense model by one measure, and what does.
package struct BudgetLine: Codable, Sendable {
    /// `macs`, `parameters`, `bytes`, `latency` or `error`.
    package let kind: String
    /// As it was asked for.
    package let given: String
    /// The most that was allowed, what the dense model has, and what the compact one has: numbers, bytes, milliseconds, or the
    /// percentage of images whose label is not the top class.
    package let asked: Double
    package let dense: Double
    package let reached: Double
    /// How many images were held out to measure an error on; absent for what follows from the model.
    package let images: Int?
    /// How many images a run has and on how many threads it is, where its time was measured; absent elsewhere.
    package let batch: Int?
    package let threads: Int?
}

extension BudgetLine {
    package init(_ reading: BudgetReading) {
        (kind, given) = (reading.budget.measure.rawValue, reading.budget.text)
        (asked, dense, reached, images) = (reading.most, reading.dense, reading.reached, reading.images)
        (batch, threads) = (reading.conditions?.batch, reading.conditions?.threads)
    }

    var text: String {
        func line(_ what: String, _ format: (Double) -> String) -> String {
            "budget --\(kind) \(given) kept: \(what) \(format(reached)), at most \(format(asked)), dense \(format(dense))"
        }
        // A file may tell of numbers beyond counting.
        func whole(_ number: Double) -> Int { Int(exactly: number.rounded()) ?? .max }
        func count(_ number: Double) -> String { Format.count(whole(number)) }
        switch Budget.Measure(rawValue: kind) {
        case .macs: return line("MACs an image", count)
        case .parameters: return line("parameters", count)
        case .bytes: return line("file", { Format.bytes(whole($0)) })
        case .latency:
            return line("latency (batch \(batch ?? 1), threads \(threads ?? 1))", Format.milliseconds)
        case .error, nil:
            let place = images.map { " on \(Format.count($0)) held-out images" } ?? ""
            return line("top-1 error\(place)", { "\(Format.digits($0)) %" })
        }
    }
}
