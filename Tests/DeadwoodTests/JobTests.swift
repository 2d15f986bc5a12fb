import Foundation
import HDF5
import TestSupport
import Testing

/// The trained network of `fixtures/` with its corpus, through the verbs that need one.
@Suite struct JobTests {
    private let model = fixture("fashion-basicnet.h5")
    private let folder = TemporaryFolder()

    @Test("The audit finds the filters that training killed, layer by layer")
    func audit() throws {
        let analysis = try succeed("analyze", model, "--json", "-", in: folder).json(Analysis.self)
        let dead = analysis.layers.map { ($0.name, $0.dead.scale?.count ?? 0) }
        #expect(dead.map(\.0) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "fc1", "fc2"])
        #expect(dead.map(\.1) == [0, 0, 0, 6, 12, 58, 89, 10, 0])
        #expect(analysis.totals.filters == 730)
    }

    @Test("With a corpus the audit tells which filters never answer, and to how many images the others do")
    func corpus() throws {
        let analysis = try succeed(
            "analyze", model, "--corpus", Fixture.corpus, "--limit", "50", "--json", "-", in: folder
        ).json(Analysis.self)
        for layer in analysis.layers where layer.dead.scale != nil {
            let universality = try #require(layer.universality), silent = try #require(layer.dead.activation)
            #expect(universality.count == layer.filters && universality.allSatisfy { (0...100).contains($0) })
            #expect(silent.allSatisfy { universality[$0] == 0 })
        }
        let text = try succeed("analyze", model, "--corpus", Fixture.corpus, "--limit", "50", in: folder).stdout
        #expect(text.contains("activations over 50 images"))
    }

    private struct Sensitive: Decodable {
        struct Errors: Decodable {
            let ten, thirty, fifty: Double?
            private enum CodingKeys: String, CodingKey { case ten = "10", thirty = "30", fifty = "50" }
        }
        struct Layer: Decodable { let layer: String; let tied: [String]; let filters: Int; let error: Errors }
        struct Basis: Decodable { let measure: String; let method: String; let dense: Double; let images: Int }
        let sensitivity: [Layer]
        let sensitivityBasis: Basis
    }

    @Test("An audit tells what the error comes to as each layer alone loses filters, where it is asked for")
    func sensitivity() throws {
        let arguments = ["analyze", model, "--corpus", Fixture.corpus, "--limit", "50", "--sensitivity"]
        let found = try succeed(arguments + ["--select", "slimming", "--json", "-"], in: folder).json(Sensitive.self)
        #expect(found.sensitivityBasis.measure == "top1Error" && found.sensitivityBasis.method == "slimming")
        #expect(found.sensitivityBasis.images == 50)
        // What has no normalization has no scale to be chosen by.
        #expect(found.sensitivity.prefix(7).map(\.layer) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7"])
        #expect(found.sensitivity.allSatisfy { $0.error.fifty.map { (0...100).contains($0) } ?? true })
        #expect(found.sensitivity.contains { ($0.error.fifty ?? 0) > found.sensitivityBasis.dense })
        let text = try succeed(arguments, in: folder).stdout
        #expect(text.contains("30 %") && text.contains("Sensitivity: top-1 error in percent (dense: "))
        let plain = try succeed("analyze", model, "--json", "-", in: folder).stdout
        #expect(!plain.contains("sensitivity"))
    }

    @Test("Errors over the corpus are those that Keras found")
    func evaluate() throws {
        let score = try succeed("evaluate", model, "--data", Fixture.corpus, "--json", "-", in: folder).json(Score.self)
        #expect(score.schema == 1)
        #expect(abs(score.top1Error - 5.6) < 0.05)
        #expect(score.loss > 0 && score.loss < 1 && score.top5Error < 1)
        let text = try succeed("evaluate", model, "--data", Fixture.corpus, in: folder).stdout
        #expect(text.contains("1,000 images") && text.contains("top-1 error  5.60 %"))
    }

