import Foundation
import TestSupport
import Testing
@testable import Datasets

@Suite struct PictureDecoding {
    let folder = TemporaryFolder()

    @Test(
        "Every kind of JPEG comes out as from another decoder, but for rounding",
        arguments: ["a.jpg", "b-gray.jpg", "c-cmyk.jpg", "d-progressive.JPEG"])
    func jpeg(name: String) throws {
        let picture = try ImageDecoder.withPicture(fixture("pictures/train/cat/\(name)")) { $0 }
        #expect(try difference(picture, expectedPicture("train/cat/\(name)")) <= 2)
    }

    @Test(
        "Every kind of PNG comes out exactly, whatever its name",
        arguments: ["a.png", "b-gray.png", "c-palette.png", "d-alpha.png", "e-named-wrongly.jpg"])
    func png(name: String) throws {
        #expect(
            try ImageDecoder.withPicture(fixture("pictures/train/dog/\(name)")) { $0 }
                == expectedPicture("train/dog/\(name)"))
    }

    @Test("A file that is cut off, damaged, empty, no picture, or not there is named, with the reason")
    func broken() throws {
        let jpeg = try bytes("train/cat/a.jpg"), png = try bytes("train/dog/a.png")
        var damaged = png
        damaged[png.count / 2] ^= 0xFF
        for (name, bytes) in [
            ("cut.jpg", Array(jpeg.prefix(jpeg.count / 2))), ("header.jpg", Array(jpeg.prefix(20))),
            ("cut.png", Array(png.prefix(png.count / 2))),
            ("header.png", Array(png.prefix(16))), ("damaged.png", damaged), ("empty.jpg", []),
            ("text.jpg", Array("a picture".utf8)),
        ] {
            let path = try folder.write(name, bytes)
            #expect { try ImageDecoder.withPicture(path) { $0 } } throws: {
                guard case let DatasetError.notDecodable(named, reason) = $0 else { return false }
                return named == path && !reason.isEmpty && !"\($0)".contains("\n")
            }
        }
        #expect(throws: DatasetError.notFound(path: "/nowhere/a.png")) {
            try ImageDecoder.withPicture("/nowhere/a.png") { $0 }
        }
    }

    @Test("A header that promises a picture beyond memory is refused, not believed")
    func bombs() throws {
        var jpeg = try bytes("train/cat/a.jpg"), png = try bytes("train/dog/a.png")
        // The frame header: its marker, its length, 8 bits, then height and width.
        let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0xEA, 0x60, 0xEA, 0x60])
        // The header chunk's width, height and checksum.
        png.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        png.replaceSubrange(29..<33, with: [0x0F, 0xB0, 0xE2, 0x15])
        for (name, bytes) in [("a.jpg", jpeg), ("a.png", png)] {
            let path = try folder.write(name, bytes)
            #expect(
                throws: DatasetError.notDecodable(
                    path: path, reason: "its size is 60000×60000, at most 67108864 pixels are read")
            ) { try ImageDecoder.withPicture(path) { $0 } }
        }
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: fixture("pictures/\(name)"))))
    }
}

@Suite struct PictureSizes {
    @Test(
        "Shrinking and growing are those of another library, but for its rounding between the axes",
        arguments: [(7, 7), (11, 30), (33, 40)])
    func reference(height: Int, width: Int) throws {
        let resized = try expectedPicture("train/dog/a.png").resized(height: height, width: width)
        #expect(try difference(resized, expectedPicture("resized/\(height)x\(width)")) <= 1)
    }

    @Test("Halving is the mean of four pixels and a share of their neighbours; one colour stays itself")
    func small() {
        let row = ByteImage(height: 1, width: 4, channels: 1, bytes: [0, 0, 80, 80])
        // Weights of a triangle of reach 2 at ±0.5 and ±1.5: 3, 3, 1 of 7.
        #expect(row.resized(height: 1, width: 2).bytes == [UInt8((80.0 / 7).rounded()), UInt8((480.0 / 7).rounded())])
        let gray = ByteImage(height: 3, width: 5, channels: 3, bytes: Array(repeating: 77, count: 45))
        #expect(Set(gray.resized(height: 64, width: 2).bytes) == [77])
    }

    @Test("The middle is cut out")
    func crop() {
        let picture = ByteImage(height: 4, width: 5, channels: 1, bytes: Array(0..<20))
        #expect(picture.croppedToCentre(2).bytes == [6, 7, 11, 12])
    }
}

@Suite struct PictureFolders {
    let folder = TemporaryFolder()

