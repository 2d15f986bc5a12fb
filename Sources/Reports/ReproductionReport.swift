import Experiments
import Training

/// The answer of `reproduce`: the paper's numbers beside the measured ones, and what they say to the laws.
package struct ReproductionReport: Codable, Sendable {
    package struct Run: Codable, Sendable {
        package let seed: UInt64
        package let measurement: NetworkMeasurement?
        package let failure: String?
    }

    package struct Row: Codable, Sendable {
        package let row: String
        package let paper: PaperFigures
        /// What the row came to; the mean over its seeds.
        package let ours: PaperFigures?
        package let steps: Int
        package let lambda: Double
        package let stepsTimesLambda: Double
        package let runs: [Run]
        package private(set) var history: [EpochRecord]
    }

    package private(set) var schema = 1
    package let experiment: String
    package let title: String
    package let note: String?
    package let data: String
    package let pixels: PixelsLine
    package let width: Double
    package let epochs: [Int]
    /// What every λ was multiplied with; nil: with what the steps are fewer by than the paper's.
    package let lambdaFactor: Double?
    /// What scales began with: a number, or `uniform`.
    package let gamma: InitialScale
    package let rows: [Row]
    package let laws: [LawFinding]
    let sign: Experiment.Sign
    let figures: [Experiment.Figure]
}

extension ReproductionReport: Report {
    package init(
        _ experiment: Experiment, rows: [ExperimentRow], results: [RowResult], scaling: Scaling, data: String,
        pixels: PixelsLine
    ) {
        self.pixels = pixels
        self.experiment = experiment.name
        (title, note, self.data) = (experiment.title, experiment.note, data)
        (width, epochs) = (scaling.width, scaling.epochs ?? experiment.epochs)
        lambdaFactor = if case let .factor(factor) = scaling.lambda { factor } else { nil }
        gamma = scaling.gamma
        (sign, figures) = (experiment.sign, experiment.figures)
        let measured = rows.map { MeasuredRow($0, results) }
        laws = Law.all.map { $0.finding(measured.compactMap { $0 }) }
        self.rows = zip(rows, measured).map { row, measured in
            let own = results.filter { $0.row == row.label }
            return Row(
                row: row.label, paper: row.paper, ours: measured?.figures, steps: own.first?.steps ?? 0,
                lambda: own.first?.lambda ?? 0, stepsTimesLambda: own.first?.stepsTimesLambda ?? 0,
                runs: own.map { Run(seed: $0.seed, measurement: $0.measurement, failure: $0.failure) },
                history: own.first?.history ?? [])
        }
    }

    package static var kind: String { "reproduction" }
    package var subject: String { experiment }

    package var sections: [Section] {
        [.headline(headline)] + figureSections + [.list(lawItems, title: "Laws", indent: 0)]
    }

    private var headline: String {
        let failures = rows.flatMap { row in
            row.runs.compactMap { run in run.failure.map { "\(row.row), seed \(run.seed): \($0)" } }
        }
        let seeds = Set(rows.flatMap { $0.runs.map(\.seed) }).sorted().map { "\($0)" }.joined(separator: ", ")
        let ours =
            "Ours: \(data), width \(Format.digits(width)), \(epochs.map { "\($0)" }.joined(separator: " + ")) epochs, "
            + "λ \(lambdaText), \(scalesText)seeds \(seeds)"
        return ([title, ours] + [note.map { "Note: \($0)" }].compactMap { $0 } + failures).joined(separator: "\n")
    }

    private var scalesText: String {
        switch gamma {
        case .constant(1): ""
        case let .constant(value): "γ \(value) at first, "
        case .uniform: "γ from 0 to 1 at first, "
        }
    }

    private var lambdaText: String {
        guard let lambdaFactor else { return "scaled so that steps · λ is the paper's" }
        return lambdaFactor == 1 ? "as in the paper" : "\(Format.digits(lambdaFactor)) times the paper's"
    }

    /// Laws that the rows speak to, each with what it rests on; the others in one line.
    private var lawItems: [Item] {
        let heard = laws.filter { !$0.figures.isEmpty }, unheard = laws.filter(\.figures.isEmpty).map { "\($0.law)" }
        let items = heard.map { Item("law \($0.law), \($0.statement): \($0.verdict.rawValue)", details: $0.figures) }
        return unheard.isEmpty
            ? items : items + [Item("no rows here that speak to law \(unheard.joined(separator: ", "))")]
    }
}
