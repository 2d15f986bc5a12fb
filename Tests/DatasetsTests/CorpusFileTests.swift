import Files
import HDF5
import TestSupport
import Testing
@testable import Datasets

@Suite struct CorpusFiles {
    let folder = TemporaryFolder()
    let output: String

    init() throws {
        output = "\(folder.path)/out.h5"
    }

    @Test("Both parts of a data set go into one file, with what training makes of their pixels; it trains the same")
    func pictures() throws {
        let size = ImageSize(resize: 9)
        try CorpusFile(fixture("pictures"), size: size).write(to: output, overwriting: false)
        let direct = try TrainingData.open(.folder, path: fixture("pictures"), options: .init(flips: true, resize: 9))
        let file = try TrainingData.open(.hdf5, path: output, options: .init(flips: true))
        #expect(
            file.preprocessing == direct.preprocessing && file.classNames == ["cat", "dog"] && file.count == 9
                && file.test?.count == 2)
        #expect(
            try file.batches(epoch: 1, size: 9, seed: 4).next()?.images
                == direct.batches(epoch: 1, size: 9, seed: 4).next()?.images)
        #expect(try file.test?.batch(0..<2).images == direct.test?.batch(0..<2).images)
        #expect(try Corpus.open(output).batch(0..<2).labels == [0, 1])
    }

    @Test("One part is x and y; limits and preprocessing are taken over, unlabelled images stay so")
    func part() throws {
        try CorpusFile(
            fixture("pictures") + ":train", size: ImageSize(resize: 4), overrides: .init(mean: [0.5]), limit: 5
        ).write(to: output, overwriting: false)
        let corpus = try Corpus.open(output), root = try File.open(output).root
        #expect(corpus.count == 5 && corpus.preprocessing == Preprocessing(mean: [0.5]))
        #expect(try root.names() == ["x", "y"] && root.dataset("x").type == .uint8)
        try CorpusFile(fixture("pictures/train/dog"), limit: 1).write(to: output, overwriting: true)
        #expect(try !Corpus.open(output).hasLabels)
    }

    @Test("An HDF5 file of floats stays one, value by value")
    func floats() throws {
        let path = try folder.hdf5 { try $0.add("x", [5, 2, 1, 3], counting(30).map { $0 / 7 }, as: .float32) }
        var told: [Int] = []
        try CorpusFile(path).write(to: output, overwriting: false) { told.append($0) }
        #expect(try Corpus.open(output).batch(0..<5).images == Corpus.open(path).batch(0..<5).images && told == [5])
    }

    @Test("Bytes that nothing says how to feed stay so: the model's note is what counts")
    func bareBytes() throws {
        let path = try folder.hdf5 { try $0.add("x", [2, 2, 1, 3], counting(12), as: .uint8) }
        try CorpusFile(path).write(to: output, overwriting: false)
        #expect(
            try Corpus.open(output).feeding.from == .nobody
                && Corpus.open(output, model: .init(note: Preprocessing(scale: 2))).preprocessing.scale == 2)
        try CorpusFile(path, overrides: .init(scale: 1)).write(to: output, overwriting: true)
        #expect(try Corpus.open(output).feeding.from == .corpusNote)
    }

    @Test(
        "Bytes that are stored as floats are noted as from 0 to 255, other numbers are not; what a file notes is handed on"
    )
    func bytesInFloats() throws {
        for (largest, step, isNoted) in [(200, 1, true), (6, 1, false), (200, 0.5, false), (300, 1, false)]
            as [(Double, Double, Bool)]
        {
            var values = counting(6) + counting(6)
            (values[3], values[11]) = (3 * step, largest)
            let path = try folder.hdf5 { [values] in try $0.add("x", [2, 2, 1, 3], values, as: .float32) }
            try CorpusFile(path).write(to: output, overwriting: true)
            let range = try File.open(output).root.dataset("x").attributes.value("range")
            #expect(range == (isNoted ? .doubles([0, 255]) : nil), "\(largest)")
            #expect(
                try Corpus.open(output, model: .init(note: Preprocessing(scale: 2))).feeding.from
                    == (isNoted ? .modelNote : .nobody))
        }
        let path = try folder.hdf5 {
            try $0.add("x", [2, 2, 1, 3], counting(12), as: .float32).attributes.set("range", .integers([0, 255]))
        }
        try CorpusFile(path, overrides: .init(preset: .caffe)).write(to: output, overwriting: true)
        let attributes = try File.open(output).root.dataset("x").attributes
        #expect(
            try attributes.value("range") == .doubles([0, 255]) && attributes.value("order") == .string("bgr")
                && Corpus.open(output).preprocessing == PixelPreset.caffe.preprocessing)
    }

    @Test("Nothing is left of a file that could not be completed, and nothing is overwritten unasked")
    func unfinished() throws {
        for name in ["1", "2"] { try folder.write("in/a/\(name).png", Array(try expectedFile())) }
        try folder.write("in/a/3.png", [1])
        #expect(throws: DatasetError.self) { try CorpusFile("\(folder.path)/in").write(to: output, overwriting: false) }
        #expect(try folder.contents == ["in"])
        try folder.write("out.h5", [1])
        #expect(throws: DatasetError.exists(path: output)) {
            try CorpusFile(fixture("pictures")).write(to: output, overwriting: false)
        }
    }

    private func expectedFile() throws -> [UInt8] {
        let path = fixture("pictures/train/dog/a.png")
        return try ByteStore.file(path: path).read(0..<FileStatus.length(ofFile: path))
    }
}
