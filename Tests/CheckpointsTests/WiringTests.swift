import Testing
@testable import Checkpoints

/// How layers call each other, and configs in which they cannot.
@Suite struct WiringTests {
    private func model(_ layers: [(name: String, className: String, nodes: String)], outputs: String) throws
        -> ModelConfig
    {
        let entries = layers.map {
            #"{"class_name": "\#($0.className)", "config": {"name": "\#($0.name)", "batch_input_shape": [null, 4]}, "name": "\#($0.name)", "inbound_nodes": \#($0.nodes)}"#
        }
        let text =
            #"{"class_name": "Model", "config": {"name": "m", "layers": [\#(entries.joined(separator: ", "))], "input_layers": [["i", 0, 0]], "output_layers": \#(outputs)}}"#
        let json = try JSON(parsing: text, name: "config")
        return try ModelReader(version: KerasVersion(text: "2.4.0", backend: nil, model: json), declarations: []).read(
            json)
    }

    private let input = (name: "i", className: "InputLayer", nodes: "[]")

    @Test("Calls come after those they depend on, whatever the order of the list")
    func order() throws {
        let model = try model(
            [("c", "Activation", #"[[["b", 0, 0, {}]]]"#), ("b", "Activation", #"[[["i", 0, 0, {}]]]"#), input],
            outputs: #"[["c", 0, 0]]"#)
        #expect(model.order.map { model.layers[$0.layer].name } == ["i", "b", "c"])
    }

    @Test("A chain of sixteen thousand layers is no problem, in either direction")
    func long() throws {
        let chain = (0..<16_000).map {
            (name: "l\($0)", className: "Activation", nodes: #"[[["\#($0 == 0 ? "i" : "l\($0 - 1)")", 0, 0]]]"#)
        }
        let model = try model((chain + [input]).reversed(), outputs: #"[["l15999", 0, 0]]"#)
        #expect(model.order.count == 16_001)
        #expect(model.kerasOrder.count == 16_001)
    }

    @Test("A mask is no input of a layer that does not look at it, but counts for Keras's order")
    func masks() throws {
        func layers(_ className: String, _ config: String = "") throws -> ModelConfig {
            try model(
                [
                    input, ("m", "Mystery", #"[[["i", 0, 0]]]"#),
                    ("x", className, #"[[["i", 0, 0, {"mask": ["m", 0, 0]}]]]"#),
                ], outputs: #"[["x", 0, 0]]"#)
        }
        let normalization = try layers("BatchNormalization").layers[2]
        #expect(normalization.operation?.isOpaque == false)
        #expect(
            normalization.calls[0].inputs == [TensorReference(layer: 0)]
                && normalization.calls[0].masks == [TensorReference(layer: 1)])
        #expect(try layers("BatchNormalization").kerasOrder == [0, 1, 2])
        let withoutStates = try model(
            [input, ("x", "BatchNormalization", #"[[["i", 0, 0, {"states": [null, {"a": null}]}]]]"#)],
            outputs: #"[["x", 0, 0]]"#)
        #expect(withoutStates.layers[1].operation?.isOpaque == false, "a list of nulls is no argument")
        let mean = try layers("GlobalAveragePooling1D").layers[2]
        #expect(mean.operation?.isOpaque == true)
        #expect(mean.calls[0].inputs == [TensorReference(layer: 0), TensorReference(layer: 1)])
    }

    @Test(
        "Damaged wiring is refused",
        arguments: [
            (#"[[["nobody", 0, 0, {}]]]"#, "not in the model"), (#"[[["x", 0, 0, {}]]]"#, "its own output"),
            (#"[[["i", 3, 0, {}]]]"#, "is called 1 times"),
            (#"[[["i", -1, 0, {}]]]"#, "cannot be"), (#"[[["i", 0, 99999, {}]]]"#, "cannot be"),
            (#"{"a": 1}"#, "list of calls"), ("[[3]]", "reference to a tensor"),
        ])
    func damaged(nodes: String, reason: String) {
        #expect {
            try model([input, ("x", "Activation", nodes)], outputs: #"[["x", 0, 0]]"#)
        } throws: { "\($0)".contains(reason) }
    }

    @Test("Two layers of one name are refused")
    func duplicates() {
        #expect(throws: CheckpointError.self) { try model([input, input], outputs: #"[["i", 0, 0]]"#) }
    }

    @Test("An input may be an output")
    func inputAsOutput() throws {
        #expect(try model([input], outputs: #"[["i", 0, 0]]"#).outputs == [TensorReference(layer: 0)])
    }

    @Test("Keras's order: the longest way to an output first, then as met from the outputs")
    func kerasOrder() throws {
        // i → a → b → s, i → c → s: c is as far from the output as b, and met after it.
        let layers = [
            input, ("c", "Activation", #"[[["i", 0, 0]]]"#), ("a", "Activation", #"[[["i", 0, 0]]]"#),
            ("b", "Activation", #"[[["a", 0, 0]]]"#),
            ("s", "Add", #"[[["b", 0, 0], ["c", 0, 0]]]"#),
        ]
        let model = try model(layers, outputs: #"[["s", 0, 0]]"#)
        #expect(model.kerasOrder.map { model.layers[$0].name } == ["i", "a", "b", "c", "s"])
    }

    @Test(
        "Class names become group names by Keras's rule",
        arguments: [
            ("Conv2D", "conv2d"), ("Conv2DTranspose", "conv2d_transpose"),
            ("BatchNormalization", "batch_normalization"), ("ReLU", "re_lu"), ("PReLU", "p_re_lu"),
            ("GlobalAveragePooling2D", "global_average_pooling2d"), ("SeparableConv1D", "separable_conv1d"),
            ("LSTM", "lstm"), ("MyLayer3X", "my_layer3x"), ("A", "a"), ("AB", "ab"), ("ABc", "a_bc"), ("aB", "a_b"),
            ("My_Layer", "my__layer"), ("_Own", "__own"), ("A-b C", "ab_c"), ("x\u{301}É²", "xé²"),
            ("3Dense", "3_dense"),
        ])
    func snakeCase(className: String, group: String) { #expect(className.snakeCase == group) }
}
