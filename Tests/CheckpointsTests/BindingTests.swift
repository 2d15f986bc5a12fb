import Graphs
import HDF5
import HDF5Writing
import Tensors
import TestSupport
import Testing
@testable import Checkpoints

/// Files made for the purpose: a model of one or two layers, right or wrong.
@Suite struct BindingTests {
    private let folder = TemporaryFolder()

    private typealias Entry = (name: String, values: Tensor)

    /// A legacy file of the layers given, whose groups hold `weights`: names in the group's list and tensors.
    private func legacy(
        _ layers: String, _ weights: [(group: String, entries: [Entry])], type: ElementType = .float32,
        edit: (GroupWriter) throws -> Void = { _ in }
    ) throws -> String {
        let path = folder.file("model.h5"), file = try FileWriter(path), root = try file.root
        try root.attributes.set(
            "model_config", .string(#"{"class_name": "Sequential", "config": {"name": "s", "layers": [\#(layers)]}}"#))
        try root.attributes.set("keras_version", .string("2.4.0"))
        let group = try root.createGroup("model_weights")
        try group.attributes.set("layer_names", .strings(weights.map(\.group)))
        for (name, entries) in weights {
            let layer = try group.createGroup(name)
            try layer.attributes.set("weight_names", .strings(entries.map(\.name)))
            for entry in entries {
                let dataset = try layer.createDataset(entry.name, shape: entry.values.shape, type: type)
                try entry.values.withSpan { try dataset.write($0) }
            }
        }
        try edit(root)
        try file.close()
        return path
    }

    private let dense = #"{"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [null, 2], "units": 3}}"#
    private let kernel: Entry = ("d/kernel:0", Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]))
    private let bias: Entry = ("d/bias:0", Tensor([7, 8, 9]))

    private func reason(_ path: () throws -> String) -> String {
        do {
            _ = try Checkpoint.open(path())
            return "opened"
        } catch { return "\(error)" }
    }

    @Test("Weights are read in order")
    func read() throws {
        let graph = try Checkpoint.open(legacy(dense, [("d", [kernel, bias])])).graph
        #expect(try graph.weight("d", .kernel) == kernel.values)
        #expect(try graph.weight("d", .bias) == bias.values)
    }

    @Test("Names decide where they contradict the order")
    func names() throws {
        let graph = try Checkpoint.open(legacy(dense, [("d", [bias, kernel])])).graph
        #expect(try graph.weight("d", .bias) == bias.values)
    }

    @Test("Layers of other names are paired by order")
    func otherNames() throws {
        let graph = try Checkpoint.open(
            legacy(dense, [("dense_17", [("dense_17/kernel:0", kernel.values), ("dense_17/bias:0", bias.values)])])
        ).graph
        #expect(try graph.weight("d", .kernel) == kernel.values)
    }

