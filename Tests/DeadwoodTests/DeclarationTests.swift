import TestSupport
import Testing

/// Layers that cannot be evaluated, and what the user says of them.
@Suite struct DeclarationTests {
    private let model = fixture("keras3-custom.h5"), data = fixture("keras3-custom.expected.h5")
    private let folder = TemporaryFolder()

    @Test("Inspect names the layers that cannot be evaluated and the way out; declared, they are known")
    func inspect() throws {
        let undeclared = try succeed("inspect", model, in: folder).stdout
        #expect(
            undeclared.contains(
                "cannot be evaluated: 'clipped'; say what a layer computes number by number with --declare 'LAYER=FUNCTION', such as relu or linear"
            ))
        #expect(!undeclared.contains("unknown"), "the file says how wide the layer is")
        let declared = try succeed("inspect", model, "--declare", "clip*=relu(max=1.5)", in: folder).stdout
        #expect(!declared.contains("cannot be evaluated") && !declared.contains("unknown"))
    }

    @Test("Every verb that needs the whole model names the layer that stops it")
    func refusals() throws {
        let stops =
            "layer 'clipped' is a deadwood>ClippedReLU, which cannot be evaluated; say what it computes with --declare 'clipped=FUNCTION', such as relu or linear"
        try fail("predict", model, "--input", data, "--output", "y.h5", in: folder, saying: stops)
        try fail("benchmark", model, in: folder, saying: stops)
        try fail("evaluate", model, "--data", data, in: folder, saying: "has no labels")
    }

    @Test("The others go as far as the model can be run, and say up to where")
    func partly() throws {
        #expect(
            try succeed("analyze", model, "--corpus", data, in: folder).stdout.contains(
                "images, up to 'clipped', which cannot be evaluated"))
        let pruned = try succeed("prune", model, "-o", "c.h5", "--verify", data, in: folder)
        #expect(pruned.stdout.contains("verified up to 'clipped' on"))
        #expect(pruned.stderr.contains("not verified") && pruned.stderr.contains("'clipped'"))
        let compressed = try succeed("compress", model, "-o", "c.h5", "--corpus", data, "--force", in: folder).stdout
        #expect(
            compressed.contains("verified up to 'clipped'")
                && compressed.contains("not measured: 'clipped' cannot be evaluated"))
    }

    @Test("Undeclared, a layer holds the filters before it; declared, they go")
    func prune() throws {
        let outcome = try succeed("prune", model, "-o", "held.h5", "--json", "-", in: folder)
        #expect(outcome.stderr.contains("not verified") && outcome.stderr.contains("--declare"))
        let held = try outcome.json(Pruning.self)
        #expect(held.layers.allSatisfy { $0.name != "conv_1" || $0.removed.isEmpty })
        let declared = try succeed(
            "prune", model, "-o", "cut.h5", "--declare", "ClippedReLU=relu(max=1.5)", "--json", "-", in: folder
        ).json(Pruning.self)
        #expect(declared.layers.contains { $0.name == "conv_1" && !$0.removed.isEmpty })
    }

    @Test("A declaration that names no layer is warned of")
    func misspelt() throws {
        let outcome = try succeed("inspect", model, "--declare", "cliped*=relu", in: folder)
        #expect(outcome.stderr == "warning: \(model): no layer has a name or class like 'cliped*', which is declared\n")
    }

    @Test(
        "A declaration that says nothing is refused with an example",
        arguments: ["clipped", "clipped=", "=relu", "clipped=softmax", "clipped=relu(max)", "clipped=what"])
    func malformed(declaration: String) throws {
        try fail(
            "inspect", model, "--declare", declaration, in: folder, saying: "--declare '\(declaration)': ",
            "write it like 'clipped_relu*=relu(max=20)'")
    }
}
