import Foundation
import TestSupport
import Testing

/// Training as users do it: on the fixture's test images, a few steps.
@Suite struct TrainingJobTests {
    private let folder = TemporaryFolder()

    /// A small network on the fixture's images, `epochs` of 25 steps each.
    private func job(_ output: String = "m.h5", epochs: String = "2", _ more: String...) -> [String] {
        [
            "train", "--network", "basicnet", "--width", "0.05", "--dataset", "hdf5", "--data", Fixture.corpus,
            "--batch", "40", "--epochs", epochs, "-o", output, "--seed", "3",
        ] + more
    }

    private struct Report: Decodable {
        struct Epoch: Decodable { let epoch: Int; let loss, top1Error, top5Error: Double }
        struct Time: Decodable { let median, p90: Double }
        let steps: Int
        let loss, top1Error, top5Error, imagesPerSecond: Double
        let stepMs: Time
        let history: [Epoch]
    }

    @Test("A network is trained, its history written, and what is written can be evaluated and pruned")
    func train() throws {
        let outcome = try deadwood(job("m.keras", epochs: "1,1", "--history", "h.csv", "--json", "-"), in: folder)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let report = try outcome.json(Report.self)
        #expect(
            report.history.map(\.epoch) == [1, 2] && report.steps == 50 && report.stepMs.median > 0
                && report.imagesPerSecond > 0)
        #expect(try String(contentsOfFile: folder.file("h.csv"), encoding: .utf8).hasPrefix("epoch,learningRate,loss,"))
        try succeed("evaluate", "m.keras", "--data", Fixture.corpus, "--limit", "20", in: folder)
        try succeed("prune", "m.keras", "-o", "c.keras", in: folder)
        // A finished run is not begun anew by accident.
        try fail(
            "train", "--network", "basicnet", "--dataset", "hdf5", "--data", Fixture.corpus, "-o", "m.keras",
            in: folder, saying: "m.keras: exists")
    }

    @Test("Images of bytes are treated as in training, by a model that was cut too")
    func preprocessing() throws {
        struct Pixels: Decodable { let order: String; let scale: Double; let mean, std: [Double]; let from: String }
        struct Score: Decodable { let loss: Double; let pixels: Pixels }
        struct Trained: Decodable { struct Epoch: Decodable { let testLoss: Double }; let history: [Epoch] }
        for (part, count) in [("train", 80), ("t10k", 40)] {
            let images = (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 &* $0 / 97 &+ ($0 / 784 % 10) &* 25) }
            try folder.write("\(part)-images-idx3-ubyte", idx([count, 28, 28], images))
            try folder.write("\(part)-labels-idx1-ubyte", idx([count], (0..<count).map { UInt8($0 % 10) }))
        }
        let data = [
            "--dataset", "mnist", "--data", ".", "--scale", "\(1.0 / 255)", "--std", "0.3", "--epochs", "2", "--batch",
            "20", "--seed", "1", "--json", "-",
        ]
        let trained = try deadwood(
            ["train", "--network", "basicnet", "--width", "0.05", "-o", "m.h5"] + data, in: folder
        ).json(Trained.self)
        try succeed("prune", "m.h5", "-o", "c.h5", in: folder)
        try succeed("convert", "m.h5", "-o", "m.keras", in: folder)
        for model in ["m.h5", "c.h5", "m.keras"] {
            let score = try succeed("evaluate", model, "--data", ".", "--json", "-", in: folder).json(Score.self)
            #expect(abs(score.loss - (trained.history.last?.testLoss ?? 0)) < 1e-4, "\(model)")
            #expect(
                score.pixels.scale == 1.0 / 255 && score.pixels.mean == [0] && score.pixels.std == [0.3]
                    && score.pixels.order == "rgb" && score.pixels.from == "modelNote")
            // What the options say comes first.
            #expect(
                try abs(
                    succeed("evaluate", model, "--data", ".", "--std", "2", "--json", "-", in: folder).json(Score.self)
                        .loss - score.loss) > 1e-3)
        }
    }

    @Test("Bytes that nothing says how to treat are fed as they are, with a warning")
    func untreated() throws {
        let model = fixture("fashion-basicnet.h5")
        try folder.write("images-idx3-ubyte", idx([2, 28, 28], [UInt8](repeating: 7, count: 2 * 784)))
        func warnings(_ more: String...) throws -> String {
            try succeed(
                ["predict", model, "--input", "images-idx3-ubyte", "--output", "o.h5", "--force"] + more, in: folder
            ).stderr.split(separator: "\n").filter { $0.hasPrefix("warning") }.joined()
        }
        #expect(
            try warnings().contains("warning: images-idx3-ubyte: pixels are fed as bytes from 0 to 255; say by --scale")
        )
        #expect(try warnings("--scale", "1").isEmpty)
        #expect(try warnings("--mean", "0").isEmpty)
    }

    @Test(
        "Ctrl-C saves and exits 130; going on gives the bytes of a run that was never interrupted, and so does SIGKILL")
    func interruption() throws {
        #expect(try deadwood(job("whole.h5", epochs: "6"), in: folder).status == 0)
        let first = try Command(job("part.h5", epochs: "6"), in: folder)
        for _ in 0..<6000 where !folder.exists("part.h5.training") { usleep(10_000) }
        first.send(SIGINT)
        let outcome = try first.wait()
        #expect(outcome.status == 130 && outcome.stderr.contains("--resume goes on"), "\(outcome.stderr)")
        for _ in 0..<3 {
            let next = try Command(job("part.h5", epochs: "6", "--resume"), in: folder)
            usleep(UInt32.random(in: 50_000...1_000_000))
            next.send(SIGKILL)
            _ = try next.wait()
        }
        #expect(try deadwood(job("part.h5", epochs: "6", "--resume"), in: folder).status == 0)
        #expect(try folder.bytes("part.h5") == folder.bytes("whole.h5"))
    }

    @Test("Where a run was begun, the command without --resume offers to go on before it offers to start over")
    func offered() throws {
        let stopped = try Command(job("m.h5", epochs: "50"), in: folder)
        for _ in 0..<6000 where !folder.exists("m.h5.training") { usleep(10_000) }
        stopped.send(SIGINT)
        #expect(try stopped.wait().status == 130)
        try fail(
            job("m.h5", epochs: "50"), in: folder,
            saying: ["m.h5: a run was interrupted there in epoch", "of 50; add --resume to go on, or --force"])
        // The state alone, as a kill before the first model was written leaves it.
        try FileManager.default.removeItem(atPath: folder.file("m.h5"))
        try fail(job("m.h5", epochs: "50"), in: folder, saying: ["add --resume to go on"])
        // A finished run says so.
        #expect(try deadwood(job("n.h5", epochs: "1"), in: folder).status == 0)
        try fail(
            job("n.h5", epochs: "1"), in: folder,
            saying: ["n.h5: exists; a run of 1 epoch was finished there: add --resume and more --epochs"])
        // What is no state is in the way as any file is.
        try folder.write("o.h5.training", "no state".utf8)
        try fail(
            job("o.h5", epochs: "1"), in: folder, saying: ["o.h5.training: exists; choose another name or add --force"])
        #expect(try deadwood(job("o.h5", epochs: "1", "--force"), in: folder).status == 0)
    }

    @Test("Going on with other settings names them, old value and new; more epochs go on from the end")
    func otherSettings() throws {
        #expect(try deadwood(job(epochs: "1"), in: folder).status == 0)
        try fail(
            job("m.h5", epochs: "1", "--resume", "--lr", "0.01", "--label-smoothing", "0.1"), in: folder,
            saying: ["--lr 0.001, now 0.01; --label-smoothing 0.0, now 0.1", "m.h5.training"])
        try fail(
            job("m.h5", epochs: "0,2", "--resume"), in: folder,
            saying: ["begun with --epochs 1", "its epoch 1 ran at another rate than --epochs 0,2"])
        let longer = try deadwood(job("m.h5", epochs: "2", "--resume"), in: folder)
        #expect(
            longer.status == 0 && longer.stderr.contains("goes on after epoch 1 to the end of --epochs 2"),
            "\(longer.stderr)")
        #expect(try deadwood(job("whole.h5", epochs: "2"), in: folder).status == 0)
        #expect(
            try folder.bytes("m.h5") == folder.bytes("whole.h5")
                && folder.bytes("m.h5.training") == folder.bytes("whole.h5.training"))
        try fail(
            job("m.h5", epochs: "1", "--resume"), in: folder, saying: ["in epoch 2 already, --epochs 1 asks for fewer"])
        let cosine = ["--schedule", "cosine", "--resume"]
        #expect(try deadwood(job("c.h5", epochs: "1") + cosine, in: folder).status == 0)
        let curve = try deadwood(job("c.h5", epochs: "2") + cosine, in: folder)
        #expect(curve.status == 0 && curve.stderr.contains("from 0.5 of the learning rate on"), "\(curve.stderr)")
    }

    @Test("A wrong ending of an output is found before any data is read")
    func endings() throws {
        for (output, says) in [("m.onnx", ".keras"), ("m", ".h5"), ("m.weights.h5", ".keras")] {
            let start = ContinuousClock.now
            try fail(
                "train", "--network", "basicnet", "--dataset", "hdf5", "--data", "absent.h5", "-o", output, in: folder,
                saying: output, says)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
        try fail(
            "train", "--from", fixture("fashion-basicnet.h5"), "--dataset", "hdf5", "--data", "absent.h5", "-o",
            "m.keras", in: folder, saying: "m.keras", ".h5")
        try fail(
            "train", "--network", "basicnet", "--dataset", "hdf5", "--data", Fixture.corpus, "-o", "none/m.h5",
            in: folder, saying: "none/m.h5", "cannot be written")
        try fail(
            "train", "--network", "basicnet", "--dataset", "hdf5", "--data", Fixture.corpus, "-o", "m.h5", "--history",
            "none/h.csv", in: folder, saying: "none/h.csv")
        let history = try deadwood(
            "train", "--network", "basicnet", "--dataset", "hdf5", "--data", "absent.h5", "-o", "m.h5", "--history",
            "h.txt", in: folder)
        #expect(
            history.status == 64
                && history.stderr.contains("--history takes a file that ends in .json or .csv, not 'h.txt'."))
    }

    @Test("A checkpoint is trained further, in its own format, all else in the file kept")
    func fineTuning() throws {
        let source = fixture("fashion-basicnet.h5")
        let outcome = try deadwood(
            [
                "train", "--from", source, "--dataset", "hdf5", "--data", Fixture.corpus, "--epochs", "1", "--lr",
                "1e-4", "-o", "tuned.h5", "--json", "-",
            ], in: folder)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(try outcome.json(Report.self).top1Error < 8)
        let before = try succeed("inspect", source, "--json", "-", in: folder).json(Inspection.self),
            after = try succeed("inspect", "tuned.h5", "--json", "-", in: folder).json(Inspection.self)
        #expect(before.parameters == after.parameters)
    }

    @Test("What cannot be is refused before any work")
    func refused() throws {
        try fail(
            "train", "--network", "basicnet", "--dataset", "cifar10", "--data", "absent", "-o", "m.h5", in: folder,
            saying: "absent")
        try fail(
            "train", "--network", "vgg16", "--dataset", "hdf5", "--data", Fixture.corpus, "--batch", "5000", "-o",
            "m.h5", in: folder, saying: "do not fill one batch", "--batch")
        try fail(
            "train", "--from", fixture("keras3-several.h5"), "--dataset", "hdf5", "--data", Fixture.corpus, "-o",
            "m.h5", in: folder, saying: "inputs")
        let both = try deadwood(
            [
                "train", "--network", "mlp", "--from", "x.h5", "--dataset", "hdf5", "--data", Fixture.corpus, "-o",
                "m.h5",
            ], in: folder)
        #expect(both.status == 64)
        #expect(try folder.hasNoTemporaryFiles && !folder.exists("m.h5"))
    }
}
