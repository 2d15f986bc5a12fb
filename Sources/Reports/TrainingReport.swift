import Graphs
import Tensors
import Training

/// The answer of `train`.
package struct TrainingReport: Codable, Sendable {
    package struct StepTime: Codable, Sendable {
        package let median: Double
        package let p90: Double
    }

    package private(set) var schema = 1
    package let output: String
    package let dataset: String
    package let pixels: PixelsLine
    package let optimizer: String
    package let seed: UInt64
    package let steps: Int
    /// Steps times λ: what a law of the papers can show in a run of this length depends on it.
    package let stepsTimesLambda: Double
    package let ending: String
    /// Of the test images after the last epoch; of the training images where there was no test.
    package let loss: Double?
    package let top1Error: Double?
    package let top5Error: Double?
    package let sparsity: Double?
    package let layers: [ScaleSummary]
    package let stepMs: StepTime
    package let imagesPerSecond: Double
    package let history: [EpochRecord]
    /// The model's own regularizers that were applied, which no loss here counts; and what it asks for that was not
    /// done.
    package let regularizers: [String]
    package let leftOut: [String]
    /// Whether labels were class probabilities that are not all on one class.
    package let softLabels: Bool
}

extension TrainingReport: Report {
    package init(
        output: String, dataset: String, pixels: PixelsLine, recipe: TrainingRecipe, outcome: TrainingRun.Outcome,
        model: Graph, hasSoftLabels: Bool
    ) {
        (regularizers, leftOut, softLabels) = (model.appliedRegularizers, model.unappliedRegularization, hasSoftLabels)
        (self.output, self.dataset, self.pixels) = (output, dataset, pixels)
        optimizer = "\(recipe.optimizer)"
        seed = recipe.seed
        steps = outcome.steps
        stepsTimesLambda = Double(outcome.steps) * max(recipe.l2, recipe.weightDecay)
        ending =
            switch outcome.ending {
            case .complete: "complete"
            case .stopped: "stopped after the steps asked for"
            case .interrupted: "interrupted"
            }
        history = outcome.history
        let last = outcome.history.last
        loss = last?.testLoss ?? last?.loss ?? outcome.unfinished?.loss
        top1Error = last?.testTop1Error ?? last?.top1Error ?? outcome.unfinished?.top1Error
        top5Error = last?.testTop5Error ?? last?.top5Error ?? outcome.unfinished?.top5Error
        layers = ScaleSummary.all(in: outcome.network)
        sparsity = layers.isEmpty ? nil : layers.percent
        let sorted = outcome.stepSeconds.sorted()
        func quantile(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : 1000 * sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
        stepMs = StepTime(median: quantile(0.5), p90: quantile(0.9))
        imagesPerSecond = outcome.imagesPerSecond
    }

    package static var kind: String { "training" }
    package var subject: String { output }

    package var sections: [Section] {
        [
            .headline("\(output): \(Format.count(steps)) steps, \(ending)"),
            .list([
                Item("training loss", trainingText), Item("test loss", testText),
                Item(
                    "dead by scale",
                    sparsity.map {
                        "\(Format.digits($0)) % of \(Format.count(layers.reduce(0) { $0.plusClamped($1.filters) })) filters; steps · λ = \(Format.digits(stepsTimesLambda))"
                    }, details: layers.map { "\($0.layer): \($0.dead) of \($0.filters)" }),
                Item(
                    "step",
                    "median \(Format.digits(stepMs.median)) ms, 90 % below \(Format.digits(stepMs.p90)) ms; \(Format.digits(imagesPerSecond)) images/s"
                ),
            ]), .chart(chart("Loss", ["training": { $0.loss }, "test": { $0.testLoss }])),
            .chart(chart("Top-1 error, %", ["training": { $0.top1Error }, "test": { $0.testTop1Error }])),
            .chart(chart("Filters dead by scale, %", ["all layers": { $0.sparsity }])),
            .figures("Layer by layer", history.layerCharts.map(Section.chart)),
        ]
    }

    /// Epoch by epoch.
    private func chart(_ title: String, _ series: KeyValuePairs<String, (EpochRecord) -> Double?>) -> Chart {
        Chart(
            title: title, categories: history.map { "\($0.epoch)" },
            series: series.map { name, value in Chart.Series(name: name, values: history.map(value)) })
    }

    private var trainingText: String? {
        if let last = history.last {
            return "\(Format.digits(last.loss)), top-1 error \(Format.digits(last.top1Error)) %"
        }
        guard let loss, let top1Error else { return nil }
        return "\(Format.digits(loss)), top-1 error \(Format.digits(top1Error)) %, of the epoch so far"
    }

    private var testText: String? {
        guard let last = history.last, let loss = last.testLoss, let error = last.testTop1Error else { return nil }
        return "\(Format.digits(loss)), top-1 error \(Format.digits(error)) %"
    }
}

extension TrainingReport {
    /// How far a run is, in one line: a bar for the epoch, and the time left for all of them.
    package static func progress(
        epoch: Int, of epochs: Int, step: Int, of steps: Int, loss: Double, error: Double, speed: Double, left: Double
    ) -> String {
        let filled = 20 * step / max(1, steps),
            bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        return
            "epoch \(epoch)/\(epochs) [\(bar)] loss \(Format.digits(loss)), error \(Format.digits(error)) %, \(Format.digits(speed)) images/s, "
            + "\(Format.clock(left)) left"
    }
}

extension EpochRecord {
    /// One line for people.
    package func line(of epochs: Int) -> String {
        let test =
            testLoss.map { ", test loss \(Format.digits($0)), error \(Format.digits(testTop1Error ?? 0)) %" } ?? ""
        return
            "epoch \(epoch)/\(epochs): loss \(Format.digits(loss)), error \(Format.digits(top1Error)) %\(test), dead by scale \(Format.digits(sparsity)) %"
    }
}