    private func copy(_ source: String, to name: String) throws {
        let target = URL(filePath: "\(folder.path)/\(name)")
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: URL(filePath: fixture("pictures/\(source)")), to: target)
    }

    @Test("Classes are folders in the order of their names; the test set is the default part")
    func parts() throws {
        let train = try Corpus.open(fixture("pictures") + ":train"), test = try Corpus.open(fixture("pictures"))
        #expect(train.count == 9 && train.imageShape == [20, 24, 3] && train.hasLabels)
        #expect(try train.batch(0..<9).labels == [0, 0, 0, 0, 1, 1, 1, 1, 1])
        #expect(try test.batch(0..<2).labels == [0, 1])
        #expect(try train.batch(4..<5).images.elements == expectedPicture("train/dog/a.png").bytes.map { Float($0) })
    }

    @Test(
        "A folder without parts is one set; hidden files and texts are no pictures; folders inside a class belong to it"
    )
    func whole() throws {
        try copy("train/dog/a.png", to: "b/x.png")
        try copy("train/dog/b-gray.png", to: "a/images/x.PNG")
        try folder.write("a/notes.txt", [1])
        try folder.write("a/.hidden.png", [1])
        try folder.write("labels.csv", [1])
        let corpus = try Corpus.open(folder.path)
        #expect(try corpus.batch(0..<corpus.count).labels == [0, 1])
        #expect(throws: DatasetError.unknownFolder(path: folder.path, reason: "there is no test set in it")) {
            try Corpus.open(folder.path + ":test")
        }
    }

    @Test("Pictures that lie together without classes have no labels")
    func flat() throws {
        let corpus = try Corpus.open(fixture("pictures/train/dog"))
        #expect(corpus.count == 5 && !corpus.hasLabels)
        #expect(throws: DatasetError.notLabelled(path: fixture("pictures/train/dog"))) {
            try TrainingData.open(.folder, path: fixture("pictures/train/dog"))
        }
    }

    @Test("Resized and cropped pictures have the shape asked for; other sizes than the first's are refused")
    func sizes() throws {
        try copy("train/dog/a.png", to: "a/1.png")
        let image = try Corpus.open(folder.path, size: ImageSize(resize: 12, crop: 8)).batch(0..<1).images
        #expect(
            image.elements
                == (try expectedPicture("train/dog/a.png")).resized(height: 12, width: 12).croppedToCentre(8).bytes.map
            { Float($0) })
        #expect(throws: DatasetError.cropTooLarge(path: "\(folder.path)/a/1.png", crop: 21, height: 20, width: 24)) {
            try Corpus.open(folder.path, size: ImageSize(crop: 21))
        }
        let small = try folder.write(
            "a/2.png",
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
                + [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55]
                + [
                    0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xAF, 0xA4,
                    0x71,
                ]
                + [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
        #expect(throws: DatasetError.imageSize(path: small, expected: [20, 24], found: [1, 1])) {
            try Corpus.open(folder.path).batch(0..<2)
        }
        #expect(try Corpus.open(folder.path, size: ImageSize(resize: 4)).batch(0..<2).images.shape == [2, 4, 4, 3])
    }

    @Test("Formats that are not read, classes that are not trained, and folders without pictures are named")
    func refused() throws {
        try copy("train/dog/a.png", to: "train/a/1.png")
        try copy("train/dog/a.png", to: "val/b/1.png")
        #expect(throws: DatasetError.unknownClass(path: "\(folder.path)/val/b", name: "b")) {
            try Corpus.open(folder.path)
        }
        let bitmap = try folder.write("train/a/2.bmp", [1])
        #expect(throws: DatasetError.notDecodable(path: bitmap, reason: "'bmp' is not read, JPEG and PNG are")) {
            try Corpus.open(folder.path + ":train")
        }
        let empty = TemporaryFolder()
        try empty.write("a/notes.txt", [])
        #expect(throws: DatasetError.unknownFolder(path: empty.path, reason: "there is no test set in it")) {
            try Corpus.open(empty.path)
        }
    }

    @Test("Tiny ImageNet's test labels come from its annotations")
    func tinyImageNet() throws {
        for name in [
            "train/n1/images/n1_0.JPEG", "train/n2/images/n2_0.JPEG", "val/images/val_0.JPEG", "val/images/val_1.JPEG",
        ] { try copy("train/cat/a.jpg", to: name) }
        try folder.write("train/n1/n1_boxes.txt", [1])
        let annotations = try folder.write(
            "val/val_annotations.txt", Array("val_1.JPEG\tn2\t0\t0\t1\t1\nval_0.JPEG\tn1\t0\t0\t1\t1\n".utf8))
        let data = try TrainingData.open(.tinyImageNet, path: folder.path)
        #expect(data.count == 2 && data.classes == 2 && data.classNames == ["n1", "n2"] && data.labels == [0, 1])
        #expect(try data.test?.batch(0..<2).labels == [1, 0])
        try folder.write("val/val_annotations.txt", Array("val_1.JPEG\tn3\n".utf8))
        #expect(throws: DatasetError.unknownClass(path: annotations, name: "n3")) {
            try TrainingData.open(.tinyImageNet, path: folder.path)
        }
        try folder.write("val/val_annotations.txt", Array("../../val_1.JPEG\tn1\n".utf8))
        #expect(throws: DatasetError.self) { try TrainingData.open(.tinyImageNet, path: folder.path) }
    }
}
