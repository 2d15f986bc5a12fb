@testable import Experiments
import Testing
@testable import Reports
@testable import Training

@Suite struct ReproductionReportTests {
    private typealias Row = ReproductionReport.Row

    private func row(
        layers: [Double]? = nil, isMeasured: Bool = true, failure: String? = nil, history: [EpochRecord] = []
    ) -> Row {
        let measurement = NetworkMeasurement(
            testImages: 100, error: .init(before: 30, after: 31), loss: .init(before: 1, after: 1), top5Error: 5,
            weights: .init(before: 100, after: 80),
            layers: [
                .init(layer: "conv", filters: 10, dead: 2, silent: 1, universality: [2, 0, 0, 0, 0, 0, 0, 0, 0, 8])
            ])
        return Row(
            row: "adam", paper: PaperFigures(scale: 20.5, error: 25, layers: layers),
            ours: isMeasured
                ? .init(
                    activation: 10, scale: 20, error: 30, top5Error: 5, errorAfter: 31, layers: [20, 40],
                    parametersCut: 20, trainingLoss: nil, testLoss: 1) : nil,
            steps: 1000, lambda: 1e-4, stepsTimesLambda: 0.1,
            runs: [.init(seed: 7, measurement: isMeasured ? measurement : nil, failure: failure)], history: history)
    }

    private func report(
        _ rows: [Row], note: String? = nil, lambdaFactor: Double? = 1, gamma: InitialScale = .constant(1),
        laws: [LawFinding] = [], figures: [Experiment.Figure] = []
    ) -> ReproductionReport {
        ReproductionReport(
            experiment: "table1", title: "A table", note: note, data: "cifar10", pixels: .asTheyAre, width: 0.25,
            epochs: [14, 2], lambdaFactor: lambdaFactor, gamma: gamma, rows: rows,
            laws: laws, sign: .scale, figures: figures)
    }

    private let laws = [
        LawFinding(law: 1, statement: "no filter dies", verdict: .holds, figures: ["adam 0 %: holds"]),
        LawFinding(law: 2, statement: "more", verdict: .open, figures: []),
        LawFinding(law: 3, statement: "less", verdict: .open, figures: []),
    ]

    @Test("The paper's numbers stand beside ours, and the laws below")
    func text() {
        #expect(
            report([row()], laws: laws).text == """
                A table
                Ours: cifar10, width 0.250, 14 + 2 epochs, λ as in the paper, seeds 7

                row   paper: act     γ  error  after  cut  ours: act     γ  error  after   cut        λ  steps · λ
                ────  ──────────  ────  ─────  ─────  ───  ─────────  ────  ─────  ─────  ────  ───────  ─────────
                adam           –  20.5   25.0      –    –       10.0  20.0   30.0   31.0  20.0  1.0e-04      0.100

                law 1, no filter dies: holds
                    adam 0 %: holds
                no rows here that speak to law 2, 3
                """)
    }

    @Test("In Markdown tables have headings and laws are a list")
    func markdown() {
        #expect(
            report([row(layers: [12, 24])], note: "One seed.", laws: laws).markdown == """
                # table1

                A table
                Ours: cifar10, width 0.250, 14 + 2 epochs, λ as in the paper, seeds 7
                Note: One seed.

                | row | paper: act | γ | error | after | cut | ours: act | γ | error | after | cut | λ | steps · λ |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                | adam | – | 20.5 | 25.0 | – | – | 10.0 | 20.0 | 30.0 | 31.0 | 20.0 | 1.0e-04 | 0.100 |

                ## Dead filters layer by layer, %

                | row |  | C1 | C2 |
                | --- | --- | ---: | ---: |
                | adam | paper | 12.0 | 24.0 |
                |  | ours | 20.0 | 40.0 |

                ## Laws

                - law 1, no filter dies: holds
                  - adam 0 %: holds
                - no rows here that speak to law 2, 3

                """)
    }

    @Test("A run that failed is named, and has no numbers")
    func failure() {
        let text = report([row(isMeasured: false, failure: "the loss is NaN")]).text
        #expect(text.contains("seeds 7\nadam, seed 7: the loss is NaN\n\nrow"))
        #expect(text.contains("\nadam           –  20.5   25.0      –    –          –  –      –      –    –  1.0e-04"))
    }

    @Test("How λ and the first scales differ from the paper's is said")
    func scaling() {
        #expect(report([], lambdaFactor: nil).text.contains("λ scaled so that steps · λ is the paper's, seeds"))
        #expect(report([], lambdaFactor: 10).text.contains("λ 10.0 times the paper's, seeds"))
        #expect(report([], gamma: .uniform).text.contains("λ as in the paper, γ from 0 to 1 at first, seeds"))
        #expect(report([], gamma: .constant(0.5)).text.contains("γ 0.5 at first, seeds"))
    }

    @Test("Scales are shown after the first epoch and each quarter, as far as a run came")
    func scales() {
        let history = [EpochRecord.sample(), .sample(epoch: 2)]
        #expect(
            report([row(history: history), row(history: [history[0]])], figures: [.scales]).text.contains(
                """


                γ and β as the epochs go by: median (5 % … 95 %)
                row   layer                    epoch 1                 epoch 2
                ────  ─────  ─  ──────────────────────  ──────────────────────
                adam  conv   γ   2.000 (0.250 … 4.000)   2.000 (0.250 … 4.000)
                adam  conv   β  0.000 (-0.500 … 0.500)  0.000 (-0.500 … 0.500)
                adam  conv   γ   2.000 (0.250 … 4.000)                       –
                adam  conv   β  0.000 (-0.500 … 0.500)                       –

                """))
    }

    @Test("Universality is shown and there to draw, in tenths of the images")
    func universality() {
        let report = report([row(), row(isMeasured: false)], figures: [.universality])
        #expect(report.text.contains("\nFeatures that answer to so many percent of the test images\nrow   layer  0–10"))
        #expect(report.charts.map(\.categories) == [(0..<10).map { "\(10 * $0)–\(10 * $0 + 10)" }])
        #expect(report.charts[0].series.map(\.name) == ["adam, conv"])
        #expect(report.charts[0].series[0].values == [2, 0, 0, 0, 0, 0, 0, 0, 0, 8])
    }

    @Test("JSON has rows with what they came to, epoch by epoch")
    func values() throws {
        let keys = [
            "data", "epochs", "experiment", "figures", "gamma", "lambdaFactor", "laws", "note", "pixels", "rows",
            "schema", "sign", "title", "width",
        ]
        #expect(try report([row()], note: "n").keys == keys)
        #expect(try report([row()], lambdaFactor: nil).keys == keys.filter { !["note", "lambdaFactor"].contains($0) })
        #expect(
            try row(history: [.sample()]).keys == [
                "history", "lambda", "ours", "paper", "row", "runs", "steps", "stepsTimesLambda",
            ])
        #expect(try row(isMeasured: false).keys.contains("ours") == false)
    }

    @Test("What was measured of an experiment's rows is found by their names")
    func results() throws {
        let experiment = try Experiment.named("table1-cifar10"), rows = Array(experiment.rows.prefix(2))
        let result = RowResult(
            experiment: experiment.name, row: rows[0].label, seed: 7, settings: "", steps: 1000, lambda: 1e-4,
            stepsTimesLambda: 0.1, measurement: row().runs[0].measurement, failure: nil, history: [.sample()])
        let report = ReproductionReport(
            experiment, rows: rows, results: [result],
            scaling: Scaling(width: 0.25, epochs: [1], lambda: .factor(2), gamma: .uniform), data: "cifar10",
            pixels: .asTheyAre)
        #expect(report.rows.map { $0.ours?.scale } == [20, nil])
        #expect(report.rows.map(\.steps) == [1000, 0])
        #expect(report.rows[0].history.count == 1)
        #expect(report.lambdaFactor == 2)
        #expect(report.laws.count == Law.all.count)
    }
}