    @Test("The whole job leaves a smaller model that answers the same, and a report of all its parts")
    func compress() throws {
        let outcome = try succeed(
            "compress", model, "-o", "compact.h5", "--corpus", Fixture.corpus, "--limit", "100", "--batch", "1",
            "--threads", "1", "--seconds", "0.1", "--json", "report.json",
            in: folder)
        for title in ["AUDIT", "SURGERY AND VERIFICATION", "LATENCY"] { #expect(outcome.stdout.contains(title)) }
        let report = try JSONDecoder().decode(Compression.self, from: Data(folder.bytes("report.json")))
        #expect(report.schema == 1)
        #expect(report.prune.parameters.after < report.prune.parameters.before / 2)
        #expect(report.prune.verification.images == 20 && report.prune.verification.agreement == 1)
        let bound = try #require(report.prune.verification.bound)
        #expect(try bound > 0 && bound < 0.1 && #require(report.prune.verification.maxAbsoluteError) < bound)
        #expect(report.benchmark.runs.map(\.model) == ["dense", "compact"])
        let score = try succeed("evaluate", "compact.h5", "--data", Fixture.corpus, "--json", "-", in: folder).json(
            Score.self)
        #expect(abs(score.top1Error - 5.6) < 0.05)
    }

    @Test("A cut by what the corpus shows is verified on every fifth image of it, which shows nothing")
    func activation() throws {
        let pruning = try succeed(
            "prune", model, "-o", "compact.h5", "--criteria", "scale,weight,unread,activation", "--corpus",
            Fixture.corpus, "--limit", "50", "--json", "-", in: folder
        ).json(Pruning.self)
        #expect(!pruning.exact && pruning.verification.images == 10)
    }

    @Test("A deviation beyond the tolerance leaves nothing")
    func tolerance() throws {
        try fail(
            "prune", model, "-o", "compact.h5", "--scale-threshold", "0.2", "--tolerance", "1e-9", "--json",
            "report.json", in: folder,
            saying: "deviates by", "--tolerance", "nothing was written")
    }

    @Test("Models are measured in turns, each against the first")
    func benchmark() throws {
        let small = fixture("keras3-adam.h5"),
            arguments = ["benchmark", small, small, "--batch", "1,2", "--threads", "1", "--seconds", "0.05"]
        let measurements = try succeed(arguments + ["--json", "-"], in: folder).json(Measurements.self)
        #expect(measurements.schema == 1 && measurements.machine.cores > 0)
        #expect(measurements.runs.map(\.batch) == [1, 1, 2, 2])
        #expect(measurements.ratios.map(\.batch) == [1, 2])
        for run in measurements.runs {
            let latency = run.latencyMs
            #expect(
                0 < latency.min && latency.min <= latency.median && latency.median <= latency.p90
                    && latency.p90 <= latency.p99)
            #expect(latency.ci95.count == 2 && run.imagesPerSecond > 0)
        }
        #expect(try succeed(arguments, in: folder).stdout.contains("speedup"))
    }

    @Test("Without --threads, the number of threads changes no answer")
    func threads() throws {
        for threads in ["1", "2"] {
            try succeed(
                "predict", model, "--input", Fixture.corpus, "--limit", "20", "--threads", threads, "--output",
                "y\(threads).h5", in: folder)
        }
        let outputs = try ["y1.h5", "y2.h5"].map {
            try File.open(folder.file($0)).root.dataset("output_0").read(Float.self)
        }
        #expect(outputs[0] == outputs[1])
    }

    @Test("Preprocessing on the command line goes before what the data file says")
    func preprocessing() throws {
        let ofFile = try File.open(Fixture.corpus).root.dataset("x").attributes
        func number(_ name: String) throws -> String {
            switch try #require(try ofFile.value(name)) {
            case let .double(number): "\(number)"
            case let .doubles(numbers): numbers.map { "\($0)" }.joined(separator: ",")
            default: ""
            }
        }
        let options = try ["--scale", number("scale"), "--mean", number("mean"), "--std", number("std")]
        let same = try succeed(
            ["evaluate", model, "--data", Fixture.corpus, "--limit", "50", "--json", "-"] + options, in: folder
        ).json(Score.self)
        let none = try succeed(
            "evaluate", model, "--data", Fixture.corpus, "--limit", "50", "--json", "-", "--scale", "1", "--mean", "0",
            "--std", "1", in: folder
        ).json(Score.self)
        #expect(same.top1Error < 15 && none.loss > same.loss)
    }
}
