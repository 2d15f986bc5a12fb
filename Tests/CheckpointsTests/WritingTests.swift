import Files
import Foundation
import Graphs
import HDF5
import HDF5Writing
import Tensors
import TestSupport
import Testing
@testable import Checkpoints

@Suite struct WritingTests {
    private let folder = TemporaryFolder()

    private func output(like name: String) -> String {
        folder.file(
            name.hasSuffix(".keras") ? "out.keras" : name.hasSuffix(".weights.h5") ? "out.weights.h5" : "out.h5")
    }

    /// The checkpoint written to `path`, read again, with the architecture beside it where there is one.
    private func reopen(_ path: String, like name: String) throws -> Checkpoint {
        guard name.contains("weights.h5") else { return try Checkpoint.open(path) }
        let written = folder.file("out.json")
        return try Checkpoint.open(
            path, architecture: FileManager.default.fileExists(atPath: written) ? written : open(name).architecturePath)
    }

    private func expectEqual(_ a: Graph, _ b: Graph) {
        #expect(a.nodes.map { a.layers[$0.layer].qualifiedName } == b.nodes.map { b.layers[$0.layer].qualifiedName })
        #expect(a.parameters == b.parameters)
        for (x, y) in zip(a.layers, b.layers) {
            #expect(x.operation == y.operation, "\(x.qualifiedName)")
            #expect(x.weights.map(\.tensor) == y.weights.map(\.tensor), "\(x.qualifiedName)")
        }
    }

    @Test(
        "Nothing changed: the same model, the same config, in every format",
        arguments: [
            "keras1-tf.h5", "keras1-th.h5", "keras2-adam.h5", "keras2-branches.h5", "keras2-depthwise.h5",
            "keras2-lambda.h5", "keras2-layers.h5", "keras2-nested.h5", "keras2-operations.h5",
            "keras2-rmsprop.h5", "keras2-several.h5", "keras2-slashes.h5", "keras2-weights.h5", "keras3-activations.h5",
            "keras3-adam.h5", "keras3-adam.keras", "keras3-branches.keras", "keras3-channels-first.keras",
            "keras3-convolutions.keras", "keras3-custom.keras", "keras3-float16.h5", "keras3-layers.h5",
            "keras3-shuffle.keras", "keras3-long-names.h5", "keras3-merges.keras", "keras3-mixed.keras",
            "keras3-nested.h5",
            "keras3-nested.keras", "keras3-nested.weights.h5", "keras3-normalizations.keras",
            "keras3-residual.weights.h5", "keras3-sequences.keras", "keras3-several.keras", "keras3-shapes.keras",
        ])
    func unchanged(name: String) throws {
        let checkpoint = try open(name), path = output(like: name)
        #expect(try checkpoint.write(Rewrite(graph: checkpoint.graph), to: path, overwrite: false) == [])
        let again = try reopen(path, like: name)
        expectEqual(again.graph, checkpoint.graph)
        #expect(again.config == checkpoint.config)
        #expect(try folder.contents == [path.split(separator: "/").last.map(String.init)])
    }

    @Test(
        "Slices cut: sizes, shapes and weights follow, everything else stays",
        arguments: [
            "keras2-adam.h5", "keras2-rmsprop.h5", "keras3-adam.h5", "keras3-adam.keras", "keras3-momentum.keras",
        ])
    func cut(name: String) throws {
        let checkpoint = try open(name), path = output(like: name)
        let rewrite = try cutBeforeFlatten(checkpoint.graph)
        #expect(try checkpoint.write(rewrite, to: path, overwrite: false) == [])
        let again = try reopen(path, like: name)
        expectEqual(again.graph, rewrite.graph)
        #expect(try again.graph.operation("conv_2") == rewrite.graph.operation("conv_2"))
        // Outside the sizes and shapes the config is the same text.
        let sizes = try ["filters", "shape", "batch"].map {
            try Regex("\"[a-z_]*\($0)[a-z_]*\": (\\[[^\\]]*\\]|[0-9]+)")
        }
        func rest(_ json: JSON) -> String { sizes.reduce(json.text) { $0.replacing($1, with: "") } }
        #expect(rest(again.config) == rest(checkpoint.config))
    }

