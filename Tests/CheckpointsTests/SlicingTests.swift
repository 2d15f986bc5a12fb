import Graphs
import Testing
@testable import Checkpoints

/// Keras 3's `x[..., a:b]` and `split`.
@Suite struct SlicingTests {
    private static let tensor =
        #"{"class_name": "__keras_tensor__", "config": {"shape": [null, 4, 6], "dtype": "float32", "keras_history": ["i", 0, 0]}}"#
    private static let ellipsis = #"{"class_name": "__ellipsis__", "config": {}}"#

    private static func slice(_ start: String, _ stop: String, step: String = "null") -> String {
        #"{"class_name": "__slice__", "config": {"start": \#(start), "stop": \#(stop), "step": \#(step)}}"#
    }

    /// The model of an input, 4 × 6, and one operation `x` on it.
    private func model(_ className: String, _ config: String, _ arguments: String, outputs: Int = 1) throws -> (
        Graph, ModelConfig, JSON
    ) {
        let ends = (0..<outputs).map { #"["x", 0, \#($0)]"# }.joined(separator: ", ")
        let text =
            #"{"module": "keras", "class_name": "Functional", "config": {"layers": [{"class_name": "InputLayer", "config": {"batch_shape": [null, 4, 6], "name": "i"}, "name": "i", "inbound_nodes": []}, {"module": "keras.src.ops.numpy", "class_name": "\#(className)", "config": {"name": "x"\#(config)}, "name": "x", "inbound_nodes": [{"args": [\#(Self.tensor)\#(arguments)], "kwargs": {}}]}], "input_layers": ["i", 0, 0], "output_layers": [\#(ends)]}}"#
        let json = try JSON(parsing: text, name: "config")
        let model = try ModelReader(version: KerasVersion(text: "3.15.1", backend: nil, model: json), declarations: [])
            .read(json)
        var builder = GraphBuilder(NoWeights())
        return (try builder.build(model).0, model, json)
    }

    private struct NoWeights: WeightSource {
        func weights(of config: LayerConfig, _ layer: Layer, input: TensorShape?) throws -> ([Weight], LayerWeights) {
            ([], LayerWeights(group: ""))
        }
        func inputShape(of model: ModelConfig) throws -> TensorShape? { nil }
    }

    @Test(
        "One slice of one axis is understood, however it is written",
        arguments: [
            ("[\(ellipsis), \(slice("null", "4"))]", Slice(axis: 1, start: 0, stop: 4)),
            ("[\(ellipsis), \(slice("-4", "null"))]", Slice(axis: 1, start: 2, stop: 6)),
            (
                "[\(slice("null", "null")), \(slice("0", "null")), \(slice("2", "-1"))]",
                Slice(axis: 1, start: 2, stop: 5)
            ),
            ("[\(slice("null", "null")), \(slice("1", "3"))]", Slice(axis: 0, start: 1, stop: 3)),
            (
                "[\(ellipsis), \(slice("1", "3", step: "1")), \(slice("null", "null"))]",
                Slice(axis: 0, start: 1, stop: 3)
            ),
            ("[\(ellipsis), \(slice("2", "100"))]", Slice(axis: 1, start: 2, stop: 6)),
        ])
    func items(key: String, slice: Slice) throws {
        #expect(try model("GetItem", "", ", \(key)").0.operation("x") == .slice(slice))
    }

    @Test(
        "Single positions, steps, several axes, the batch's axis and nothing at all are opaque",
        arguments: [
            "[\(ellipsis), 3]", "[\(ellipsis), \(slice("0", "4", step: "2"))]", "[\(slice("1", "2"))]",
            "[\(ellipsis), \(slice("1", "2")), \(slice("1", "2"))]",
            "[\(ellipsis), \(slice("5", "2"))]", "[\(ellipsis), \(slice("null", "null"))]",
            "[\(ellipsis), \(slice("\"a\"", "2"))]", slice("1", "3"), "[\(ellipsis), null]",
        ])
    func opaqueItems(key: String) throws { #expect(try model("GetItem", "", ", \(key)").0.hasOpaqueLayers) }

    @Test(
        "A split is a slice for each piece",
        arguments: [
            (#", "indices_or_sections": 3, "axis": -1"#, [[1, 0, 2], [1, 2, 4], [1, 4, 6]]),
            (#", "indices_or_sections": [1, 4], "axis": 2"#, [[1, 0, 1], [1, 1, 4], [1, 4, 6]]),
            (#", "indices_or_sections": [2], "axis": 1"#, [[0, 0, 2], [0, 2, 4]]),
        ])
    func splits(config: String, expected: [[Int]]) throws {
        let graph = try model("Split", config, "", outputs: expected.count).0
        let slices = graph.layers.compactMap { layer -> [Int]? in
            if case let .slice(s) = layer.operation { [s.axis, s.start, s.stop] } else { nil }
        }
        #expect(slices == expected)
        #expect(graph.layers.map(\.name) == ["i"] + expected.indices.map { "x[\($0)]" })
        #expect(graph.outputs == [1, 2, 3].prefix(expected.count).map { $0 })
    }

    @Test(
        "Splits that do not come out even, or of the batch, are opaque",
        arguments: [
            #", "indices_or_sections": 4, "axis": -1"#, #", "indices_or_sections": [4, 2], "axis": -1"#,
            #", "indices_or_sections": [2, 6], "axis": -1"#,
            #", "indices_or_sections": 2, "axis": 0"#, #", "indices_or_sections": [], "axis": 1"#,
            #", "indices_or_sections": "a", "axis": 1"#, #", "axis": 1"#,
        ])
    func opaqueSplits(config: String) throws { #expect(try model("Split", config, "", outputs: 2).0.hasOpaqueLayers) }

    @Test("A changed slice and a changed split are written where they stand")
    func writing() throws {
        func written(_ source: (Graph, ModelConfig, JSON), _ slices: [String: Slice]) throws -> JSON {
            var rewrite = Rewrite(graph: source.0)
            for index in rewrite.graph.layers.indices {
                if let slice = slices[rewrite.graph.layers[index].name] {
                    rewrite.graph.layers[index].operation = .slice(slice)
                }
            }
            return try #require(
                ModelReader.entries(of: try ConfigWriter(source: source.0, rewrite: rewrite).edited(source.2, source.1))
                    .last)
        }
        let item = try written(
            model("GetItem", "", ", [\(Self.ellipsis), \(Self.slice("-4", "null"))]"),
            ["x": Slice(axis: 1, start: 1, stop: 3)])
        #expect(
            item["inbound_nodes"]?.array?[0]["args"]?.array?[1].array?[1]["config"]?.text
                == #"{"start": 1, "stop": 3, "step": null}"#)
        let thirds = try model("Split", #", "indices_or_sections": 3, "axis": -1"#, "", outputs: 3)
        func cut(_ ends: [Int]) throws -> String? {
            let slices = zip([0] + ends, ends).enumerated().map {
                ("x[\($0)]", Slice(axis: 1, start: $1.0, stop: $1.1))
            }
            return try written(thirds, Dictionary(uniqueKeysWithValues: slices))["config"]?["indices_or_sections"]?.text
        }
        #expect(try cut([1, 2, 3]) == "3")
        #expect(try cut([1, 3, 4]) == "[1, 3]")
        #expect(throws: CheckpointError.self) { try written(thirds, ["x[1]": Slice(axis: 1, start: 3, stop: 4)]) }
    }

    @Test("A split goes with its pieces")
    func removal() throws {
        let halves = try model("Split", #", "indices_or_sections": 2, "axis": -1"#, "", outputs: 2)
        let removals = Dictionary(
            uniqueKeysWithValues: halves.0.layers.dropFirst().map { (LayerKey($0), Rewrite.Removal.unread) })
        #expect(
            ConfigWriter(source: halves.0, rewrite: Rewrite(graph: halves.0, removals: removals)).removals(
                in: halves.1, []) == ["x": .unread])
    }

    @Test("Operations that reshape and transpose count the batch axis")
    func shaping() throws {
        #expect(
            try model("Reshape", #", "newshape": [-1, 2, 12]"#, "").0.operation("x")
                == .reshape(Reshape(target: [2, 12])))
        #expect(
            try model("Transpose", #", "axes": [0, 2, 1]"#, "").0.operation("x") == .permute(Permute(order: [1, 0])))
        for (name, config) in [
            ("Reshape", #", "newshape": [2, -1, 12]"#), ("Reshape", #", "newshape": [-1, 24, -1]"#),
            ("Transpose", #", "axes": [1, 0, 2]"#), ("Transpose", #", "axes": null"#),
        ] {
            #expect(try model(name, config, "").0.hasOpaqueLayers, "\(name)\(config)")
        }
    }
}
