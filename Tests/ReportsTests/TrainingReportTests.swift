import Testing
@testable import Reports
@testable import Training

extension EpochRecord {
    static func sample(epoch: Int = 1, testLoss: Double? = nil, sparsity: Double = 25) -> EpochRecord {
        EpochRecord(
            epoch: epoch, learningRate: 0.001, loss: 2.25, top1Error: 50, top5Error: 10, testLoss: testLoss,
            testTop1Error: testLoss.map { _ in 60 }, testTop5Error: testLoss.map { _ in 20 }, sparsity: sparsity,
            layers: [.sample])
    }
}

extension ScaleSummary {
    static let sample = ScaleSummary(
        layer: "conv", filters: 4, dead: 1, gamma: [0, 0.25, 1, 2, 3, 4, 5], beta: [-1, -0.5, 0, 0, 0, 0.5, 1])
}

@Suite struct TrainingReportTests {
    private func report(
        loss: Double? = 2.5, sparsity: Double? = 25, layers: [ScaleSummary] = [.sample], history: [EpochRecord] = []
    ) -> TrainingReport {
        TrainingReport(
            output: "m.h5", dataset: "cifar10", pixels: .asTheyAre, optimizer: "adam", seed: 3, steps: 1200,
            stepsTimesLambda: 0.12, ending: "complete", loss: loss, top1Error: loss.map { _ in 55 }, top5Error: nil,
            sparsity: sparsity, layers: layers, stepMs: .init(median: 12.5, p90: 20), imagesPerSecond: 800,
            history: history, regularizers: [], leftOut: [], softLabels: false)
    }

    @Test("A run is told by its last epoch, its dead filters and its speed")
    func text() {
        #expect(
            report(history: [.sample(testLoss: 2.5)]).text == """
                m.h5: 1,200 steps, complete
                  training loss  2.25, top-1 error 50.0 %
                  test loss      2.50, top-1 error 60.0 %
                  dead by scale  25.0 % of 4 filters; steps · λ = 0.120
                    conv: 1 of 4
                  step           median 12.5 ms, 90 % below 20.0 ms; 800 images/s
                """)
    }

    @Test("Before its first epoch ends a run has what was seen of it")
    func unfinished() {
        #expect(report().text.contains("\n  training loss  2.50, top-1 error 55.0 %, of the epoch so far\n"))
    }

    @Test("Without losses and scales the speed stands where it always does")
    func speedAlone() {
        #expect(
            report(loss: nil, sparsity: nil, layers: []).text
                == "m.h5: 1,200 steps, complete\n  step           median 12.5 ms, 90 % below 20.0 ms; 800 images/s")
    }

    @Test("Losses, errors and dead filters are there to draw, epoch by epoch")
    func charts() {
        let charts = report(history: [.sample(testLoss: 2), .sample(epoch: 2, sparsity: 50)]).charts
        #expect(charts.map(\.categories) == [["1", "2"], ["1", "2"], ["1", "2"]])
        #expect(charts[0].series.map(\.name) == ["training", "test"])
        #expect(charts[0].series.map(\.values) == [[2.25, 2.25], [2, nil]])
        #expect(charts[1].series.map(\.values) == [[50, 50], [60, nil]])
        #expect(charts[2].series.map(\.values) == [[25, 50]])
    }

    @Test("JSON leaves out what there is none of")
    func values() throws {
        let keys = [
            "dataset", "ending", "history", "imagesPerSecond", "layers", "leftOut", "loss", "optimizer", "output",
            "pixels", "regularizers", "schema", "seed", "softLabels", "sparsity", "stepMs", "steps",
            "stepsTimesLambda", "top1Error",
        ]
        #expect(try report().keys == keys)
        #expect(
            try report(loss: nil, sparsity: nil).keys
                == keys.filter { !["loss", "top1Error", "sparsity"].contains($0) })
    }

    @Test("Progress has a bar of twenty marks and the time left")
    func progress() {
        func line(left: Double) -> String {
            TrainingReport.progress(epoch: 2, of: 3, step: 5, of: 10, loss: 1, error: 50, speed: 800, left: left)
        }
        #expect(
            line(left: 65)
                == "epoch 2/3 [##########..........] loss 1.00, error 50.0 %, 800 images/s, 1:05 left")
        #expect(line(left: 3661).hasSuffix(", 1:01:01 left"))
    }

    @Test("An epoch is told in one line")
    func epoch() {
        #expect(
            EpochRecord.sample(testLoss: 2.5).line(of: 3)
                == "epoch 1/3: loss 2.25, error 50.0 %, test loss 2.50, error 60.0 %, dead by scale 25.0 %")
        #expect(EpochRecord.sample().line(of: 3) == "epoch 1/3: loss 2.25, error 50.0 %, dead by scale 25.0 %")
    }
}

@Suite struct SimulationReportTests {
    private func report(l2: Double = 0, weightDecay: Double = 0) -> SimulationReport {
        let points: [Simulation.Point] = [
            .init(step: 100, median: 0.5, low: 0.25, high: 0.75), .init(step: 1000, median: 0.125, low: 0, high: 0.25),
        ]
        return SimulationReport(l2: l2, weightDecay: weightDecay, curves: [.init(optimizer: "adam", points: points)])
    }

    @Test("Each optimizer has its median, and its quantiles below")
    func text() {
        #expect(
            report().text == """
                no regularizer
                |θ| after            100 steps  1,000 steps
                ─────────  ──────  ───────────  ───────────
                adam       median        0.500        0.125
                           5–95 %  0.250–0.750      0–0.250

                """)
    }

    @Test("The regularizers are named above the table")
    func regularizers() {
        #expect(report(l2: 1e-4, weightDecay: 0.5).text.hasPrefix("L2 0.0001, weight decay 0.5\n|θ|"))
    }

    @Test("The medians are there to draw, and all points in JSON")
    func values() throws {
        #expect(report().charts.map(\.series) == [[.init(name: "adam", values: [0.5, 0.125])]])
        #expect(report().charts[0].categories == ["100 steps", "1,000 steps"])
        #expect(try report().keys == ["curves", "l2", "schema", "weightDecay"])
    }
}
