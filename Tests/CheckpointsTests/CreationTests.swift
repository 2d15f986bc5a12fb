import Files
import Foundation
import Graphs
import Tensors
import TestSupport
import Testing
@testable import Checkpoints

@Suite struct CreationTests {
    private let folder = TemporaryFolder()

    /// Two graphs that say the same, but for the order of their layers.
    private func expectEqual(_ a: Graph, _ b: Graph) throws {
        #expect(a.parameters == b.parameters)
        #expect(a.inputs.map { a.shapes[$0] } == b.inputs.map { b.shapes[$0] })
        #expect(a.outputs.map { a.shapes[$0] } == b.outputs.map { b.shapes[$0] })
        let others = Dictionary(uniqueKeysWithValues: b.layers.map { ($0.name, $0) })
        for layer in a.layers {
            let other = try #require(others[layer.qualifiedName.legalLayerName], "\(layer.qualifiedName)")
            #expect(layer.operation == other.operation, "\(layer.qualifiedName)")
            let roles = layer.weights.filter { if case .unknown = $0.role { false } else { true } }
            for weight in roles { #expect(weight.tensor == other[weight.role], "\(layer.qualifiedName)") }
        }
        func calls(_ graph: Graph) -> [String: [[String]]] {
            let producers = graph.producers
            return graph.nodes.reduce(into: [:]) { calls, node in
                let inputs = node.inputs.map { tensor in
                    producers[tensor].map { graph.layer(of: $0).qualifiedName.legalLayerName } ?? ""
                }
                calls[graph.layers[node.layer].qualifiedName.legalLayerName, default: []].append(inputs)
            }
        }
        #expect(calls(a) == calls(b))
    }

    @Test(
        "A graph written as a new model reads back equal, in both formats",
        arguments: [
            "fashion-basicnet.h5", "keras1-th.h5", "keras2-branches.h5", "keras2-depthwise.h5", "keras2-layers.h5",
            "keras2-nested.h5",
            "keras2-several.h5", "keras2-slashes.h5", "keras2-weights.h5", "keras3-activations.h5", "keras3-adam.keras",
            "keras3-channels-first.keras", "keras3-convolutions.keras", "keras3-float16.h5", "keras3-long-names.h5",
            "keras3-merges.keras", "keras3-nested.weights.h5",
            "keras3-normalizations.keras", "keras3-operations.keras", "keras3-poolings.keras", "keras3-residual.h5",
            "keras3-sequences.keras",
            "keras3-several.keras", "keras3-shapes.keras", "keras3-shuffle.keras",
        ], ["new.h5", "new.keras"])
    func roundTrip(name: String, output: String) throws {
        let graph = try open(name).graph, path = folder.file(output)
        _ = try Checkpoint.create(graph, name: "copy", at: path, overwrite: false)
        try expectEqual(graph, Checkpoint.open(path).graph)
        #expect(try folder.contents == [output])
    }

    @Test(
        "What Keras 3 has no layer for is refused, and leaves nothing",
        arguments: ["keras1-tf.h5", "keras2-operations.h5", "keras3-custom.keras"])
    func refused(name: String) throws {
        let graph = try open(name).graph
        #expect { try Checkpoint.create(graph, name: "copy", at: folder.file("new.h5"), overwrite: false) } throws: {
            error in
            if case CheckpointError.inexpressible = error { true } else { false }
        }
        #expect(try folder.contents == [])
    }

    @Test("The same graph gives the same bytes", arguments: ["new.h5", "new.keras"])
    func sameBytes(output: String) async throws {
        let graph = try open("keras3-several.keras").graph
        _ = try Checkpoint.create(
            graph, name: "copy", at: folder.file(output), overwrite: false, notes: ["b": "1", "a": "2"])
        // File systems and archives count in seconds, archives in two.
        try await Task.sleep(for: .seconds(2.1))
        _ = try Checkpoint.create(
            graph, name: "copy", at: folder.file("again-\(output)"), overwrite: false, notes: ["a": "2", "b": "1"])
        #expect(try [UInt8](contentsOf: folder.file(output)) == [UInt8](contentsOf: folder.file("again-\(output)")))
    }

