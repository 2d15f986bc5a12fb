import Foundation
import TestSupport
import Testing

/// Every checkpoint in `fixtures/`, through the verbs that take any.
@Suite struct FixtureTests {
    @Test("Every fixture is inspected, as text and as JSON", arguments: Fixture.all)
    func inspect(_ fixture: Fixture) throws {
        let folder = TemporaryFolder(), arguments = try ["inspect", fixture.path] + fixture.options
        let text = try succeed(arguments, in: folder).stdout
        let inspection = try succeed(arguments + ["--json", "-"], in: folder).json(Inspection.self)
        #expect(inspection.schema == 1)
        #expect(!inspection.layers.isEmpty && !inspection.inputs.isEmpty && !inspection.outputs.isEmpty)
        #expect(inspection.parameters == inspection.layers.reduce(0) { $0 + $1.parameters })
        #expect(try inspection.opaque.isEmpty == !fixture.isOpaque)
        for layer in inspection.layers { #expect(text.contains(layer.name)) }
    }

    @Test("Every fixture answers as in Keras, or names the layer that keeps it from answering", arguments: Fixture.all)
    func predict(_ fixture: Fixture) throws {
        let folder = TemporaryFolder(),
            arguments =
                try ["predict", fixture.path, "--output", "y.h5", "--limit", "100"] + fixture.inputs + fixture.options
        if try fixture.isOpaque { return try fail(arguments, in: folder, saying: ["layer '", "cannot be evaluated"]) }
        #expect(try succeed(arguments, in: folder).stdout.isEmpty)
        try fixture.expectOutputs(in: folder.file("y.h5"))
    }

    @Test("Every fixture is audited, and no filter is both removable and pinned", arguments: Fixture.all)
    func analyze(_ fixture: Fixture) throws {
        let folder = TemporaryFolder()
        let analysis = try succeed(["analyze", fixture.path, "--json", "-"] + fixture.options, in: folder).json(
            Analysis.self)
        #expect(analysis.schema == 1)
        for layer in analysis.layers {
            #expect(Set(layer.removable).isDisjoint(with: layer.pinned.map(\.filter)), "\(layer.name)")
            #expect(
                (layer.removable + layer.pinned.map(\.filter)).allSatisfy((0..<layer.filters).contains), "\(layer.name)"
            )
            #expect(layer.dead.activation == nil && layer.universality == nil, "there is no corpus")
        }
        #expect(analysis.totals.filters == analysis.layers.reduce(0) { $0 + $1.filters })
        #expect(analysis.totals.removable == analysis.layers.reduce(0) { $0 + $1.removable.count })
    }

    @Test("Every fixture is pruned to a file that says what was cut and answers as before", arguments: Fixture.all)
    func prune(_ fixture: Fixture) throws {
        let folder = TemporaryFolder(), compact = "compact.\(fixture.fileExtension)"
        let text = try succeed(
            ["prune", fixture.path, "-o", compact, "--json", "report.json"] + fixture.options, in: folder
        ).stdout
        #expect(!text.isEmpty)
        let pruning = try JSONDecoder().decode(Pruning.self, from: Data(folder.bytes("report.json")))
        #expect(pruning.schema == 1)
        #expect(try pruning.fileBytes.after == folder.bytes(compact).count)
        for layer in pruning.layers { #expect(layer.before - layer.after == layer.removed.count, "\(layer.name)") }

        let isCut = pruning.layers.contains { !$0.removed.isEmpty }
        #expect(isCut == (pruning.parameters.after < pruning.parameters.before))
        // The architecture of weights alone is written beside them where it changed.
        var options = try fixture.options
        if fixture.isWeightsAlone, folder.exists("compact.json") { options[1] = "compact.json" }
        let inspection = try succeed(["inspect", compact, "--json", "-"] + options, in: folder).json(Inspection.self)
        #expect(inspection.parameters == pruning.parameters.after)
        #expect(inspection.macs == pruning.macs?.after)

        #expect(!pruning.exact || pruning.verification.bound == 0 || pruning.verification.images == nil)

        if try fixture.isOpaque { return }
        let tolerance: Float = pruning.exact ? 1e-4 : 1e-2
        #expect(
            try #require(pruning.verification.images) > 0
                && #require(pruning.verification.maxRelativeError) <= Double(tolerance))
        try succeed(["predict", compact, "--output", "y.h5", "--limit", "100"] + fixture.inputs + options, in: folder)
        try fixture.expectOutputs(in: folder.file("y.h5"), tolerance: tolerance)
    }

    @Test(
        "Branches that died go with all their layers, out of concatenations, sums and nested models",
        arguments: ["keras2-branches.h5", "keras3-branches.h5", "keras3-branches.keras"])
    func branches(name: String) throws {
        let folder = TemporaryFolder(), compact = name.hasSuffix(".keras") ? "compact.keras" : "compact.h5"
        try succeed(["prune", fixture(name), "-o", compact], in: folder)
        let before = try succeed(["inspect", fixture(name), "--json", "-"], in: folder).json(Inspection.self)
            .layers.map(\.name)
        let after = try succeed(["inspect", compact, "--json", "-"], in: folder).json(Inspection.self).layers.map(
            \.name)
        #expect(
            after.count == 19
                && before.filter { !after.contains($0) }.allSatisfy { $0.contains("gone_") || $0 == "passed" })
        #expect(
            after.allSatisfy { before.contains($0) && !$0.contains("gone_") } && after.contains("joined")
                && after.contains("sum"))
    }
}