    @Test("Half and double precision become single", arguments: [ElementType.float16, .float64])
    func precision(type: ElementType) throws {
        #expect(
            try Checkpoint.open(legacy(dense, [("d", [kernel, bias])], type: type)).graph.weight("d", .kernel)
                == kernel.values)
    }

    @Test(
        "A nested model's weights: all that are trained, then statistics; frozen ones among the second",
        arguments: [false, true])
    func nested(isFrozen: Bool) throws {
        let layers = """
            {"class_name": "Sequential", "config": {"name": "n", "layers": [
              {"class_name": "BatchNormalization", "config": {"name": "a", "batch_input_shape": [null, 2], "axis": 1, "trainable": \(!isFrozen)}},
              {"class_name": "BatchNormalization", "config": {"name": "b", "axis": 1}}]}}
            """
        // Each weight filled with its number in this list; names say nothing.
        let order =
            isFrozen
            ? ["b γ", "b β", "a γ", "a β", "a μ", "a σ", "b μ", "b σ"]
            : ["a γ", "a β", "b γ", "b β", "a μ", "a σ", "b μ", "b σ"]
        let entries = order.indices.map { ("Variable_\($0):0", Tensor(shape: [2], repeating: Float($0 + 1))) }
        let graph = try Checkpoint.open(legacy(layers, [("n", entries)])).graph
        for (index, what) in order.enumerated() {
            let roles: [Character: WeightRole] = ["γ": .gamma, "β": .beta, "μ": .movingMean, "σ": .movingVariance]
            let role = try #require(what.last.flatMap { roles[$0] })
            #expect(try graph.weight("n/\(what.prefix(1))", role)[0] == Float(index + 1), "\(what)")
        }
    }

    @Test("A wrong shape names layer, weight and both shapes")
    func shape() {
        let text = reason { try legacy(dense, [("d", [("d/kernel:0", Tensor(shape: [3, 3])), bias])]) }
        #expect(
            text
                == "layer 'd': weight 'd/kernel:0' has shape [3, 3], its config and input ask for [2, 3]; the file was edited or truncated"
        )
    }

    @Test("A missing or superfluous weight, or a missing group, is told")
    func counts() {
        #expect(reason { try legacy(dense, [("d", [kernel])]) }.contains("asks for 2 weights, the file holds 1"))
        #expect(reason { try legacy(dense, [("d", [])]) }.contains("layer 'd': no weights in the file"))
        #expect(reason { try legacy(dense, []) }.contains("layer 'd': no weights in the file"))
    }

    @Test("A missing dataset, or one that holds no numbers, is told")
    func datasets() {
        let missing = reason {
            try legacy(dense, [("d", [kernel, bias])]) {
                try $0.group("model_weights/d").attributes.set("weight_names", .strings(["d/kernel:0", "d/nothing:0"]))
            }
        }
        #expect(missing.contains("there is no '/model_weights/d/d/nothing:0'"))
        let text = reason {
            try legacy(dense, [("d", [bias])]) {
                try $0.group("model_weights/d").createDataset("k", shape: [2, 3], strings: .variable).write(
                    Array(repeating: "a", count: 6))
                try $0.group("model_weights/d").attributes.set("weight_names", .strings(["k", "d/bias:0"]))
            }
        }
        #expect(text.contains("should hold numbers"))
    }

    @Test("NaN and infinite weights are refused by name", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) {
        let text = reason { try legacy(dense, [("d", [kernel, ("d/bias:0", Tensor([1, value, 2]))])]) }
        #expect(
            text.hasPrefix(
                "layer 'd': weight 'd/bias:0' holds \(value.isNaN ? "NaN" : "infinity"); the training diverged"))
    }

    @Test("The input's channels come from the first kernel where the config is silent")
    func inferredInput() throws {
        let convolution =
            #"{"class_name": "Activation", "config": {"name": "a", "activation": "relu"}}, {"class_name": "Conv2D", "config": {"name": "c", "filters": 1, "kernel_size": 1, "use_bias": false}}"#
        let graph = try Checkpoint.open(legacy(convolution, [("c", [("c/kernel:0", Tensor(shape: [1, 1, 5, 1]))])]))
            .graph
        #expect(graph.shapes[graph.inputs[0]] == [nil, nil, 5])
        let unknown = reason { try legacy(#"{"class_name": "Flatten", "config": {"name": "f"}}"#, []) }
        #expect(unknown.contains("neither the config nor the weights tell the input's shape"))
    }

    @Test("Sizes that no machine holds are refused before anything is allocated")
    func enormous() {
        func refusal(_ side: Int) -> String {
            reason {
                try legacy(
                    #"{"class_name": "UpSampling2D", "config": {"name": "u", "batch_input_shape": [null, 1000000, 1000000, 1], "size": \#(side)}}"#,
                    [])
            }
        }
        #expect(refusal(1000).contains("no memory holds"))
        #expect(refusal(1_000_000).contains("must be from 1 to"))
    }

    @Test(
        "Files that are no checkpoints say why",
        arguments: [
            ("fashion-test.h5", "neither 'model_config'"), ("README.md", "this is a text, not a Keras checkpoint"),
            ("nothing.h5", "no such file"),
        ])
    func unknown(name: String, expected: String) {
        #expect(reason { fixture(name) }.contains(expected))
    }

    @Test("A truncated archive is refused")
    func truncated() throws {
        let bytes = try #require(try? Array(contentsOf: fixture("keras3-residual.keras")))
        for length in [10, bytes.count / 2, bytes.count - 1] {
            let path = try folder.write("short.keras", bytes[..<length])
            #expect(reason { path }.contains("damaged or unusual .keras archive"))
        }
    }
}