    @Test(
        "Notes stay with the model: created, fine-tuned, cut, converted",
        arguments: [("new.h5", "other.keras"), ("new.keras", "other.h5")])
    func notes(output: String, other: String) throws {
        let long = String(repeating: "é", count: 100_000), graph = try open("keras3-adam.h5").graph,
            ending = output.drop { $0 != "." }
        _ = try Checkpoint.create(
            graph, name: "copy", at: folder.file(output), overwrite: false, notes: ["history": long, "recipe": ""])
        let made = try Checkpoint.open(folder.file(output))
        #expect(made.notes == ["history": long, "recipe": ""])
        _ = try made.write(
            weights: made.graph, to: folder.file("tuned\(ending)"), overwrite: false, notes: ["history": "new"])
        let tuned = try Checkpoint.open(folder.file("tuned\(ending)"))
        #expect(tuned.notes == ["history": "new", "recipe": ""])
        _ = try tuned.write(cutBeforeFlatten(tuned.graph), to: folder.file("cut\(ending)"), overwrite: false)
        let cut = try Checkpoint.open(folder.file("cut\(ending)"))
        #expect(cut.notes == tuned.notes)
        #expect(try cut.convert(to: folder.file(other), overwrite: false) == [])
        #expect(try Checkpoint.open(folder.file(other)).notes == tuned.notes)
    }

    @Test(
        "Other weights: everything else stays, but for the optimizer's state",
        arguments: [
            "keras2-adam.h5", "keras3-adam.h5", "keras3-adam.keras", "keras3-residual.weights.h5", "keras2-weights.h5",
        ])
    func otherWeights(name: String) throws {
        let checkpoint = try open(name),
            ending = name.hasSuffix(".keras") ? ".keras" : name.hasSuffix(".weights.h5") ? ".weights.h5" : ".h5"
        var graph = checkpoint.graph
        let id = try #require(graph.layers.lastIndex { $0[.kernel] != nil })
        graph.layers[id][.kernel] = graph.layers[id][.kernel].map {
            Tensor(shape: $0.shape, $0.elements.map { 2 * $0 })
        }
        let warnings = try checkpoint.write(weights: graph, to: folder.file("out\(ending)"), overwrite: false)
        #expect(
            warnings
                == (name.contains("adam")
                    ? [
                        "the optimizer's state is left out: it belongs to the weights before; training goes on from the weights with a fresh optimizer"
                    ] : []))
        let again = try Checkpoint.open(folder.file("out\(ending)"), architecture: checkpoint.architecturePath)
        #expect(again.config == checkpoint.config)
        #expect(
            zip(again.graph.layers, graph.layers).allSatisfy { $0.weights.map(\.tensor) == $1.weights.map(\.tensor) })
    }

    @Test("A conversion says what it leaves behind; a name that says no format is refused, as is the input itself")
    func conversion() throws {
        let checkpoint = try open("keras3-adam.h5")
        #expect(
            try checkpoint.convert(to: folder.file("new.keras"), overwrite: false) == [
                "the training configuration and the optimizer's state are left out; compile the model again"
            ])
        #expect(
            try open("keras3-nested.keras").convert(to: folder.file("flat.h5"), overwrite: false) == [
                "nested models are flattened into one"
            ])
        #expect(throws: FileError.exists(path: folder.file("new.keras"))) {
            try checkpoint.convert(to: folder.file("new.keras"), overwrite: false)
        }
        for name in ["new", "new.weights.h5", "new.onnx"] {
            #expect(throws: CheckpointError.newFormat(file: folder.file(name))) {
                try checkpoint.convert(to: folder.file(name), overwrite: false)
            }
        }
        let made = try Checkpoint.open(folder.file("flat.h5"))
        #expect(throws: CheckpointError.outputIsInput(file: made.path)) {
            try made.convert(to: made.path, overwrite: true)
        }
    }

    @Test(
        "Checkpoints of every format are told from data",
        arguments: [
            ("keras3-adam.h5", true), ("keras3-adam.keras", true), ("keras3-nested.weights.h5", true),
            ("keras2-weights.h5", true), ("keras1-tf.h5", true),
            ("fashion-test.h5", false), ("README.md", false), ("absent.h5", false),
        ])
    func told(name: String, isCheckpoint: Bool) { #expect(Checkpoint.isCheckpoint(fixture(name)) == isCheckpoint) }

    @Test("Layers that no output needs are left out; names that Keras refuses are replaced, each still its own")
    func names() throws {
        var graph = Graph()
        let input = try graph.add(Layer(name: "the/input", operation: .input(Input(shape: [3]))))
        let a = try graph.add(Layer(name: "x", path: ["a"], operation: .activation(.tanh)), [input])
        let b = try graph.add(Layer(name: "a_x", operation: .dropout(rate: 0.5)), [a])
        _ = try graph.add(Layer(name: "unread", operation: .identity), [b])
        graph.outputs = [try graph.add(Layer(name: "é", operation: .activation(.softmax())), [b])]
        _ = try Checkpoint.create(graph, name: "", at: folder.file("new.keras"), overwrite: false)
        let made = try Checkpoint.open(folder.file("new.keras"))
        #expect(made.graph.layers.map(\.name) == ["the_input", "a_x", "a_x_1", "layer_"])
        #expect(try made.graph.operation("a_x_1") == .dropout(rate: 0.5))
    }
}
