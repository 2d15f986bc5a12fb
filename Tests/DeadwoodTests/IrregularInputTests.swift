import Foundation
import TestSupport
import Testing

/// Inputs that are no regular files, wherever a file is read: one line at once, and nothing waits for a writer.
@Suite struct IrregularInputTests {
    private let folder = TemporaryFolder()

    private func fifo(_ name: String) throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: folder.file(name)).deletingLastPathComponent(), withIntermediateDirectories: true)
        #expect(mkfifo(folder.file(name), 0o600) == 0)
    }

    private func expectRefused(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try deadwood(arguments, in: folder)
        #expect(outcome.status == 1, "\(arguments): \(outcome.stderr)", sourceLocation: sourceLocation)
        #expect(outcome.failures.count == 1, "\(arguments): \(outcome.stderr)", sourceLocation: sourceLocation)
        // Of a data set, files are looked for by name; what is none of them is told.
        #expect(
            ["not a regular file", "there is no training set", "no JPEG or PNG files in them"]
                .contains { outcome.stderr.contains($0) }, "\(arguments): \(outcome.stderr)",
            sourceLocation: sourceLocation)
    }

    @Test("A model, its architecture", arguments: ["fifo", "/dev/zero", "/dev/tty"])
    func models(path: String) throws {
        try fifo("fifo")
        try folder.copy("keras3-residual.weights.h5", as: "w.weights.h5")
        try folder.corpus("x.h5", ["x": ([1, 4, 4, 1], Array(repeating: 0, count: 16))])
        try expectRefused("inspect", path)
        try expectRefused("inspect", "w.weights.h5", "--architecture", path)
        try expectRefused("analyze", path)
        try expectRefused("prune", path, "-o", "c.h5")
        try expectRefused("convert", path, "-o", "c.h5")
        try expectRefused("benchmark", path)
        try expectRefused("predict", path, "--input", "x.h5", "--output", "y.h5")
        try expectRefused("evaluate", path, "--data", "x.h5")
        try expectRefused("train", "--from", path, "--dataset", "hdf5", "--data", "x.h5", "-o", "t.h5", "--epochs", "1")
    }

    @Test("Images, labels, what an interrupted run left", arguments: ["fifo", "/dev/zero"])
    func data(path: String) throws {
        try fifo("fifo")
        try SmallModel().write(to: folder.file("m.h5"))
        try expectRefused("predict", "m.h5", "--input", path, "--output", "y.h5")
        try expectRefused("evaluate", "m.h5", "--data", path)
        try expectRefused("analyze", "m.h5", "--corpus", path)
        try expectRefused("prune", "m.h5", "-o", "c.h5", "--verify", path)
        for dataset in ["hdf5", "cifar10", "mnist", "folder"] {
            try expectRefused(
                "train", "--network", "smallcnn", "--dataset", dataset, "--data", path, "-o", "t.h5", "--epochs", "1")
        }
    }

    @Test("Files inside a folder of images")
    func folders() throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try fifo("cifar/test_batch.bin")
        try fifo("idx/t10k-images-idx3-ubyte")
        try fifo("pictures/cat/1.png")
        try fifo("tiny/val/val_annotations.txt")
        for name in ["cifar", "idx", "pictures", "tiny"] {
            try expectRefused("evaluate", "m.h5", "--data", name)
            try expectRefused("convert", name, "-o", "c.h5")
        }
    }
}