    @Test(
        "The optimizer's state is sliced as the weights are, matched by name or by number",
        arguments: [
            "keras2-adam.h5", "keras2-rmsprop.h5", "keras3-adam.h5", "keras3-adam.keras", "keras3-momentum.keras",
            "keras3-mixed-adam.keras",
        ])
    func optimizer(name: String) throws {
        let checkpoint = try open(name), path = output(like: name)
        _ = try checkpoint.write(try cutBeforeFlatten(checkpoint.graph), to: path, overwrite: false)
        let old = try slots(name: name, path: checkpoint.path), new = try slots(name: name, path: path)
        #expect(old.map(\.name) == new.map(\.name))
        let kept = Array(1...6) + [8, 9], rows = (0..<9).flatMap { position in kept.map { position * 10 + $0 } }
        var changed = 0
        for (before, after) in zip(old, new) {
            let expected: Tensor =
                switch before.values.shape {
                case [1, 1, 8, 10]: before.values.gathered(axis: 3, kept)
                case [10]: before.values.gathered(axis: 0, kept)
                case [90, 12]: before.values.gathered(axis: 0, rows)
                default: before.values
                }
            changed += before.values.shape == expected.shape ? 0 : 1
            #expect(after.values == expected, "\(before.name)")
        }
        // Kernel, perhaps bias, γ and β of conv_2 and the next kernel, for each of the optimizer's one or two arrays.
        #expect(changed >= 4)
    }

    private func slots(name: String, path: String) throws -> [(name: String, values: Tensor)] {
        let file = try name.hasSuffix(".keras") ? Archive(path: path).openHDF5("model.weights.h5") : File.open(path),
            root = file.root
        return try ["optimizer_weights", "optimizer/vars", "optimizer/inner_optimizer/vars"].filter {
            try root.kind(of: $0) == .group
        }.flatMap { path in
            let group = try root.group(path),
                names =
                    try group.attributes.strings("weight_names")
                    ?? group.names().compactMap { Int($0) }.sorted().map { String($0) }
            return try names.map { name in
                let dataset = try group.dataset(name)
                return ("\(path)/\(name)", Tensor(shape: dataset.shape, try dataset.read(Float.self)))
            }
        }
    }

