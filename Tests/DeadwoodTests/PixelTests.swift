import Foundation
import TestSupport
import Testing

/// How pixels are fed, who decided it, and what becomes of answers that are no numbers; through the verbs.
@Suite struct PixelTests {
    private struct Pixels: Decodable, Equatable {
        let order: String; let scale: Double; let mean, std: [Double]; let from: String
    }
    private struct Fed: Decodable { let pixels: Pixels? }

    private let folder = TemporaryFolder()

    init() throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try folder.corpus(
            "bytes.h5",
            [
                "x": ([10, 4, 4, 1], (0..<160).map { Double($0 * 37 % 256) }),
                "y": ([10], (0..<10).map { Double($0 % 3) }),
            ], type: .uint8)
    }

    /// The small model with these layers right behind its input.
    private func write(_ name: String, behindInput layer: String) throws {
        var model = SmallModel()
        model.config = model.config?.replacing(
            #"{"class_name": "Conv2D""#, with: #"\#(layer), {"class_name": "Conv2D""#)
        try model.write(to: folder.file(name))
    }

    /// Bytes whose file notes what is usual for others.
    private func noted() throws {
        try succeed(
            "convert", "bytes.h5", "-o", "noted.h5", "--scale", "0.01", "--mean", "0.5", "--std", "0.25", "--force",
            in: folder)
    }

    @Test("Every verb that feeds pixels says in a line and in its JSON how, and who decided")
    func everywhere() throws {
        let wanted = Pixels(order: "rgb", scale: 1 / 127.5, mean: [1], std: [1], from: "flags"),
            options = ["--pixels", "-1..1"]
        let line = "pixels: x · 0.007843138 − 1, by --pixels -1..1"
        for arguments in [
            ["evaluate", "m.h5", "--data", "bytes.h5"], ["analyze", "m.h5", "--corpus", "bytes.h5"],
            ["prune", "m.h5", "-o", "c.h5", "--verify", "bytes.h5", "--force"],
            [
                "compress", "m.h5", "-o", "c.h5", "--corpus", "bytes.h5", "--force", "--batch", "1", "--threads", "1",
                "--seconds", "0.01",
            ],
        ] {
            #expect(
                try succeed(arguments + options + ["--json", "-"], in: folder).json(Fed.self).pixels == wanted,
                "\(arguments)")
            let said = try succeed(arguments + options, in: folder).stdout
            #expect(said.components(separatedBy: line).count == 2, "\(arguments)")
        }
        #expect(
            try succeed(["predict", "m.h5", "--input", "bytes.h5", "--output", "y.h5"] + options, in: folder).stderr
                == line + "\n")
        let random = try succeed("prune", "m.h5", "-o", "c.h5", "--force", "--json", "-", in: folder)
        #expect(try random.json(Fed.self).pixels == nil && random.stdout.contains("\"pixels\" : null"))
    }

    @Test("What a file notes holds only where neither the user nor the model says anything, with a warning")
    func corpusNote() throws {
        try noted()
        let guessed = try succeed("evaluate", "m.h5", "--data", "noted.h5", in: folder)
        #expect(
            guessed.stderr.contains(
                "warning: noted.h5: nobody says how this model was trained: pixels are fed as the corpus's note says, (x · 0.01 − 0.5) / 0.25"
            ))
        #expect(guessed.stdout.contains("pixels: (x · 0.01 − 0.5) / 0.25, by the corpus's note"))
        func loss(_ arguments: String...) throws -> Double {
            try succeed(["evaluate", "m.h5", "--json", "-"] + arguments, in: folder).json(Score.self).loss
        }
        let raw = try loss("--data", "bytes.h5", "--scale", "1")
        #expect(
            try loss("--data", "noted.h5", "--scale", "1") == raw
                && loss("--data", "noted.h5", "--pixels", "0..255") == raw && loss("--data", "noted.h5") != raw)
    }

    @Test("To recalibrate on pixels that are fed by a guess spoils a model, and is warned of")
    func recalibration() throws {
        try noted()
        let arguments = [
            "prune", "m.h5", "-o", "c.h5", "--force", "--criteria", "scale,activation", "--scale-threshold", "2",
            "--tolerance", "1e9", "--keep-at-least", "1", "--select", "li", "--fraction", "0.5", "--recalibrate",
            "--corpus", "noted.h5",
        ]
        #expect(
            try deadwood(arguments, in: folder).stderr.contains(
                "--recalibrate fits the model to pixels that are fed by a guess"))
        #expect(try !deadwood(arguments + ["--pixels", "0..255"], in: folder).stderr.contains("guess"))
    }

    @Test("A model with layers of its own for it is fed bytes as they are, whatever the file notes")
    func ownLayers() throws {
        try noted()
        try write(
            "own.h5",
            behindInput:
                #"{"class_name": "Rescaling", "config": {"name": "own", "scale": 0.00392156862745098, "offset": 0.0}}"#)
        let outcome = try succeed("evaluate", "own.h5", "--data", "noted.h5", in: folder)
        #expect(
            outcome.stdout.contains("pixels: as they are, by the model's own layers (own)") && outcome.stderr.isEmpty)
        let same = try succeed("evaluate", "m.h5", "--data", "noted.h5", "--pixels", "0..1", "--json", "-", in: folder)
            .json(Score.self)
        #expect(
            try abs(
                succeed("evaluate", "own.h5", "--data", "noted.h5", "--json", "-", in: folder).json(Score.self).loss
                    - same.loss) < 1e-6)
        // Trained further it is fed the same, and notes it.
        let training = try deadwood(
            "train", "--from", "own.h5", "--dataset", "hdf5", "--data", "noted.h5", "--batch", "5", "--epochs", "1",
            "-o", "t.h5", "--json", "-", in: folder)
        #expect(
            try training.json(Fed.self).pixels?.from == "modelLayers"
                && training.stderr.contains("pixels: as they are, by the model's own layers (own)\n"))
        #expect(
            try succeed("evaluate", "t.h5", "--data", "noted.h5", "--json", "-", in: folder).json(Fed.self).pixels
                == Pixels(order: "rgb", scale: 1, mean: [0], std: [1], from: "modelNote"))
    }

    @Test("A checkpoint that says nothing is trained further as is usual, with a warning; a note is heeded and kept")
    func training() throws {
        try noted()
        func train(_ from: String, _ output: String, _ more: String...) throws -> Command.Outcome {
            let outcome = try deadwood(
                [
                    "train", "--from", from, "--dataset", "hdf5", "--data", "noted.h5", "--batch", "5", "--epochs", "1",
                    "-o", output, "--json", "-",
                ] + more, in: folder)
            #expect(outcome.status == 0, "\(outcome.stderr)")
            return outcome
        }
        let silent = try train("m.h5", "a.h5")
        #expect(
            try silent.json(Fed.self).pixels?.from == "corpusNote"
                && silent.stderr.contains("nobody says how this model was trained"))
        #expect(try train("m.h5", "b.h5", "--pixels", "-1..1").json(Fed.self).pixels?.mean == [1])
        let further = try train("b.h5", "c.h5")
        #expect(
            try further.json(Fed.self).pixels
                == Pixels(order: "rgb", scale: 1 / 127.5, mean: [1], std: [1], from: "modelNote"))
        #expect(!further.stderr.contains("nobody says"))
    }

    @Test("Blue before red is refused of one channel")
    func order() throws {
        try fail(
            "evaluate", "m.h5", "--data", "bytes.h5", "--pixels", "caffe", in: folder,
            saying: "bytes.h5: the order bgr is of three channels, these images have 1")
    }

    @Test("Answers that are no numbers have no error rate; predictions are written with a warning that counts them")
    func notANumber() throws {
        // What the dense layer makes of the second image and later ones overflows, of the first, all 0, it does not.
        let model = SmallModel().editing {
            $0.weights["bn"]?[0].values = [-1e36, 0]
            $0.weights["dense"]?[0].values = [100, -100, 50, 0, 0, 0]
        }
        try model.write(to: folder.file("large.h5"))
        try folder.corpus(
            "x.h5",
            ["x": ([3, 4, 4, 1], (0..<48).map { $0 < 16 ? 0 : 200 + Double($0 % 16) }), "y": ([3], [0, 1, 2])],
            type: .uint8)
        try fail(
            "evaluate", "large.h5", "--data", "x.h5", "--pixels", "0..255", "--json", "-", in: folder,
            saying:
                "large.h5: the output 'dense' is NaN or infinite for 2 of 3 images, first for image 1; there is no error rate to tell"
        )
        let outcome = try succeed(
            "predict", "large.h5", "--input", "x.h5", "--output", "y.h5", "--pixels", "0..255", in: folder)
        #expect(
            outcome.stderr.contains(
                "warning: y.h5: the output 'dense' is NaN or infinite for 2 of 3 images, first for image 1"))
        let analysis = try succeed(
            "analyze", "large.h5", "--corpus", "x.h5", "--pixels", "0..255", "--json", "-", in: folder)
        #expect(analysis.stderr.contains("activations of layer 'dense' are NaN or infinite"))
    }

    @Test("A variance below −ε makes NaN of everything, and is refused when the file is opened")
    func negativeVariance() throws {
        try SmallModel().editing { $0.weights["bn"]?[3].values = [1, -0.01] }.write(to: folder.file("bad.h5"))
        try fail(
            "inspect", "bad.h5", in: folder, saying: "bad.h5: layer 'bn': weight '",
            "holds the variance -0.01 for channel 1", "NaN")
        // Rounding may leave a variance a little below 0, which ε mends.
        try SmallModel().editing { $0.weights["bn"]?[3].values = [1, -1e-4] }.write(to: folder.file("good.h5"))
        try succeed("inspect", "good.h5", in: folder)
    }
}
