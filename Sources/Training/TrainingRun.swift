import Datasets
import Foundation
import Graphs
import Networks

/// Training from beginning to end: epochs, tests after each, checkpoints, and going on after an interruption.
package final class TrainingRun {
    private let trainer: Trainer
    private let data: TrainingData
    private let recipe: TrainingRecipe
    private let options: Options
    private var state: TrainingState
    private var isResumed = false
    private let stepsPerEpoch: Int
    private let fitting: InputFitting
    /// In the shape of the network's input.
    private let test: Corpus?
    private let observe: (Event) -> Void
    /// How long each step took, in seconds, the wait for its images not counted.
    private var stepTimes: [Double] = []
    /// Images learnt from in this process, and the time that took in seconds, waiting for images included, testing not.
    private var pace = (images: 0, seconds: 0.0)

    package struct Options: Sendable {
        /// Where the state goes after each epoch; nil: nowhere.
        package var statePath: String?
        /// Stop after so many steps in all.
        package var maxSteps: Int?
        package var threads: Int?
        /// What a state must say of itself to be continued, but for the number of epochs.
        package var settings: TrainingSettings

        package init(
            statePath: String? = nil, maxSteps: Int? = nil, threads: Int? = nil, settings: TrainingSettings = ""
        ) {
            (self.statePath, self.maxSteps, self.threads, self.settings) = (statePath, maxSteps, threads, settings)
        }
    }

    package enum Event {
        /// Loss and error are the epoch's means so far.
        case step(
            epoch: Int, step: Int, stepsPerEpoch: Int, loss: Double, top1Error: Double, imagesPerSecond: Double,
            secondsLeft: Double)
        case epoch(EpochRecord)
    }

    package enum Ending: Sendable, Equatable {
        case complete
        /// As many steps as were asked for.
        case stopped
        case interrupted
    }

    package struct Outcome: Sendable {
        package let network: Graph
        package let history: [EpochRecord]
        package let ending: Ending
        package let steps: Int
        package let stepSeconds: [Double]
        package let imagesPerSecond: Double
        /// Loss and errors of the epoch under way, where one is.
        package let unfinished: (loss: Double, top1Error: Double, top5Error: Double)?
    }

    /// Prepares `graph` for `data`. Throws `TrainingError` where they do not fit.
    package init(
        _ graph: Graph, data: TrainingData, recipe: TrainingRecipe, options: Options,
        observe: @escaping (Event) -> Void = { _ in }
    ) throws {
        stepsPerEpoch = data.stepsPerEpoch(batch: recipe.batch)
        guard stepsPerEpoch > 0 else { throw TrainingError.tooFewImages(count: data.count, batch: recipe.batch) }
        var graph = graph
        fitting = try InputFitting(&graph, images: data.inputShape)
        test = try data.test?.arranged(for: fitting.shape)
        trainer = try Trainer(graph, recipe: recipe, threads: options.threads)
        guard data.classes == trainer.classes else {
            throw TrainingError.classes(network: trainer.classes, data: data.classes)
        }
        (self.data, self.recipe, self.options, self.observe) = (data, recipe, options, observe)
        state = TrainingState(memory: trainer.snapshot, settings: options.settings)
    }

    /// Goes on from where a run stopped; returns how. Throws `TrainingError.state` where that was another run, or where
    /// its epochs are not the beginning of this one's.
    @discardableResult
    package func resume(_ saved: TrainingState, from path: String) throws -> TrainingContinuation {
        let continuation: TrainingContinuation =
            switch options.settings.comparison(with: saved.settings) {
            case .same: .asBefore
            case let .otherEpochs(epochs):
                try TrainingContinuation(
                    recipe.schedule, after: saved.memory.step, of: epochs, stepsPerEpoch: stepsPerEpoch, path: path)
            case let .different(words):
                throw TrainingError.state(
                    path: path,
                    reason:
                        "the run was begun with other settings (\(words)); give the same to go on, or start over with --force"
                )
            }
        guard trainer.restore(saved.memory) else {
            throw TrainingError.state(path: path, reason: "belongs to another network; start over with --force")
        }
        state = saved
        state.settings = options.settings
        isResumed = true
        return continuation
    }

    /// Trains to the end, or until `shouldStop` says so, which is asked before each step.
    ///
    /// `save` is given the network after each epoch, and whenever it ends; the state is written before. Throws
    /// `TrainingError.diverged`, then nothing of the epoch is saved, and what reading and writing throw.
    package func run(shouldStop: () -> Bool = { false }, save: (Graph, [EpochRecord]) throws -> Void) throws -> Outcome
    {
        var ending = Ending.complete
        func keep() throws { try save(fitting.undone(in: trainer.network), state.history) }
        if state.epoch >= recipe.schedule.totalEpochs { try keep() }
        while state.epoch < recipe.schedule.totalEpochs, ending == .complete {
            ending = try epoch(shouldStop)
            if ending == .complete { try finishEpoch() }
            try saveState()
            try keep()
        }
        return Outcome(
            network: try fitting.undone(in: trainer.network), history: state.history, ending: ending,
            steps: trainer.step, stepSeconds: stepTimes,
            imagesPerSecond: pace.seconds > 0 ? Double(pace.images) / pace.seconds : 0,
            unfinished: state.stepInEpoch == 0 ? nil : means)
    }

    /// Where the last state is that was saved, in this run or the one it goes on with; nil where there is none.
    private var saved: String? { state.epoch > 0 || isResumed ? options.statePath : nil }

    private func diverged(_ what: String) -> TrainingError {
        .diverged(step: state.stepInEpoch, epoch: state.epoch, what: what, saved: saved)
    }

    /// Of the images of the epoch so far.
    private var means: (loss: Double, top1Error: Double, top5Error: Double) {
        let images = Double(max(1, state.stepInEpoch * recipe.batch))
        return (state.loss / images, 100 * Double(state.misses1) / images, 100 * Double(state.misses5) / images)
    }

    /// What is left of the epoch under way.
    private func epoch(_ shouldStop: () -> Bool) throws -> Ending {
        let batches = data.batches(epoch: state.epoch, size: recipe.batch, seed: recipe.seed, from: state.stepInEpoch)
        let clock = ContinuousClock()
        var last = clock.now
        while state.stepInEpoch < stepsPerEpoch {
            if let limit = options.maxSteps, trainer.step >= limit { return .stopped }
            if shouldStop() { return .interrupted }
            guard let batch = try batches.next() else { break }
            let begin = clock.now, factor = recipe.schedule.factor(step: trainer.step, stepsPerEpoch: stepsPerEpoch)
            let result = trainer.learn(
                fitting.apply(to: batch.images), labels: batch.labels, targets: batch.targets, factor: factor)
            let end = clock.now
            stepTimes.append((end - begin) / .seconds(1))
            pace = (pace.images + recipe.batch, pace.seconds + (end - last) / .seconds(1))
            last = end
            state.stepInEpoch += 1
            guard result.loss.isFinite else { throw diverged("the loss") }
            state.loss += result.loss
            state.misses1 += result.misses1
            state.misses5 += result.misses5
            report()
        }
        return .complete
    }

    private func report() {
        let means = means, speed = pace.seconds > 0 ? Double(pace.images) / pace.seconds : 0
        let steps = min(recipe.schedule.totalEpochs * stepsPerEpoch, options.maxSteps ?? .max) - trainer.step
        observe(
            .step(
                epoch: state.epoch, step: state.stepInEpoch, stepsPerEpoch: stepsPerEpoch, loss: means.loss,
                top1Error: means.top1Error, imagesPerSecond: speed,
                secondsLeft: speed > 0 ? Double(steps * recipe.batch) / speed : 0))
    }

    /// Tests the network and records the epoch.
    private func finishEpoch() throws {
        let network = trainer.network, means = means
        let bad = network.layers.first { $0.weights.contains { !$0.tensor.elements.allSatisfy(\.isFinite) } }
        if let bad { throw diverged("a weight of '\(bad.qualifiedName)'") }
        let test = try test.map { try Evaluation.of(network, on: $0, threads: options.threads) }
        if let test, !test.loss.isFinite { throw diverged("the test loss") }
        let layers = ScaleSummary.all(in: network)
        let factor = recipe.schedule.factor(step: trainer.step - 1, stepsPerEpoch: stepsPerEpoch)
        let record = EpochRecord(
            epoch: state.epoch + 1, learningRate: recipe.learningRate * factor, loss: means.loss,
            top1Error: means.top1Error, top5Error: means.top5Error, testLoss: test?.loss,
            testTop1Error: test?.top1Error, testTop5Error: test?.top5Error, sparsity: layers.percent, layers: layers)
        state.history.append(record)
        state.epoch += 1
        (state.stepInEpoch, state.loss, state.misses1, state.misses5) = (0, 0, 0, 0)
        observe(.epoch(record))
    }

    private func saveState() throws {
        guard let path = options.statePath else { return }
        state.memory = trainer.snapshot
        try state.write(to: path)
    }
}

extension Evaluation {
    /// Loss and errors of a network over all images of a corpus.
    package static func of(_ graph: Graph, on corpus: Corpus, threads: Int? = nil, batch: Int = 100) throws
        -> Evaluation
    {
        let network = try Network(graph, options: NetworkOptions(threads: threads))
        var evaluation = Evaluation(), batches = corpus.batches(of: batch)
        while let batch = try batches.next() {
            try evaluation.add(
                try network.run([batch.images])[0], labels: batch.labels ?? [], distributions: batch.distributions)
        }
        return evaluation
    }
}