    @Test(
        "A new bias is listed after its kernel, and the optimizer's state of it after the kernel's",
        arguments: [
            "keras2-adam.h5", "keras3-adam.h5", "keras3-adam.keras", "keras2-nested.h5", "keras3-nested.h5",
            "keras3-nested.keras", "keras3-residual.h5", "keras3-residual.weights.h5",
        ])
    func newBias(name: String) throws {
        let checkpoint = try open(name), path = output(like: name)
        var graph = checkpoint.graph
        let id = try #require(graph.layers.lastIndex { $0[.bias] == nil && $0[.kernel] != nil })
        graph.layers[id][.bias] = Tensor(shape: [try #require(graph.layers[id][.kernel]?.shape.last)], repeating: 0.5)
        let warnings = try checkpoint.write(Rewrite(graph: graph), to: path, overwrite: false)
        expectEqual(try reopen(path, like: name).graph, graph)
        #expect(!warnings.contains { $0.hasPrefix("the optimizer's state is left out") })
        guard name.contains("adam") else { return }
        let old = try slots(name: name, path: checkpoint.path), new = try slots(name: name, path: path)
        #expect(new.count == old.count + 2)
        // All that was there is there still, in its order.
        var rest = new[...]
        for slot in old {
            let place = try #require(rest.firstIndex { $0.values == slot.values })
            rest = rest[(place + 1)...]
        }
        let zero = Tensor(shape: [graph.layers[id][.kernel]?.shape.last ?? 0], repeating: 0)
        #expect(new.count { $0.values == zero } >= 2)
    }

    @Test("Types stay: a float16 weight is cut as float16")
    func types() throws {
        let checkpoint = try open("keras3-float16.h5"), path = folder.file("out.h5")
        var cut = Cut(checkpoint.graph)
        try cut.keepFilters("stem_conv", "stem_bn", Array(1..<8))
        try cut.keep("second_conv", .kernel, axis: 2, Array(1..<8))
        try cut.rewrite.graph.inferShapes()
        _ = try checkpoint.write(cut.rewrite, to: path, overwrite: false)
        let group = try File.open(path).root.group("model_weights/second_conv")
        let name = try #require(try group.attributes.strings("weight_names")?.first)
        #expect(try group.dataset(name).type == .float16)
        #expect(try group.dataset(name).shape == [3, 3, 7, 12])
        expectEqual(try Checkpoint.open(path).graph, cut.rewrite.graph)
    }

    @Test(
        "A residual branch removed: the config is rewired, groups are numbered anew",
        arguments: ["keras3-residual.h5", "keras3-residual.keras", "keras3-residual.weights.h5", "keras2-weights.h5"])
    func removal(name: String) throws {
        let checkpoint = try open(name), path = output(like: name)
        var graph = checkpoint.graph, removals: [LayerKey: Rewrite.Removal] = [:]
        let branch = graph.layers.filter { $0.name.hasPrefix("block_") }
        for layer in branch { removals[LayerKey(layer)] = .unread }
        let sum = try #require(
            graph.nodes.indices.first { if case .merge = graph.layer(of: $0).operation { true } else { false } })
        removals[LayerKey(graph.layer(of: sum))] = .bypassed(input: 0)
        let (from, to) = (graph.nodes[sum].outputs[0], graph.nodes[sum].inputs[0])
        let gone = Set(graph.layers.indices.filter { removals[LayerKey(graph.layers[$0])] != nil })
        graph.nodes.removeAll { gone.contains($0.layer) }
        for id in graph.nodes.indices {
            graph.nodes[id].inputs = graph.nodes[id].inputs.map { $0 == from ? to : $0 }
            let layer = graph.nodes[id].layer
            graph.nodes[id].layer = layer.advanced(by: -gone.count { $0 < layer })
        }
        graph.layers = IDArray(graph.layers.indices.filter { !gone.contains($0) }.map { graph.layers[$0] })
        _ = try checkpoint.write(Rewrite(graph: graph, removals: removals), to: path, overwrite: false)
        let again = try reopen(path, like: name)
        expectEqual(again.graph, graph)
        #expect(again.graph.layers.map(\.name) == graph.layers.map(\.name))
    }

    @Test("An input dropped: a call without it, in either dialect, and the shapes that repeat it")
    func droppedInput() throws {
        func tensor(_ name: String) -> String {
            #"{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "keras_history": ["\#(name)", 0, 0]}}"#
        }
        func entries(_ names: [String]) -> [String] {
            let tensors = names.map(tensor).joined(separator: ", "),
                references = names.map { #"["\#($0)", 0, 0, {}]"# }.joined(separator: ", ")
            let shapes = names.map { "[null, \($0.count)]" }.joined(separator: ", ")
            return [
                #"{"inbound_nodes": [{"args": [[\#(tensors)]], "kwargs": {}}], "build_config": {"input_shape": [\#(shapes)]}}"#,
                #"{"inbound_nodes": [{"args": [], "kwargs": {"inputs": [\#(tensors)]}}]}"#,
                #"{"inbound_nodes": [[\#(references)]]}"#,
            ]
        }
        for (before, after) in zip(entries(["a", "bb", "ccc", "dddd"]), entries(["a", "ccc"])) {
            #expect(
                try ConfigWriter.dropping([1, 3], from: JSON(parsing: before, name: "before"))
                    == JSON(parsing: after, name: "after"))
        }
    }

    @Test("A change that the config cannot say is refused, and nothing is left behind")
    func inexpressible() throws {
        let checkpoint = try open("keras3-residual.h5")
        var graph = checkpoint.graph
        let id = try #require(graph.layers.firstIndex { $0.name == "stem_relu" })
        graph.layers[id].operation = .activation(.tanh)
        #expect(
            throws: CheckpointError.inexpressible(
                layer: "stem_relu", reason: "what it computes cannot be written in its config")
        ) {
            try checkpoint.write(Rewrite(graph: graph), to: folder.file("out.h5"), overwrite: false)
        }
        #expect(try folder.contents == [])
    }