@Suite struct ExperimentListTests {
    @Test("All experiments are listed with their number of rows, the simulation without")
    func all() {
        let list = ExperimentList()
        #expect(list.text.hasPrefix("name "))
        #expect(list.experiments.count == Experiment.all.count + 1)
        #expect(list.text.contains("\n\(ScaleDecay.name) "))
        #expect(list.csv.hasPrefix("name,rows,what\n"))
    }

    @Test("One experiment is listed by its rows, with what the paper has of each")
    func one() throws {
        let experiment = try Experiment.named("table1-cifar10"), text = ExperimentList([experiment]).text
        #expect(text.hasPrefix("\(experiment.title)\n\nrow "))
        #expect(text.split(separator: "\n").count == experiment.rows.count + 3)
        #expect(text.contains("paper: act     γ  error"))
    }

    @Test("JSON has each experiment's rows")
    func values() throws {
        let list = ExperimentList([try Experiment.named("table1-cifar10")])
        #expect(try list.keys == ["experiments", "schema"])
        #expect(try list.experiments[0].keys == ["name", "rows", "title"])
        #expect(try list.experiments[0].rows[0].keys == ["paper", "row"])
    }
}

@Suite struct ScaleDecayReportTests {
    private let report = ScaleDecayReport([
        ScaleDecay(optimizer: "adam", usesWeightDecay: true, expected: [0.75, 0.5, 0.25], measured: [0.8, 0.6, 0.4])
    ])

    @Test("What was measured stands beside what was expected")
    func text() {
        #expect(
            report.text == """
                \(ScaleDecay.title)

                median |θ| after    2,000 steps  expected  5,000 steps  expected  10,000 steps  expected
                ──────────────────  ───────────  ────────  ───────────  ────────  ────────────  ────────
                adam, weight decay        0.800     0.750        0.600     0.500         0.400     0.250

                """)
    }

    @Test("In Markdown bars in titles do not part columns")
    func markdown() {
        #expect(
            report.markdown.hasPrefix(
                "# figure4\n\n\(ScaleDecay.title)\n\n| median \\|θ\\| after | 2,000 steps | expected |"))
    }

    @Test("The curves are there to draw, and in JSON")
    func values() throws {
        #expect(report.charts.map(\.series) == [[.init(name: "adam, weight decay", values: [0.8, 0.6, 0.4])]])
        #expect(try report.keys == ["curves", "experiment", "schema", "steps"])
    }
}
