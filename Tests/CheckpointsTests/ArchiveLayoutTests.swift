import HDF5
import HDF5Writing
import TestSupport
import Testing
@testable import Checkpoints

@Suite struct ArchiveLayoutTests {
    private let folder = TemporaryFolder()

    /// A chain of convolutions and activations, each called as given.
    private func model(_ names: [String], className: String = "Conv2D") throws -> ModelConfig {
        let layers = names.map { name in
            let kind = name.hasPrefix("act") ? "ReLU" : className
            return
                #"{"class_name": "\#(kind)", "config": {"name": "\#(name)", "filters": 2, "kernel_size": [1, 1], "batch_input_shape": [null, 4, 4, 2], "use_bias": false}}"#
        }
        let json = try JSON(
            parsing:
                #"{"class_name": "Sequential", "config": {"name": "m", "layers": [\#(layers.joined(separator: ", "))]}}"#,
            name: "model")
        return try ModelReader(version: KerasVersion(text: "2.13.1", backend: nil, model: json), declarations: []).read(
            json)
    }

    /// What the groups `names` of weights, and `empty` ones, are read as: for each layer the group its kernel is in.
    private func readings(
        _ model: ModelConfig, _ names: [String], empty: [String] = [], in container: String, version: String? = nil
    ) throws -> [(GroupNumbering, [String])] {
        let path = folder.file("\(names.count)\(UInt64.random(in: 0...UInt64.max)).h5")
        let file = try FileWriter(path), groups = try file.root.createGroup(container)
        for name in names {
            _ = try groups.createGroup(name).createGroup("vars").createDataset(
                "0", shape: [1, 1, 2, 2], type: .float32)
        }
        for name in empty { _ = try groups.createGroup(name).createGroup("vars") }
        try file.close()
        let opened = try File.open(path), keras = KerasVersion(text: version, backend: nil, model: .null)
        return try ArchiveWeights(root: opened.root, file: path, version: keras).readings(of: model).map { reading in
            (
                reading.numbering,
                model.layers.compactMap {
                    reading.locations[$0.position]?.group.split(separator: "/").dropLast().last.map(String.init)
                }
            )
        }
    }

    private let old = "_layer_checkpoint_dependencies"

    @Test(
        "Keras 2.12 and 2.13 count a layer that has weights twice, whatever the layers are called",
        arguments: [["a", "b", "c"], ["conv2d_4", "conv2d", "conv2d_2"]])
    func twice(names: [String]) throws {
        let model = try model([names[0], "act", names[1], "act_1", names[2]])
        let read = try readings(
            model, ["conv2d", "conv2d_2", "conv2d_4"], empty: ["re_lu", "re_lu_1"], in: old, version: "2.13.1")
        #expect(read.map(\.0) == [.twice] && read.map(\.1) == [["conv2d", "re_lu", "conv2d_2", "re_lu_1", "conv2d_4"]])
    }

    @Test("The layout tells it where no version does, and where the version is another's")
    func layout() throws {
        let model = try model(["a", "b"])
        for version in [nil, "2.13.1", "2.14.0", "2.12.0"] {
            #expect(try readings(model, ["conv2d", "conv2d_2"], in: old, version: version).map(\.0) == [.twice])
            #expect(try readings(model, ["conv2d", "conv2d_1"], in: old, version: version).map(\.0) == [.once])
        }
    }

    @Test("A layer that only the file knows counts twice if it has weights there")
    func opaque() throws {
        let model = try model(["a", "b", "c"], className: "Mystery")
        let read = try readings(model, ["mystery", "mystery_3"], empty: ["mystery_2"], in: old)
        #expect(read.map(\.0) == [.twice] && read.map(\.1) == [["mystery", "mystery_2", "mystery_3"]])
    }

    @Test("Layers' own names count only where the numbers explain nothing")
    func names() throws {
        #expect(try readings(model(["left", "right"]), ["left", "right"], in: "layers").map(\.0) == [.names])
        #expect(try readings(model(["conv2d_1", "conv2d"]), ["conv2d", "conv2d_1"], in: "layers").map(\.0) == [.once])
    }

    @Test("Where both could be, nothing is decided by names")
    func undecided() throws {
        let read = try readings(model(["conv2d_5", "conv2d"]), ["conv2d", "conv2d_1", "conv2d_5"], in: "layers")
        #expect(
            read.map(\.0) == [.once, .names] && read.map(\.1) == [["conv2d", "conv2d_1"], ["conv2d_5", "conv2d"]])
        let order = try readings(model(["conv2d_5", "conv2d"]), ["conv2d", "conv2d_5"], in: "layers")
        #expect(
            order.map(\.0) == [.names, .order] && order.map(\.1) == [["conv2d_5", "conv2d"], ["conv2d", "conv2d_5"]])
    }

    @Test("What no reading has weights for is missing")
    func missing() throws {
        #expect(throws: CheckpointError.self) { try readings(model(["a", "b"]), ["conv2d"], in: "layers") }
        #expect(throws: CheckpointError.self) { try readings(model(["a", "b"]), ["conv2d", "conv2d_3"], in: old) }
    }

    @Test("A private class counts as Keras 2 calls it")
    func privateClass() throws {
        let model = try model(["a"], className: "_Mystery")
        #expect(model.groupNames(.once, prefixesPrivate: true) { _, _ in false }.last == "private__mystery")
        #expect(model.groupNames.last == "__mystery")
    }

    @Test("Versions are compared by their numbers")
    func versions() {
        func version(_ text: String?) -> KerasVersion { KerasVersion(text: text, backend: nil, model: .null) }
        #expect(
            version("2.14.0").isAtLeast(2, 14) && version("3.0").isAtLeast(2, 14)
                && version("2.15.0-tf").isAtLeast(2, 14))
        #expect(
            !version("2.13.1").isAtLeast(2, 14) && !version("2.9.0").isAtLeast(2, 14) && !version(nil).isAtLeast(2, 14))
    }

    @Test(
        "Names that one program takes for two files and another for one",
        arguments: [
            ["config.json", "config.json"], ["config.json", "Config.JSON"], ["a/b", "a//b"], ["a/b", "./a/b"],
            ["a/b", "a\\b"], ["a/b", "/a/b"], ["a/b", "a/c/../b"], ["é", "e\u{301}"],
        ])
    func ambiguous(names: [String]) { #expect(Archive.ambiguity(of: ["other"] + names) != nil) }

    @Test("Names of different files")
    func unambiguous() {
        #expect(
            Archive.ambiguity(of: [
                "config.json", "metadata.json", "model.weights.h5", "assets/", "assets/a", "a", "b/a",
                "config.json.bak",
            ]) == nil)
    }
}
