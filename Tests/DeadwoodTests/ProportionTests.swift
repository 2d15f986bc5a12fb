import Foundation
import HDF5
import TestSupport
import Testing

/// Small files of large models: time and memory stay in proportion to the file, or one line says what is too much.
///
/// A limit of the address space stands for the memory, some seconds for the time: what these models once took grew
/// with the square of their layers, or doubled with each.
@Suite(.serialized) struct ProportionTests {
    private let folder = TemporaryFolder()

    /// Weights of no layer, and beside them the architecture.
    private func write(_ config: String) throws -> [String] {
        try folder.hdf5("m.weights.h5") { _ = try $0.createGroup("layers") }
        try folder.write("m.json", config.utf8)
        return ["m.weights.h5", "--architecture", "m.json"]
    }

    private func expectFrugal(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws
        -> Command.Outcome
    {
        let clock = ContinuousClock(), start = clock.now
        let outcome = try Command(arguments, in: folder, addressSpace: 3 << 30).wait()
        #expect(clock.now - start < .seconds(60), "\(arguments)", sourceLocation: sourceLocation)
        #expect(outcome.status == 0 || outcome.status == 1, "\(outcome.stderr)", sourceLocation: sourceLocation)
        return outcome
    }

    private func expectDone(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try expectFrugal(arguments, sourceLocation: sourceLocation)
        #expect(outcome.status == 0, "\(outcome.stderr)", sourceLocation: sourceLocation)
    }

    private func expectRefused(
        _ config: String, saying text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let model = try write(config)
        for arguments in [["inspect"] + model, ["prune"] + model + ["-o", "c.weights.h5"]] {
            let outcome = try expectFrugal(arguments, sourceLocation: sourceLocation)
            #expect(outcome.status == 1, sourceLocation: sourceLocation)
            #expect(outcome.failures.count == 1, "\(outcome.stderr)", sourceLocation: sourceLocation)
            #expect(outcome.stderr.contains(text), "\(outcome.stderr)", sourceLocation: sourceLocation)
            #expect(outcome.stderr.utf8.count < 5000, sourceLocation: sourceLocation)
        }
    }

    /// Inspects, analyzes and cuts a model whose input is 4 × 4 × 2, and runs it on three images.
    private func expectUsable(_ config: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let model = try write(config)
        try folder.corpus("x.h5", ["x": ([3, 4, 4, 2], (0..<96).map { Double($0 % 7) / 7 })])
        for arguments in [
            ["inspect"] + model, ["analyze"] + model, ["prune"] + model + ["-o", "c.weights.h5", "--force"],
            ["predict"] + model + ["--input", "x.h5", "--output", "y.h5", "--force"],
        ] { try expectDone(arguments, sourceLocation: sourceLocation) }
    }

    @Test("Ten thousand layers go through every verb, in a chain and side by side")
    func manyLayers() throws {
        let count = 10_000
        try expectUsable(.functional(.chain(count), outputs: ["a\(count - 1)"]))
        let names = (0..<count).map { "a\($0)" }
        try expectUsable(
            .functional(
                names.map { .activation($0, on: "in") } + [.layer("Add", "sum", on: names)], outputs: ["sum"]))
        try expectUsable(
            .functional(names.prefix(2000).map { .activation($0, on: "in") }, outputs: Array(names.prefix(2000))))
    }

    @Test("One layer may read a tensor thousands of times, and be called thousands of times")
    func manyReads() throws {
        try expectUsable(
            .functional(
                [.layer("Concatenate", "all", #""axis": -1"#, on: Array(repeating: "in", count: 5000))],
                outputs: ["all"]))
        let calls = (0..<5000).map { [($0 == 0 ? "in" : "a", max(0, $0 - 1))] }
        try expectUsable(
            .functional([.layer("Activation", "a", #""activation": "relu""#, calls: calls)], outputs: [("a", 4999)]))
    }

    @Test("Thousands of layers that are not understood are reported")
    func manyUnknown() throws {
        let layers = (0..<5000).map { String.layer("Mine\($0 % 100)", "o\($0)", on: [$0 == 0 ? "in" : "o\($0 - 1)"]) }
        let model = try write(.functional(layers, outputs: ["o4999"]))
        for arguments in [["inspect"] + model, ["analyze"] + model] { try expectDone(arguments) }
    }

    @Test(
        "Concatenations of a tensor with itself double its channels, not what is done with them", arguments: [18, 28])
    func doubling(depth: Int) throws {
        let layers = (0..<depth).map { index in
            let before = index == 0 ? "in" : "s\(index - 1)"
            return String.layer("Concatenate", "s\(index)", #""axis": -1"#, on: [before, before])
        }
        let pooled = layers + [.layer("GlobalAveragePooling2D", "gap", on: ["s\(depth - 1)"])]
        let model = try write(.functional(pooled, outputs: ["gap"]))
        for arguments in [["inspect"] + model, ["analyze"] + model] { try expectDone(arguments) }
        try folder.corpus("x.h5", ["x": ([1, 4, 4, 2], Array(repeating: 1, count: 32))])
        _ = try expectFrugal(["predict"] + model + ["--input", "x.h5", "--output", "y.h5", "--force"])
        _ = try expectFrugal(["prune"] + model + ["-o", "c.weights.h5", "--force"])
    }

    @Test("More layers than any network has are refused by their number, nested models unfolded too")
    func tooManyLayers() throws {
        try expectRefused(.functional(.chain(40_000), outputs: ["a39999"]), saying: "lists 40001 layers")
        var model = String.functional([.activation("a", on: "in")], outputs: ["a"], name: "m0")
        for depth in 1..<20 {
            let calls = [[("in", 0)], [("m\(depth - 1)", 1)]]
            let inner = model.dropLast() + #", "name": "m\#(depth - 1)", "inbound_nodes": \#(String.nodes(calls))}"#
            model = .functional([String(inner)], outputs: [("m\(depth - 1)", 2)], name: "m\(depth)")
        }
        try expectRefused(model, saying: "called more than")
    }

    @Test("Names and ranks that no model has are refused")
    func unusual() throws {
        let name = String(repeating: "n", count: 1_000_000)
        try expectRefused(
            .functional([.activation(name, on: "in")], outputs: [name]), saying: "bytes, 16384 are the most")
        let ones = Array(repeating: "1", count: 10_000).joined(separator: ", ")
        try expectRefused(
            .functional(
                [.layer("Reshape", "r", #""target_shape": [4, 4, 2, \#(ones)]"#, on: ["in"])], outputs: ["r"]),
            saying: "axes, 64 are the most")
    }

    @Test("JSON deeper and larger than any config is refused")
    func json() throws {
        try expectRefused(String(repeating: "[", count: 1_000_000), saying: "levels of nesting")
        try expectRefused(String(repeating: #"{"a":"#, count: 1_000_000), saying: "levels of nesting")
        let zeros = String(repeating: "0,", count: 5_000_000)
        try expectRefused("[\(zeros)0]", saying: "values")
        try expectRefused(String(repeating: " ", count: 70_000_000), saying: "bytes")
    }

    @Test("A constant behind padding of any width is followed as far as networks go")
    func planes() throws {
        let norm = #"{"class_name": "BatchNormalization", "config": {"name": "bn", "axis": [3], "epsilon": 0.001}},"#
        for amount in [900, 10_000] {
            let padding =
                #"{"class_name": "ZeroPadding2D", "config": {"name": "pad", "padding": [[\#(amount), \#(amount)], [\#(amount), \#(amount)]]}},"#
            try SmallModel().replacing(norm, with: norm + padding).write(to: folder.file("m.h5"))
            try expectDone(["analyze", "m.h5"])
        }
    }
}

extension [String] {
    /// Activations, each on the one before.
    fileprivate static func chain(_ count: Int) -> [String] {
        (0..<count).map { .activation("a\($0)", on: $0 == 0 ? "in" : "a\($0 - 1)") }
    }
}

/// Entries of a config of Keras 3.
extension String {
    fileprivate static func activation(_ name: String, on input: String) -> String {
        layer("Activation", name, #""activation": "relu""#, on: [input])
    }

    /// A layer called once on these tensors.
    fileprivate static func layer(_ kind: String, _ name: String, _ options: String = "", on inputs: [String]) -> String
    {
        layer(kind, name, options, calls: [inputs.map { ($0, 0) }])
    }

    /// A layer and its calls on outputs of the numbered calls of others.
    fileprivate static func layer(
        _ kind: String, _ name: String, _ options: String = "", calls: [[(String, Int)]]
    ) -> String {
        #"{"module": "keras.layers", "class_name": "\#(kind)", "registered_name": null, "name": "\#(name)", "config": {"name": "\#(name)"\#(options.isEmpty ? "" : ", \(options)")}, "inbound_nodes": \#(nodes(calls))}"#
    }

    fileprivate static func nodes(_ calls: [[(String, Int)]]) -> String {
        let nodes = calls.map { inputs in
            let tensors = inputs.map {
                #"{"class_name": "__keras_tensor__", "config": {"shape": [null], "dtype": "float32", "keras_history": ["\#($0.0)", \#($0.1), 0]}}"#
            }
            return
                #"{"args": [\#(tensors.count == 1 ? tensors[0] : "[\(tensors.joined(separator: ", "))]")], "kwargs": {}}"#
        }
        return "[\(nodes.joined(separator: ", "))]"
    }

    fileprivate static func functional(_ layers: [String], outputs: [String], name: String = "m") -> String {
        functional(layers, outputs: outputs.map { ($0, 0) }, name: name)
    }

    fileprivate static func functional(_ layers: [String], outputs: [(String, Int)], name: String = "m") -> String {
        let input =
            #"{"module": "keras.layers", "class_name": "InputLayer", "registered_name": null, "name": "in", "config": {"name": "in", "batch_shape": [null, 4, 4, 2]}, "inbound_nodes": []}"#
        let results = outputs.map { #"["\#($0.0)", \#($0.1), 0]"# }.joined(separator: ", ")
        return
            #"{"module": "keras", "class_name": "Functional", "registered_name": "Functional", "config": {"name": "\#(name)", "layers": [\#(([input] + layers).joined(separator: ", "))], "input_layers": [["in", 0, 0]], "output_layers": [\#(results)]}}"#
    }
}
