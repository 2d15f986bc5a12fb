import Foundation
import TestSupport
import Testing

/// Damaged, mistaken and hostile checkpoints: one clear line, status 1, nothing left behind, no crash and no hang.
@Suite struct HostileModelTests {
    private let folder = TemporaryFolder()

    @Test("The small model itself is good")
    func sound() throws {
        try SmallModel().write(to: folder.file("m.h5"))
        let inspection = try succeed("inspect", "m.h5", "--json", "-", in: folder).json(Inspection.self)
        #expect(inspection.parameters == 18 + 8 + 9)
        try succeed("prune", "m.h5", "-o", "c.h5", in: folder)
    }

    @Test("What is no checkpoint is named, whatever the verb")
    func noCheckpoint() throws {
        try folder.write("empty.h5", [])
        try folder.write("text.h5", "Once upon a time".utf8)
        try folder.write("empty.keras", [])
        try folder.write("text.keras", "PK\u{3}\u{4} upon a time".utf8)
        try folder.corpus("data.h5", ["x": ([1, 4, 4, 1], Array(repeating: 0, count: 16))])
        let cases = [
            ("absent.h5", "no such file"), (".", "a folder"), ("empty.h5", "an empty file"), ("text.h5", "a text"),
            ("empty.keras", "an empty file"), ("text.keras", "damaged or unusual .keras archive"),
            ("data.h5", "neither 'model_config' nor"),
        ]
        for (path, says) in cases {
            try fail("inspect", path, in: folder, saying: path, says)
            try fail("prune", path, "-o", "c.h5", in: folder, saying: path, says)
            try fail("predict", path, "--input", "data.h5", "--output", "y.h5", in: folder, saying: path, says)
            try fail("benchmark", path, in: folder, saying: path, says)
        }
    }

    @Test(
        "A file that ends too early is refused wherever it ends",
        arguments: ["keras3-adam.h5", "keras3-residual.keras", "keras2-layers.h5"])
    func truncated(fixture: String) throws {
        let name = "m.\(fixture.split(separator: ".")[1])"
        try folder.copy(fixture, as: name)
        let whole = try folder.bytes(name)
        for part in [1, 3, 50, 97] {
            try folder.write(name, whole.prefix(whole.count * part / 100))
            try fail("inspect", name, in: folder, saying: name)
        }
        try folder.write(name, whole.dropLast(1))
        try fail("inspect", name, in: folder, saying: name)
    }

