import Foundation
import HDF5
import HDF5Writing
import TestSupport
import Testing

/// Corpora that are damaged, of the wrong kind, or not there.
@Suite struct HostileDataTests {
    private let folder = TemporaryFolder()

    init() throws {
        try SmallModel().write(to: folder.file("m.h5"))
    }

    /// Every verb that reads images refuses `data`.
    private func refused(_ data: String, saying fragments: String..., sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        for arguments in [
            ["predict", "m.h5", "--input", data, "--output", "y.h5"], ["evaluate", "m.h5", "--data", data],
            ["analyze", "m.h5", "--corpus", data],
            ["prune", "m.h5", "-o", "c.h5", "--verify", data], ["compress", "m.h5", "-o", "c.h5", "--corpus", data],
        ] { try fail(arguments, in: folder, saying: fragments, sourceLocation: sourceLocation) }
    }

    private func images(_ count: Int, _ side: Int = 4) -> (shape: [Int], values: [Double]) {
        ([count, side, side, 1], (0..<count * side * side).map { Double($0 % 7) })
    }

    @Test("What holds no images is named")
    func noImages() throws {
        try folder.write("text.h5", "once".utf8)
        try folder.write("empty.h5", [])
        try folder.corpus("labels.h5", ["y": ([3], [0, 1, 2])])
        try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: true)
        try refused("absent.h5", saying: "absent.h5: no such file or folder")
        try refused("text.h5", saying: "text.h5: expected an HDF5 file")
        try refused("empty.h5", saying: "empty.h5: expected an HDF5 file")
        try refused("folder", saying: "folder: ", "expected a folder in CIFAR's binary layout")
        try refused("labels.h5", saying: "labels.h5: expected a dataset of images", "found y", "FILE:dataset")
        try refused("m.h5", saying: "m.h5: expected a dataset of images")
    }

    @Test("A dataset that is missing, ambiguous, no numbers or of another shape is named")
    func datasets() throws {
        try folder.corpus("two.h5", ["a": images(2), "b": images(2)])
        try folder.corpus("large.h5", ["x": images(2, 5)])
        let file = try FileWriter(folder.file("texts.h5"))
        try file.root.createDataset("x", shape: [2, 4], type: .string).write(Array(repeating: "one", count: 8))
        try file.close()
        try refused("two.h5", saying: "two.h5: there are several sets of images, name one: two.h5:a, two.h5:b")
        try refused("two.h5:c", saying: "two.h5: there is no '/c'")
        try refused(
            "large.h5", saying: "large.h5: the model takes inputs of shape (4, 4, 1), the images have shape (5, 5, 1)")
        try refused("texts.h5", saying: "texts.h5", "'x'", "strings")
    }

    @Test("Pixels that are not finite are named by their image")
    func notFinite() throws {
        var spoiled = images(3)
        spoiled.values[20] = .nan
        try folder.corpus("nan.h5", ["x": spoiled, "y": ([3], [0, 1, 2])])
        try refused("nan.h5", saying: "nan.h5: image 1 holds a value that is not finite")
        try folder.corpus("good.h5", ["x": images(3), "y": ([3], [0, 1, 2])])
        try fail(
            "predict", "m.h5", "--input", "good.h5", "--output", "y.h5", "--std", "0", in: folder, saying: "'std'",
            "--std")
        try fail(
            "predict", "m.h5", "--input", "good.h5", "--output", "y.h5", "--scale", "1e308", in: folder,
            saying: "not finite")
        try fail(
            "predict", "m.h5", "--input", "good.h5", "--output", "y.h5", "--mean", "1,2", in: folder, saying: "'mean'",
            "--mean")
    }

    @Test("Labels out of range, too few or absent are named")
    func labels() throws {
        try folder.corpus("none.h5", ["x": images(3)])
        try folder.corpus("range.h5", ["x": images(3), "y": ([3], [0, 1, 3])])
        try folder.corpus("negative.h5", ["x": images(3), "y": ([3], [0, -1, 2])])
        try folder.corpus("half.h5", ["x": images(3), "y": ([3], [0, 0.5, 2])])
        try folder.corpus("few.h5", ["x": images(3), "y": ([2], [0, 1])])
        try fail(
            "evaluate", "m.h5", "--data", "none.h5", in: folder, saying: "none.h5: has no labels; add a dataset 'y'")
        try fail("evaluate", "m.h5", "--data", "range.h5", in: folder, saying: "label 3", "classes 0…2")
        for name in ["negative.h5", "half.h5"] {
            try fail("evaluate", "m.h5", "--data", name, in: folder, saying: "image 1")
        }
        try fail(
            "evaluate", "m.h5", "--data", "few.h5", in: folder, saying: "few.h5: labels 'y' have shape [2]", "3 images")
        // Labels are of no use to predict, and do not keep it from working.
        try succeed("predict", "m.h5", "--input", "range.h5", "--output", "y.h5", in: folder)
    }

    @Test("Images without number, and without end, are refused before memory is taken")
    func sizes() throws {
        try folder.corpus("empty.h5", ["x": ([0, 4, 4, 1], [])])
        try refused("empty.h5", saying: "empty.h5")
        let file = try FileWriter(folder.file("huge.h5"))
        _ = try file.root.createDataset("x", shape: [1 << 40, 4, 4, 1], type: .uint8, chunks: [1, 4, 4, 1])
        try file.close()
        try refused("huge.h5", saying: "huge.h5")
    }

    @Test("As many inputs as the model has, with as many images each")
    func counts() throws {
        let several = fixture("keras3-several.h5"), data = fixture("keras3-several.expected.h5")
        try fail(
            "predict", several, "--input", "\(data):input_0", "--output", "y.h5", in: folder, saying: "has 2 inputs",
            "given 1 time;")
        try fail("evaluate", several, "--data", data, in: folder, saying: "has 2 inputs")
        try fail("compress", several, "-o", "c.h5", "--corpus", data, in: folder, saying: "has 2 inputs")
    }
}
