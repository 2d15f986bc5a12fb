import Foundation
import HDF5
import TestSupport
import Testing

/// Data sets into corpus files.
@Suite struct ConvertTests {
    private let folder = TemporaryFolder()
    private let pictures = fixture("pictures")

    @Test("A folder of pictures becomes a file of both parts, and says so")
    func bothParts() throws {
        let outcome = try succeed("convert", pictures, "-o", "out.h5", "--resize", "10", "--crop", "8", in: folder)
        #expect(
            outcome.stdout == """
                out.h5
                  x_train: 9 images of 8×8×3
                  x_test: 2 images of 8×8×3
                  pixels, where a model does not say it itself: rgb, (x · 0.003921569 − [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]

                """)
        let root = try File.open(folder.file("out.h5")).root
        #expect(try root.names() == ["x_test", "x_train", "y_test", "y_train"])
        #expect(try root.dataset("y_test").read(Int.self) == [0, 1])
    }

    @Test("One part of it, preprocessed as the options say, can be converted again and evaluated")
    func part() throws {
        try succeed("convert", "\(Fixture.corpus)", "-o", "out.h5", "--limit", "50", in: folder)
        let before = try succeed(
            "evaluate", fixture("fashion-basicnet.h5"), "--data", Fixture.corpus, "--limit", "50", "--json", "-",
            in: folder)
        let after = try succeed(
            "evaluate", fixture("fashion-basicnet.h5"), "--data", "out.h5", "--json", "-", in: folder)
        #expect(try result(before.stdout) == result(after.stdout))
        try succeed(
            "convert", "\(pictures):test", "-o", "out.h5", "--force", "--scale", "1", "--mean", "0", "--std", "1",
            in: folder)
        let root = try File.open(folder.file("out.h5")).root
        #expect(try root.names() == ["x", "y"] && root.dataset("x").attributes.value("scale") == .double(1))
    }

    @Test("Images are resized for a model too")
    func resizing() throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try succeed("convert", Fixture.corpus, "-o", "small.h5", "--limit", "3", "--resize", "4", in: folder)
        try succeed("predict", "m.h5", "--input", "small.h5", "--output", "a.h5", in: folder)
        try succeed(
            "predict", "m.h5", "--input", Fixture.corpus, "--output", "b.h5", "--limit", "3", "--resize", "4",
            in: folder)
        func outputs(_ name: String) throws -> [Float] {
            try File.open(folder.file(name)).root.dataset("output_0").read()
        }
        #expect(try outputs("a.h5") == outputs("b.h5"))
    }

    @Test("A checkpoint becomes one of the other format, and answers the same")
    func checkpoint() throws {
        try succeed("convert", fixture("fashion-basicnet.h5"), "-o", "m.keras", in: folder)
        try succeed("convert", "m.keras", "-o", "n.h5", in: folder)
        func errors(_ model: String) throws -> String {
            try succeed("evaluate", model, "--data", Fixture.corpus, "--limit", "50", in: folder).stdout.components(
                separatedBy: "\n"
            ).dropFirst().joined()
        }
        #expect(try errors("n.h5") == errors(fixture("fashion-basicnet.h5")))
    }

    @Test("Broken pictures, other sizes, and outputs that must not be written are named, and leave nothing")
    func refused() throws {
        try FileManager.default.copyItem(atPath: pictures, toPath: folder.file("in"))
        try folder.write("in/train/cat/broken.jpg", Array(folder.bytes("in/train/cat/a.jpg").prefix(300)))
        try fail(
            "convert", "in", "-o", "out.h5", in: folder,
            saying: "in/train/cat/broken.jpg: is no picture that can be read", "replace or remove it")
        try fail(
            "convert", "in:test", "-o", "out.h5", "--crop", "99", in: folder,
            saying: "val/cat/a.png: no square of 99 pixels", "--crop")
        try fail("convert", "in:valid", "-o", "out.h5", in: folder, saying: "'valid' is no part")
        try fail("convert", "absent", "-o", "out.h5", in: folder, saying: "absent: no such file or folder")
        try fail("convert", Fixture.corpus, "-o", "in", in: folder, saying: "in: cannot be written")
        try folder.write("out.h5", [1])
        try fail("convert", "in:test", "-o", "out.h5", in: folder, saying: "out.h5: exists", "--force")
        try fail(
            "convert", fixture("keras3-lambda.keras"), "-o", "new.h5", in: folder,
            saying: "cannot be written into a new one")
    }
}