    @Test(
        "Bytes turned over anywhere are refused, warned of or harmless, never a crash",
        arguments: ["keras3-adam.h5", "keras3-momentum.keras", "keras1-th.h5"])
    func flipped(fixture: String) throws {
        let name = "m.\(fixture.split(separator: ".")[1])"
        try folder.copy(fixture, as: name)
        let whole = try folder.bytes(name)
        var state: UInt64 = 7
        for _ in 0..<25 {
            var bytes = whole
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // The first kilobytes of an HDF5 file hold its structure; of an archive the last.
                let near = Int(state >> 33) % 4096,
                    position = (state >> 13) % 2 == 0 ? near : Int(state >> 20) % bytes.count
                bytes[name.hasSuffix("keras") ? bytes.count - 1 - position % bytes.count : position % bytes.count] ^=
                    UInt8(truncatingIfNeeded: state >> 45) | 1
            }
            try folder.write(name, bytes)
            for arguments in [["inspect", name], ["prune", name, "-o", "c-\(name)", "--force"]] {
                let outcome = try deadwood(arguments, in: folder)
                #expect(outcome.status == 0 || outcome.status == 1, "\(outcome.stderr)")
                #expect(
                    outcome.status == 0 || outcome.stderr.split(separator: "\n").count { $0.hasPrefix("Error: ") } == 1)
            }
        }
        #expect(try folder.hasNoTemporaryFiles)
    }

    struct Spoiled: CustomTestStringConvertible {
        let testDescription: String
        let model: SmallModel
        let says: [String]

        init(_ description: String, _ model: SmallModel, _ says: String...) {
            (testDescription, self.model, self.says) = (description, model, says)
        }
    }

    @Test(
        "A config that contradicts itself or its weights is refused by the place",
        arguments: [
            Spoiled("no config", SmallModel().editing { $0.config = nil }, "'model_config' is missing"),
            Spoiled(
                "no JSON", SmallModel().editing { $0.config = "once upon a time" },
                "model_config: invalid JSON at line 1, column 1"),
            Spoiled(
                "truncated JSON", SmallModel().editing { $0.config = String(($0.config ?? "").dropLast(9)) },
                "model_config: invalid JSON"),
            Spoiled("empty", SmallModel().editing { $0.config = "" }, "model_config: invalid JSON"),
            Spoiled("a number", SmallModel().editing { $0.config = "3" }, "m.h5"),
            Spoiled("a list", SmallModel().editing { $0.config = "[[], {}, null]" }, "m.h5"),
            Spoiled(
                "deep nesting", SmallModel().editing { $0.config = String(repeating: "[", count: 100_000) },
                "model_config: invalid JSON"),
            Spoiled(
                "deep objects", SmallModel().editing { $0.config = String(repeating: "{\"config\":", count: 100_000) },
                "model_config: invalid JSON"),
            Spoiled("another class", SmallModel().replacing("Sequential", with: "Tokenizer"), "Tokenizer"),
            Spoiled(
                "no layers",
                SmallModel().editing {
                    $0.config = #"{"class_name": "Sequential", "config": {"name": "small", "layers": []}}"#
                }, "has no layers"),
            Spoiled(
                "more filters", SmallModel().replacing("\"filters\": 2", with: "\"filters\": 3"), "layer 'conv'",
                "[3, 3, 1, 2]", "[3, 3, 1, 3]"),
            Spoiled(
                "negative filters", SmallModel().replacing("\"filters\": 2", with: "\"filters\": -2"), "'conv'",
                "'filters'"),
            Spoiled(
                "a billion filters", SmallModel().replacing("\"filters\": 2", with: "\"filters\": 1000000000"), "'conv'"
            ),
            Spoiled("many units", SmallModel().replacing("\"units\": 3", with: "\"units\": 1000000000000"), "'dense'"),
            Spoiled("too many units", SmallModel().replacing("\"units\": 3", with: "\"units\": 1e400"), "units"),
            Spoiled("huge kernel", SmallModel().replacing("[3, 3]", with: "[16777216, 16777216]"), "'conv'"),
            Spoiled(
                "stride 0", SmallModel().replacing("\"strides\": [1, 1]", with: "\"strides\": [0, 1]"), "'conv'",
                "'strides'"),
            Spoiled("kernel larger than image", SmallModel().replacing("4, 4, 1", with: "2, 2, 1"), "'conv'"),
            Spoiled(
                "filters as text", SmallModel().replacing("\"filters\": 2", with: "\"filters\": \"two\""), "'conv'",
                "'filters'"),
            Spoiled("no units", SmallModel().replacing("\"units\": 3, ", with: ""), "'dense'", "'units' is missing"),
            Spoiled("wrong axis", SmallModel().replacing("\"axis\": [3]", with: "\"axis\": [7]"), "'bn'"),
            Spoiled(
                "twice the same name", SmallModel().replacing("\"name\": \"relu\"", with: "\"name\": \"conv\""),
                "two layers are called 'conv'"),
        ])
    func config(_ spoiled: Spoiled) throws {
        try spoiled.model.write(to: folder.file("m.h5"))
        try fail(["inspect", "m.h5"], in: folder, saying: spoiled.says)
        try fail(["prune", "m.h5", "-o", "c.h5"], in: folder, saying: spoiled.says)
    }

    @Test(
        "Weights that are missing, misshapen or no numbers are refused by the layer",
        arguments: [
            Spoiled(
                "NaN", SmallModel().editing { $0.weights["conv"]?[0].values[3] = .nan }, "m.h5: layer 'conv'",
                "holds NaN"),
            Spoiled(
                "infinity", SmallModel().editing { $0.weights["bn"]?[2].values[0] = .infinity }, "layer 'bn'", "inf"),
            Spoiled("texts", SmallModel().editing { $0.weights["conv"]?[0].texts = true }, "conv/kernel:0", "strings"),
            Spoiled("no dataset", SmallModel().editing { $0.weights["dense"]?[1].shape = [] }, "bias:0"),
            Spoiled("no kernel", SmallModel().editing { $0.weights["dense"] = nil }, "layer 'dense'"),
            Spoiled(
                "one weight too few", SmallModel().editing { $0.weights["bn"]?.removeLast() }, "layer 'bn'", "4", "3"),
            Spoiled("other rank", SmallModel().editing { $0.weights["conv"]?[0].shape = [18] }, "layer 'conv'", "[18]"),
            Spoiled(
                "transposed", SmallModel().editing { $0.weights["dense"]?[0].shape = [3, 2] }, "layer 'dense'",
                "[3, 2]", "[2, 3]"),
            Spoiled(
                "of another width",
                SmallModel().editing { $0.weights["bn"]?[0] = .init(name: "gamma", shape: [3], values: [1, 1, 1]) },
                "layer 'bn'", "[3]", "[2]"),
        ])
    func weights(_ spoiled: Spoiled) throws {
        try spoiled.model.write(to: folder.file("m.h5"))
        try fail(["inspect", "m.h5"], in: folder, saying: spoiled.says)
        try fail(["prune", "m.h5", "-o", "c.h5"], in: folder, saying: spoiled.says)
    }

    @Test("Names cannot steer the terminal")
    func controlCharacters() throws {
        try SmallModel().replacing("\"name\": \"relu\"", with: #""name": "re\u001b[2Jlu""#).write(
            to: folder.file("m.h5"))
        let outcome = try deadwood("inspect", "m.h5", in: folder)
        #expect(!outcome.stdout.contains("\u{1B}") && !outcome.stderr.contains("\u{1B}"))
        #expect(
            try deadwood("inspect", "no\u{1B}[2J\nfile.h5", in: folder).stderr
                == "Error: no\\u{1B}[2J\\nfile.h5: cannot be opened: no such file, or its folder cannot be read\n")
    }

    @Test("An archive that claims more than it holds is refused before anything is unpacked")
    func bomb() throws {
        try folder.copy("keras3-residual.keras", as: "m.keras")
        let whole = try folder.bytes("m.keras")
        // In the central directory the unpacked length stands 24 bytes behind the signature.
        let entries = whole.indices.dropLast(4).filter { Array(whole[$0..<($0 + 4)]) == [0x50, 0x4B, 0x01, 0x02] }
        #expect(entries.count >= 3)
        var bytes = whole
        for entry in entries { bytes.replaceSubrange((entry + 24)..<(entry + 28), with: [0xFF, 0xFF, 0xFF, 0xF0]) }
        try folder.write("m.keras", bytes)
        try fail("inspect", "m.keras", in: folder, saying: "m.keras", "damaged or unusual .keras archive")
        // And an archive in which nothing has the name it should.
        bytes = whole
        for position in whole.indices.dropLast(5) where Array(whole[position..<(position + 6)]) == Array("config".utf8)
        { bytes[position] = UInt8(ascii: "k") }
        try folder.write("m.keras", bytes)
        try fail("inspect", "m.keras", in: folder, saying: "m.keras", "config.json")
    }

    @Test("The architecture given must be there, be JSON, and fit the weights")
    func architecture() throws {
        let weights = fixture("keras3-residual.weights.h5")
        try folder.write("text.json", "once".utf8)
        try fail("inspect", weights, in: folder, saying: "--architecture")
        try fail("inspect", weights, "--architecture", "absent.json", in: folder, saying: "absent.json")
        try fail("inspect", weights, "--architecture", ".", in: folder, saying: "not a regular file")
        try fail(
            "inspect", weights, "--architecture", "text.json", in: folder,
            saying: "text.json: invalid JSON at line 1, column 1")
        try fail(
            "inspect", weights, "--architecture", fixture("keras3-nested.json"), in: folder,
            saying: "belongs to another model")
    }
}