    @Test("Outputs that cannot or must not be written")
    func outputs() throws {
        let source = folder.file("source.h5"), link = folder.file("link.h5")
        try FileManager.default.copyItem(atPath: fixture("keras3-residual.h5"), toPath: source)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: source)
        let checkpoint = try Checkpoint.open(source), before = try [UInt8](contentsOf: source)
        func error(_ output: String, overwrite: Bool = true) -> (any Error)? {
            do {
                _ = try checkpoint.write(Rewrite(graph: checkpoint.graph), to: output, overwrite: overwrite)
                return nil
            } catch { return error }
        }
        #expect(error(source) as? CheckpointError == .outputIsInput(file: source))
        #expect(error(link) as? CheckpointError == .outputIsInput(file: link))
        #expect(error("\(folder.path)/../\(folder.path.split(separator: "/").last ?? "")/source.h5") != nil)
        for name in ["out.keras", "out.weights.h5"] {
            #expect(
                error(folder.file(name)) as? CheckpointError
                    == .outputFormat(file: folder.file(name), expected: ".h5"))
        }
        let nowhere = folder.file("no/such/out.h5")
        #expect(error(nowhere) as? FileError == .cannotWrite(path: nowhere, reason: "No such file or directory"))
        try folder.write("taken.h5", [1])
        #expect(
            error(folder.file("taken.h5"), overwrite: false) as? FileError == .exists(path: folder.file("taken.h5")))
        #expect(error(folder.file("taken.h5")) == nil)
        #expect(try [UInt8](contentsOf: source) == before)
        #expect(try folder.contents == ["link.h5", "source.h5", "taken.h5"])
    }

    @Test("What is unknown survives: attributes, groups, datasets of any type")
    func unknown() throws {
        let source = folder.file("source.h5"), rewritten = folder.file("out.h5")
        let file = try FileWriter(source), original = try File.open(fixture("keras3-adam.h5")), root = try file.root
        for name in try original.root.names() { try root.copy(name, from: original.root) }
        try root.attributes.copyAll(from: original.root.attributes)
        try root.attributes.set("note", .string("mine"))
        let extra = try root.createGroup("extra/deep")
        try extra.createDataset("names", shape: [2], strings: .variable).write(["a", "ü"])
        try extra.attributes.set("mark", .doubles([1.5, 2]))
        try file.close()
        let checkpoint = try Checkpoint.open(source)
        _ = try checkpoint.write(try cutBeforeFlatten(checkpoint.graph), to: rewritten, overwrite: false)
        let copy = try File.open(rewritten).root
        #expect(try copy.attributes.string("note") == "mine")
        #expect(try copy.attributes.string("training_config") == original.root.attributes.string("training_config"))
        #expect(try copy.dataset("extra/deep/names").readStrings() == ["a", "ü"])
        #expect(try copy.group("extra/deep").attributes.value("mark") == .doubles([1.5, 2]))
    }

    @Test("An archive's other entries stay as they are")
    func archive() throws {
        let checkpoint = try open("keras3-adam.keras"), path = folder.file("out.keras")
        _ = try checkpoint.write(try cutBeforeFlatten(checkpoint.graph), to: path, overwrite: false)
        #expect(try Archive(path: path).text("metadata.json") == Archive(path: checkpoint.path).text("metadata.json"))
        #expect(try Archive(path: path).text("config.json") != Archive(path: checkpoint.path).text("config.json"))
    }
}
