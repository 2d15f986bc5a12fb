import Benchmarks
import Checkpoints
import Datasets
import Networks
import Sparsity
import Surgery
import TestSupport
import Testing
@testable import Compression

/// The main job in process, on the trained network of `fixtures/`.
@Suite struct CompressionJobTests {
    private let folder = TemporaryFolder()
    private var output: String { folder.file("compact.h5") }

    private func basicnet() throws -> Checkpoint { try Checkpoint.open(fixture("fashion-basicnet.h5")) }

    private func images(_ count: Int) throws -> ModelCorpus {
        ModelCorpus(try Corpus.open(fixture("fashion-test.h5")).arranged(for: [28, 28, 1]), limit: count)
    }

    private func expectNothingWritten(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try folder.contents == [], sourceLocation: sourceLocation)
    }

    @Test("The written model is the one that was verified, and smaller by what the audit says")
    func outcome() throws {
        let checkpoint = try basicnet(), corpus = try images(50)
        let outcome = try CompressionJob(checkpoint, corpus: corpus, watchesFilters: true).run(
            to: output, overwrite: false)
        #expect(try folder.contents == ["compact.h5"])
        #expect(outcome.comparison.verdict.isVerified && outcome.keptAlive == nil && outcome.warnings == [])
        #expect(outcome.watched == 40 && outcome.comparison.heldOutOf == 50)
        let written = try Checkpoint.open(output), planned = try outcome.audit.plan.rewrite().graph
        #expect(written.graph.parameters == planned.parameters)
        #expect(planned.parameters < checkpoint.graph.parameters / 2)
        let verification = try Verification.run(
            dense: checkpoint.graph, compact: written.graph, on: .corpus(corpus), batch: 10)
        #expect(verification.deviation.maxRelativeError < 1e-2)
    }

    @Test("A job that refuses its model leaves no file")
    func refusals() throws {
        var lossy = CompressionRequest()
        lossy.selection = FilterSelection(.slimming, fraction: 0.6)
        lossy.tolerance = 1e-3
        #expect(throws: SurgeryError.self) { try CompressionJob(basicnet(), lossy).run(to: output, overwrite: false) }
        try expectNothingWritten()
        // Random images do not verify an approximate cut.
        var strict = CompressionRequest()
        strict.requiresVerified = true
        #expect(throws: CompressionError.notVerified(Verdict([.random]))) {
            try CompressionJob(basicnet(), strict).run(to: output, overwrite: false)
        }
        try expectNothingWritten()
    }

    @Test("A draft that is not committed leaves no file, and reads back as it will be")
    func draft() throws {
        let checkpoint = try Checkpoint.open(fixture("keras3-residual.h5"))
        do {
            let draft = try checkpoint.draft(
                CutPlan(checkpoint.graph).surgery.rewrite(), for: output, overwrite: false)
            #expect(try draft.readBack().graph.parameters < checkpoint.graph.parameters)
            #expect(!folder.exists("compact.h5"))
        }
        try expectNothingWritten()
    }

    @Test("An observer hears the stages in their order, each to its end")
    func events() throws {
        var stages: [CompressionEvent.Stage] = [], last: [CompressionEvent.Stage: (done: Int, total: Int)] = [:]
        var request = CompressionRequest()
        request.recalibrates = true
        let job = CompressionJob(try basicnet(), request, corpus: try images(20), watchesFilters: true) { event in
            guard case let .progress(stage, done, total) = event else { return }
            if stages.last != stage { stages.append(stage) }
            #expect(done > 0 && done <= total)
            last[stage] = (done, total)
        }
        _ = try job.run(to: output, overwrite: false)
        // What the filters do tells all that `.watch` would look for.
        #expect(stages == [.analyze, .verifyProvenPart, .recalibrate, .verify])
        #expect(last.values.allSatisfy { $0.done == $0.total })
        #expect(last[.analyze]?.total == 16 && last[.verify]?.total == 4)
    }

    @Test("An analysis finds what a job cuts")
    func analysis() throws {
        let checkpoint = try basicnet()
        let analysis = try GraphCompression(checkpoint.graph).analyze()
        let outcome = try CompressionJob(checkpoint).run(to: output, overwrite: false)
        #expect(analysis.audit.layers.map(\.removable) == outcome.audit.layers.map(\.removable))
        #expect(analysis.watched == 0)
    }

    @Test("The fastest widths are measured against the dense model, layer by layer and as a whole")
    func fastestWidths() throws {
        var request = CompressionRequest()
        request.alignment = .fastest
        let timing = Timing(
            batches: [1], threads: [1], options: MeasurementOptions(warmup: 0.01, seconds: 0.1, minimumRounds: 20))
        let graph = try basicnet().graph, compression = GraphCompression(graph, request, timing: timing)
        let planned = try compression.plan(compression.examine())
        guard case let .fastest(widths, result) = planned.widths, let result else {
            Issue.record("nothing was measured")
            return
        }
        #expect(result.models.map(\.model).first == "1" && result.models.map(\.model).last == "dense")
        let dense = try #require(result.overall("dense"))
        // Half of its filters are dead: the dense model is no match.
        #expect(dense.speedup < 1 && !result.isSurelyFaster("dense", than: widths.name))
        switch widths {
        case let .multiple(multiple):
            #expect(CutPlan(graph, CutRequest(multiple: multiple)).removed == planned.plan.removed)
        case let .byLayer(layers): #expect(!layers.isEmpty && layers.count <= planned.plan.banks.count)
        case .dense: Issue.record("the dense model was taken to be faster")
        }
    }

    @Test("With a budget of time the widths are taken that cost the fewest filters")
    func fewestCut() throws {
        var request = CompressionRequest()
        request.alignment = .fastest
        request.selection = FilterSelection(.li, fraction: 0)
        request.budgets = [Budget(.latency, .share(0.9), text: "0.9")]
        let timing = Timing(
            batches: [1], threads: [1], options: MeasurementOptions(warmup: 0.01, seconds: 0.02))
        let compression = GraphCompression(try basicnet().graph, request, timing: timing)
        let planned = try compression.plan(compression.examine())
        guard case .fewestCut = planned.widths else { Issue.record("another choice"); return }
        #expect(try #require(planned.budgets.first).isMet)
    }

    @Test("Widths are aligned as asked")
    func widths() throws {
        var request = CompressionRequest()
        request.alignment = .multiple(8)
        let outcome = try CompressionJob(basicnet(), request).run(to: output, overwrite: false)
        #expect(
            outcome.audit.layers.map { $0.bank.filters - $0.removable.count } == [16, 32, 32, 64, 56, 72, 40, 248, 10])
        guard case .given(8) = outcome.widths else {
            Issue.record("the outcome does not say so")
            return
        }
    }
}
