import Checkpoints
import Datasets
import Foundation
import Training

/// An experiment in progress: each row under each seed is trained, measured and kept in a folder, so that it can go on
/// after an interruption with what is not done yet.
///
/// A run has three files there: `<experiment>-<row>-seed<n>.h5`, the trained network; the same with `.training`, what
/// is needed to go on, gone when the run is done; and `….json`, the result.
package struct Reproduction {
    package struct Options: Sendable {
        package var folder: String
        package var scaling: Scaling
        package var seeds: [UInt64]
        package var threads: Int?
        /// In words, which images and how: part of what a run was told.
        package var dataSettings: String
        /// Whether what other runs left under the same names is replaced.
        package var overwrite: Bool

        package init(
            folder: String, scaling: Scaling = Scaling(), seeds: [UInt64] = [0], threads: Int? = nil,
            dataSettings: String = "", overwrite: Bool = false
        ) {
            precondition(!seeds.isEmpty, "a run has a seed")
            (self.folder, self.scaling, self.seeds, self.threads) = (folder, scaling, seeds, threads)
            (self.dataSettings, self.overwrite) = (dataSettings, overwrite)
        }
    }

    package enum Event {
        /// A run begins, or goes on: the `number`th of `count`.
        case begin(row: String, seed: UInt64, number: Int, count: Int)
        case training(TrainingRun.Event, epochs: Int)
        case done(RowResult)
    }

    package let experiment: Experiment
    package let rows: [ExperimentRow]
    private let data: TrainingData
    private let test: Corpus
    private let options: Options
    private let jobs: [Job]

    private struct Job {
        let row: ScaledRow
        let seed: UInt64
        let settings: String
        /// The path that the names of its files begin with.
        let path: String

        var model: String { "\(path).h5" }
        var state: String { "\(path).h5.training" }
        var result: String { "\(path).json" }
    }

    /// Prepares the rows that are labelled so, all where there are no labels. Throws `ExperimentError` and
    /// `TrainingError.noTestData` where data, rows and folder do not fit, before anything is trained.
    package init(_ experiment: Experiment, rows labels: [String] = [], data: TrainingData, options: Options) throws {
        guard data.classes == experiment.classes else {
            throw ExperimentError.classes(
                experiment: experiment.name, expected: experiment.classes, data: data.name, found: data.classes)
        }
        guard let test = data.test else { throw TrainingError.noTestData(name: data.name) }
        let rows = try experiment.rows(labels)
        (self.experiment, self.rows, self.data, self.test, self.options) = (experiment, rows, data, test, options)
        jobs = try rows.flatMap { row in
            try options.seeds.map { seed in
                let scaled = try experiment.scaled(
                    row, by: options.scaling, inputShape: data.inputShape, images: data.count, seed: seed)
                let settings = "\(scaled.design); \(scaled.recipe); \(options.dataSettings)"
                return Job(
                    row: scaled, seed: seed, settings: settings,
                    path: "\(options.folder)/\(experiment.name)-\(row.label)-seed\(seed)")
            }
        }
        for job in jobs { try check(job) }
    }

    /// Trains and measures what is not done yet; the results in the order of rows and seeds, or nil where `shouldStop`
    /// said so. A network that diverges is a result as well.
    package func run(shouldStop: () -> Bool = { false }, observe: @escaping (Event) -> Void = { _ in }) throws
        -> [RowResult]?
    {
        var results: [RowResult] = []
        for (index, job) in jobs.enumerated() {
            if let kept = try kept(job) {
                // Of a run that was killed just before it was done with it.
                try? FileManager.default.removeItem(atPath: job.state)
                results.append(kept)
                continue
            }
            observe(.begin(row: job.row.row.label, seed: job.seed, number: index + 1, count: jobs.count))
            guard let result = try result(of: job, shouldStop, observe) else { return nil }
            try result.write(to: job.result)
            try? FileManager.default.removeItem(atPath: job.state)
            observe(.done(result))
            results.append(result)
        }
        return results
    }

    /// The result of a run that is done; nil where it is not.
    private func kept(_ job: Job) throws -> RowResult? {
        let result = options.overwrite ? try? RowResult.read(job.result) : try RowResult.read(job.result)
        return result.flatMap { $0.settings == job.settings ? $0 : nil }
    }

    /// Throws where another run's files are in the way, unless they may be replaced.
    private func check(_ job: Job) throws {
        if options.overwrite { return }
        if let result = try RowResult.read(job.result) {
            guard result.settings == job.settings else {
                throw ExperimentError.otherRun(path: job.result, reason: "is the result of a run with other settings")
            }
        } else if FileManager.default.fileExists(atPath: job.state) {
            guard try TrainingState.read(job.state).settings.text == job.settings else {
                throw ExperimentError.otherRun(path: job.state, reason: "is from a run with other settings")
            }
        } else if FileManager.default.fileExists(atPath: job.model) {
            throw ExperimentError.otherRun(
                path: job.model, reason: "has neither a result nor what is needed to go on beside it")
        }
    }

    /// Nil where it was interrupted.
    private func result(of job: Job, _ shouldStop: () -> Bool, _ observe: @escaping (Event) -> Void) throws
        -> RowResult?
    {
        let epochs = job.row.recipe.schedule.totalEpochs
        func result(_ measurement: NetworkMeasurement?, _ history: [EpochRecord], steps: Int, failure: String? = nil)
            -> RowResult
        {
            RowResult(
                experiment: experiment.name, row: job.row.row.label, seed: job.seed, settings: job.settings,
                steps: steps, lambda: job.row.lambda, stepsTimesLambda: Double(steps) * job.row.lambda,
                measurement: measurement, failure: failure, history: history)
        }
        let run = try TrainingRun(
            job.row.design.graph(seed: job.seed), data: data, recipe: job.row.recipe,
            options: .init(
                statePath: job.state, threads: options.threads, settings: TrainingSettings([], text: job.settings))
        ) { observe(.training($0, epochs: epochs)) }
        var history: [EpochRecord] = []
        if let state = try resumable(job) {
            history = state.history
            try run.resume(state, from: job.state)
        }
        do {
            let outcome = try run.run(shouldStop: shouldStop) { network, records in
                history = records
                let notes = try records.notes.merging(data.notes) { $1 }
                _ = try Checkpoint.create(
                    network, name: job.row.row.network.rawValue, at: job.model, overwrite: true, notes: notes)
            }
            guard outcome.ending == .complete else { return nil }
            let measurement = try NetworkMeasurement.of(
                outcome.network, sign: experiment.sign, on: test, threads: options.threads)
            return result(measurement, outcome.history, steps: outcome.steps)
        } catch let error as TrainingError {
            guard case let .diverged(step, epoch, what, _) = error else { throw error }
            let steps = epoch * (data.count / job.row.recipe.batch) + step
            return result(
                nil, history, steps: steps,
                failure: "\(what) is no number any more at step \(step) of epoch \(epoch + 1)")
        }
    }

    /// Where an interrupted run of the same settings stands; nil where there is none.
    private func resumable(_ job: Job) throws -> TrainingState? {
        guard FileManager.default.fileExists(atPath: job.state) else { return nil }
        guard options.overwrite else { return try TrainingState.read(job.state) }
        return (try? TrainingState.read(job.state)).flatMap { $0.settings.text == job.settings ? $0 : nil }
    }
}
