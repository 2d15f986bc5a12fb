import Benchmarks
import Checkpoints
import Datasets
import Graphs
import Networks
import Sparsity
import Surgery
import TestSupport
import Testing
@testable import Compression

/// Cuts as deep as a budget asks, on the trained network of `fixtures/`.
@Suite struct BudgetTests {
    private let folder = TemporaryFolder()
    private var output: String { folder.file("compact.h5") }

    private func basicnet() throws -> Checkpoint { try Checkpoint.open(fixture("fashion-basicnet.h5")) }

    private func images(_ count: Int) throws -> ModelCorpus {
        ModelCorpus(try Corpus.open(fixture("fashion-test.h5")).arranged(for: [28, 28, 1]), limit: count)
    }

    private func request(
        _ budgets: Budget..., select method: FilterSelection.Method = .li, scope: FilterSelection.Scope? = nil
    ) -> CompressionRequest {
        var request = CompressionRequest()
        request.selection = FilterSelection(method, fraction: 0, scope: scope)
        request.budgets = budgets
        return request
    }

    private func units(_ plan: CutPlan) throws -> Int {
        guard case let .units(count) = plan.request.selection?.extent else {
            Issue.record("no number of units"); return 0
        }
        return count
    }

    @Test(
        "The multiply-accumulates or parameters that may stay do, and one unit more would be too many",
        arguments: [Budget.Measure.macs, .parameters], FilterSelection.Scope.allCases)
    func counted(measure: Budget.Measure, scope: FilterSelection.Scope) throws {
        let graph = try basicnet().graph, budget = Budget(measure, .share(0.3), text: "30%")
        let compression = GraphCompression(graph, request(budget, scope: scope))
        let planned = try compression.plan(compression.examine())
        func reached(_ plan: CutPlan) throws -> Int {
            let compact = try plan.surgery.rewrite().graph
            return try measure == .macs ? #require(compact.macs) : compact.parameters
        }
        let dense = try measure == .macs ? #require(graph.macs) : graph.parameters, count = try units(planned.plan)
        let most = 0.3 * Double(dense), found = try reached(planned.plan)
        #expect(
            planned.budgets == [BudgetReading(budget, dense: Double(dense), reached: Double(found))]
                && Double(found) <= most)
        let shallower = CutPlan(graph, compression.request.cut(multiple: 1, units: count - 1))
        #expect(try count > 1 && Double(reached(shallower)) > most)
    }

    @Test("A file is as short as was asked for, and with one unit more it would be longer; nothing else is left")
    func bytes() throws {
        let outcome = try CompressionJob(basicnet(), request(Budget(.bytes, .amount(600_000), text: "600kB"))).run(
            to: output, overwrite: false)
        #expect(try folder.contents == ["compact.h5"])
        let written = try Checkpoint.open(output).fileBytes, reading = try #require(outcome.budgets.first)
        #expect(written <= 600_000 && reading.reached == Double(written) && reading.dense == 4_082_152)
        var shallower = CompressionRequest()
        let chosen = try #require(outcome.audit.chosen?.selection.extent)
        guard case let .units(count) = chosen else { Issue.record("no number of units"); return }
        shallower.selection = FilterSelection(.li, .units(count - 1))
        let other = try CompressionJob(basicnet(), shallower).run(to: folder.file("other.h5"), overwrite: false)
        #expect(other.compact.fileBytes > 600_000)
    }

    @Test("An aligned cut keeps to the budget, too, with widths that are multiples")
    func aligned() throws {
        var request = request(Budget(.macs, .share(0.2), text: "20%"))
        request.alignment = .multiple(8)
        let graph = try basicnet().graph, compression = GraphCompression(graph, request)
        let planned = try compression.plan(compression.examine())
        #expect(try #require(planned.budgets.first).isMet)
        let widths = zip(planned.plan.banks, planned.plan.removed).map { $0.filters - $1.count }
        #expect(widths.dropLast().allSatisfy { $0 % 8 == 0 })
    }

    @Test(
        "The error on held-out images rises by what was allowed at most, and would by more with one unit more",
        arguments: [false, true])
    func error(recalibrated: Bool) throws {
        let corpus = try images(200), graph = try basicnet().graph
        var request = request(Budget(.error, .rise(5), text: "+5"))
        request.recalibrates = recalibrated
        let compression = GraphCompression(graph, request, corpus: corpus)
        let examination = try compression.examine(), planned = try compression.plan(examination)
        let held = try #require(examination.division.measured), reading = try #require(planned.budgets.first)
        #expect(held.count == 40 && reading.images == 40)
        func error(_ graph: Graph) throws -> Double {
            try Evaluation.of(
                graph, over: held, Execution(batch: 40, network: NetworkOptions(convolutions: .direct))
            ).evaluation.top1Error
        }
        let dense = try error(graph), count = try units(planned.plan)
        #expect(reading.dense == dense && reading.most == dense + 5 && count > 0)
        #expect(try error(compression.rewrite(planned.plan, examination).graph) == reading.reached)
        #expect(reading.reached <= dense + 5)
        let deeper = CutPlan(
            graph, request.cut(multiple: 1, units: count + 1), evidence: examination.evidence)
        #expect(try error(compression.rewrite(deeper, examination).graph) > dense + 5)
    }

    @Test("Recalibration buys depth under an error budget")
    func recalibration() throws {
        func removed(_ recalibrates: Bool) throws -> Int {
            var request = request(Budget(.error, .rise(5), text: "+5"))
            request.recalibrates = recalibrates
            let compression = GraphCompression(try basicnet().graph, request, corpus: try images(200))
            return try compression.plan(compression.examine()).plan.removedCount
        }
        #expect(try removed(true) > removed(false))
    }

    @Test("Of several budgets all are kept: the strictest says how deep")
    func several() throws {
        let graph = try basicnet().graph, macs = Budget(.macs, .share(0.9), text: "90%")
        let strict = Budget(.parameters, .share(0.1), text: "10%")
        func plan(_ request: CompressionRequest) throws -> GraphCompression.Planned {
            let compression = GraphCompression(graph, request)
            return try compression.plan(compression.examine())
        }
        let both = try plan(request(macs, strict)), one = try plan(request(strict))
        #expect(both.plan.removed == one.plan.removed && both.budgets.map(\.budget) == [macs, strict])
        #expect(both.budgets.allSatisfy { $0.isMet })
    }

    @Test("Where the dead alone are enough, nothing alive is chosen")
    func enough() throws {
        let graph = try basicnet().graph
        let compression = GraphCompression(graph, request(Budget(.macs, .share(1), text: "100%")))
        let planned = try compression.plan(compression.examine())
        #expect(try units(planned.plan) == 0 && planned.plan.removed == CutPlan(graph).removed)
    }

    @Test("The time of a run is measured in turns with the dense model's, and found within what was asked for")
    func latency() throws {
        let graph = try basicnet().graph,
            timing = Timing(
                batches: [2, 1], threads: [1], options: MeasurementOptions(warmup: 0.01, seconds: 0.02))
        func plan(_ budget: Budget) throws -> GraphCompression.Planned {
            let compression = GraphCompression(graph, request(budget), timing: timing)
            return try compression.plan(compression.examine())
        }
        let reading = try #require(plan(Budget(.latency, .share(0.5), text: "0.5")).budgets.first)
        #expect(reading.isMet && reading.reached > 0 && reading.most == reading.dense / 2)
        #expect(reading.conditions == .init(batch: 2, threads: 1) && reading.images == nil)
        #expect {
            try plan(Budget(.latency, .amount(1e-4), text: "0.1us"))
        } throws: { error in
            if case BudgetError.unmet(_, isDeepest: true) = error { true } else { false }
        }
    }

    @Test("Where a thorough measurement does not confirm a quick one, the cut goes on")
    func confirmation() throws {
        let graph = try basicnet().graph, budget = Budget(.latency, .amount(100), text: "100ms")
        let request = request(budget)
        func reading(_ plan: CutPlan, _ error: Int) throws -> BudgetReading {
            BudgetReading(budget, dense: 200, reached: try Double(150 - units(plan) + error))
        }
        var tried: [Int] = []
        let found = try BudgetSearch(
            budgets: [budget], plan: { CutPlan(graph, request.cut(multiple: 1, units: $0)) },
            read: { _, plan in
                tried.append(try units(plan))
                return try reading(plan, -10)
            }, confirm: { _, plan in try reading(plan, 0) }
        ).found()
        // Quickly measured 40 are enough; on from there in steps of 1, 2, 4, 8.
        #expect(found.units == 55 && found.readings == [BudgetReading(budget, dense: 200, reached: 95)])
        #expect(tried.suffix(4) == [41, 43, 47, 55] && tried.contains(40))
        // What is never confirmed is never kept.
        #expect(throws: BudgetError.self) {
            try BudgetSearch(
                budgets: [budget], plan: { CutPlan(graph, request.cut(multiple: 1, units: $0)) },
                read: { _, plan in try reading(plan, 0) }, confirm: { _, plan in try reading(plan, 10_000) }
            ).found()
        }
    }

    @Test("What cannot be kept says what was reached, and writes nothing")
    func unmet() throws {
        func job(_ request: CompressionRequest, _ corpus: ModelCorpus? = nil) throws {
            _ = try CompressionJob(basicnet(), request, corpus: corpus).run(to: output, overwrite: false)
        }
        let tiny = Budget(.bytes, .amount(1000), text: "1kB")
        #expect {
            try job(request(tiny))
        } throws: { error in
            guard case let BudgetError.unmet(reading, isDeepest: true) = error else { return false }
            return reading.budget == tiny && reading.reached > 1000
        }
        // So few parameters cost more of the accuracy than is allowed.
        let few = Budget(.parameters, .share(0.01), text: "1%"), exact = Budget(.error, .rise(0), text: "+0")
        #expect {
            try job(request(few, exact), images(100))
        } throws: { error in
            guard case let BudgetError.unmet(reading, isDeepest: false) = error else { return false }
            return reading.budget == exact && reading.reached > reading.dense
        }
        #expect(throws: BudgetError.tooFewImages(exact, images: 9)) { try job(request(exact), images(9)) }
        let noise = ModelCorpus(Corpus.random(imageShape: [28, 28, 1], count: 20, seed: 1))
        #expect(throws: BudgetError.noLabels(exact)) { try job(request(exact), noise) }
        #expect(try folder.contents == [])
    }

    @Test("Taylor cuts what matters least to the loss: of as many filters fewer answers are lost than by chance or li")
    func taylor() throws {
        let corpus = try images(200), graph = try basicnet().graph
        func error(_ method: FilterSelection.Method) throws -> Double {
            var request = CompressionRequest()
            request.selection = FilterSelection(method, fraction: 0.6, scope: .global)
            let compression = GraphCompression(graph, request, corpus: corpus)
            let examination = try compression.examine(), plan = try compression.plan(examination).plan
            return try Evaluation.of(
                compression.rewrite(plan, examination).graph, over: corpus, Execution(batch: 50)
            ).evaluation.top1Error
        }
        let found = try error(.taylor)
        #expect(try found < error(.random) && found < error(.li))
    }

    @Test("Taylor needs labels, and a network that gradients flow back through")
    func noGradient() throws {
        var request = CompressionRequest()
        request.selection = FilterSelection(.taylor, fraction: 0.3)
        let noise = ModelCorpus(Corpus.random(imageShape: [28, 28, 1], count: 20, seed: 1))
        #expect(throws: GradientError.noLabels) {
            try GraphCompression(basicnet().graph, request, corpus: noise).examine()
        }
        #expect(throws: GradientError.noLabels) { try GraphCompression(basicnet().graph, request).examine() }
        var graph = try basicnet().graph
        let first = try #require(graph.layers.indices.first { graph.layers[$0].operation == .activation(.rectifier) })
        graph.layers[first].operation = .activation(.sparsemax)
        #expect {
            try GraphCompression(graph, request, corpus: images(20)).examine()
        } throws: { error in
            guard case GradientError.notDifferentiable = error else { return false }
            return "\(error)".contains("'\(graph.layers[first].qualifiedName)'")
        }
    }
}
