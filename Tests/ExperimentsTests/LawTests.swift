import Testing
@testable import Experiments

@Suite struct LawTests {
    private func verdict(_ number: Int, _ rows: [MeasuredRow]) throws -> LawFinding.Verdict {
        try #require(Law.all.first { $0.number == number }).finding(rows).verdict
    }

    /// The papers' own numbers, as if they had been measured.
    private func printed(_ name: String) throws -> [MeasuredRow] {
        let experiment = try Experiment.named(name)
        return experiment.rows.compactMap { row in
            guard let dead = row.paper.scale, let error = row.paper.error else { return nil }
            return MeasuredRow(
                row, activation: row.paper.activation, dead: dead, error: error, errorAfter: row.paper.errorAfter,
                stepsTimesLambda: experiment.paperSteps * row.regularizer.lambda)
        }
    }

    private func row(
        _ dead: Double, _ optimizer: String = "adam", _ regularizer: Regularizer = .l2(1e-4), batch: Int = 40,
        gammaRate: Double = 1, error: Double = 10, time: Double = 50
    ) -> MeasuredRow {
        MeasuredRow(
            ExperimentRow(.basicnet, optimizer, regularizer, batch: batch, gammaRate: gammaRate), dead: dead,
            error: error,
            stepsTimesLambda: time)
    }

    @Test(
        "The papers' own numbers follow the laws",
        arguments: [
            ("table1-cifar10", [1, 2, 3, 4, 8]), ("table1-cifar100", [1, 2, 3, 4, 8]), ("layers-cifar100", [5]),
            ("batch-cifar10", [2, 10]), ("batch-cifar100", [10]),
            ("width-cifar10", [6]), ("width-cifar100", [6]), ("variants-cifar100", [8, 9, 11]), ("tiny-imagenet", [10]),
            ("vgg16-cifar10", [10]), ("vgg19-cifar100", [10]),
        ])
    func printed(name: String, laws: [Int]) throws {
        for law in laws { #expect(try verdict(law, printed(name)) == .holds, "law \(law)") }
    }

    @Test("The one cut of the papers that moves the error by 0.4 points breaks law 5")
    func cut() throws {
        let finding = try #require(Law.all.first { $0.number == 5 }).finding(printed("layers-cifar10"))
        #expect(finding.verdict == .doesNot)
        #expect(
            finding.figures.filter { $0.hasSuffix("does not hold") } == ["adam-l2-1e-3 13.1 → 13.5 %: does not hold"])
    }

    @Test("Without rows to compare nothing can be told", arguments: Law.all.map(\.number))
    func nothing(law: Int) throws {
        #expect(try verdict(law, []) == .open)
    }

    @Test("Numbers that go the other way break a law")
    func broken() throws {
        #expect(try verdict(1, [row(12, "adam", .none)]) == .doesNot)
        #expect(try verdict(2, [row(30, "adam", .l2(1e-5)), row(20, "adam", .l2(1e-4))]) == .doesNot)
        #expect(
            try verdict(3, [row(10, "adam", .l2(1e-4)), row(30, "adam", .weightDecay(1e-4)), row(0, "sgd", .l2(1e-4))])
                == .doesNot)
        #expect(try verdict(8, [row(40, "adam"), row(39, "amsgrad")]) == .doesNot)
        #expect(try verdict(9, [row(40), row(45, gammaRate: 0.1)]) == .doesNot)
        #expect(try verdict(10, [row(30, batch: 20), row(40, batch: 40)]) == .doesNot)
        var apart = row(40)
        apart.activation = 10
        #expect(try verdict(4, [apart]) == .doesNot)
    }

    @Test("Runs too short for decay, rows without sparsity and tests of few images leave a law open")
    func open() throws {
        let short = [
            row(40, "adam", .l2(1e-4)), row(10, "adam", .weightDecay(1e-4), time: 20),
            row(0, "sgd", .l2(1e-4), time: 2),
        ]
        #expect(try verdict(3, short) == .open)
        #expect(try verdict(10, [row(40, batch: 20, time: 100), row(30, batch: 40)]) == .open)
        #expect(try verdict(2, [row(0, "sgd", .l2(1e-4)), row(0, "sgd", .l2(1e-3))]) == .open)
        #expect(try verdict(8, [row(3, "adam"), row(0, "amsgrad")]) == .open)
        var few = row(40)
        (few.errorAfter, few.testImages) = (11, 100)
        #expect(try verdict(5, [few]) == .open)
    }

    @Test("Errors out of reach of the others are not compared")
    func comparable() throws {
        let rows = [
            row(90, "adam", .l2(1e-3), error: 30), row(50, "adam", .l2(1e-4), error: 10),
            row(80, "adam", .weightDecay(1e-3), error: 28),
            row(20, "adam", .weightDecay(1e-4), error: 10.5), row(85, "sgd", .l2(1e-3), error: 25),
            row(1, "sgd", .l2(1e-4), error: 10.2),
        ]
        #expect(try verdict(3, rows) == .holds)
    }
}
