import HDF5
import Tensors
import TestSupport
import Testing
@testable import Datasets

@Suite struct HDF5Corpora {
    let folder = TemporaryFolder()

    @Test("Images and labels come in order, batch by batch, the last batch smaller")
    func batches() throws {
        let path = try folder.hdf5 {
            try $0.add("x", [5, 2, 1, 3], counting(30))
            try $0.add("y", [5], [4, 3, 2, 1, 0], as: .int64)
        }
        let corpus = try Corpus.open(path)
        #expect(
            corpus.count == 5 && corpus.imageShape == [2, 1, 3] && corpus.inputShape == [2, 1, 3] && corpus.hasLabels)

        var batches = corpus.batches(of: 2), found: [Batch] = []
        while let batch = try batches.next() { found.append(batch) }
        #expect(found.map(\.range) == [0..<2, 2..<4, 4..<5])
        #expect(found.map(\.labels) == [[4, 3], [2, 1], [0]])
        #expect(found.map(\.images.shape) == [[2, 2, 1, 3], [2, 2, 1, 3], [1, 2, 1, 3]])
        #expect(found.flatMap(\.images.elements) == counting(30).map { Float($0) })
    }

    @Test("A limit ends the corpus early, also in the middle of a batch")
    func limit() throws {
        let path = try folder.hdf5 { try $0.add("x", [5, 2], counting(10)) }
        var batches = try Corpus.open(path).batches(of: 2, limit: 3), ranges: [Range<Int>] = []
        while let batch = try batches.next() { ranges.append(batch.range) }
        #expect(ranges == [0..<2, 2..<3])
    }

    @Test(
        "Every number type becomes 32-bit floats",
        arguments: [
            ElementType.uint8, .int8, .uint16, .int16, .int32, .int64, .float16, .float32, .float64,
        ])
    func types(type: ElementType) throws {
        let path = try folder.hdf5 { try $0.add("x", [2, 1, 2, 1], [1, 2, 3, 100], as: type) }
        #expect(try Corpus.open(path).batch(0..<2).images.elements == [1, 2, 3, 100])
    }

    @Test("Compressed chunks that straddle batches read the same")
    func chunks() throws {
        let path = try folder.hdf5 {
            try $0.createDataset("x", shape: [7, 3], type: .uint8, chunks: [4, 2], gzip: 4, shuffle: true).write(
                counting(21))
        }
        #expect(try Corpus.open(path).batch(3..<6).images.elements == counting(21)[9..<18].map { Float($0) })
    }

    @Test("N×H×W images have one channel")
    func gray() throws {
        let path = try folder.hdf5 { try $0.add("x", [2, 3, 4], counting(24)) }
        #expect(try Corpus.open(path).imageShape == [3, 4, 1])
    }

    @Test(
        "Without a name the usual one is taken before a larger one, else the largest",
        arguments: [
            (["weights", "images"], "images"), (["input_0", "x"], "x"), (["large", "small"], "large"),
        ])
    func discovery(names: [String], expected: String) throws {
        let path = try folder.hdf5 {
            for (index, name) in names.enumerated() {
                try $0.add(name, [3 - index, 2], Array(repeating: Double(index), count: 2 * (3 - index)))
            }
            try $0.add("ids", [100], counting(100))
            try $0.createDataset("names", shape: [9, 9], type: .string).write(Array(repeating: "a", count: 81))
        }
        #expect(try Corpus.open(path).batch(0..<1).images[0] == Float(try #require(names.firstIndex(of: expected))))
    }

    @Test("Two datasets of the same size are a question to the user")
    func ambiguity() throws {
        let path = try folder.hdf5 {
            try $0.add("a", [2, 2], counting(4))
            try $0.add("b", [4, 1], counting(4))
        }
        #expect(throws: DatasetError.ambiguous(path: path, candidates: ["\(path):a", "\(path):b"])) {
            try Corpus.open(path)
        }
        #expect(try Corpus.open("\(path):b").count == 4)
    }

    @Test("A file without images says what it holds instead")
    func nothing() throws {
        let path = try folder.hdf5 { try $0.add("ids", [3], counting(3)) }
        #expect(throws: DatasetError.noImages(path: path, found: ["ids"])) { try Corpus.open(path) }
        #expect(
            throws: DatasetError.notImages(
                path: path, dataset: "ids", reason: "its shape is [3], expected at least two axes, images first")
        ) { try Corpus.open("\(path):ids") }
        #expect(throws: HDF5Error.missing(file: path, object: "/z")) { try Corpus.open("\(path):z") }
    }

    @Test(
        "An image too large for memory is refused when opened",
        arguments: [[1, 1 << 20, 1 << 20, 1], [1, 1 << 14, 1 << 14]])
    func hugeImages(shape: [Int]) throws {
        let path = try folder.hdf5 {
            _ = try $0.createDataset("x", shape: shape, type: .uint8, chunks: shape.map { min($0, 8) })
        }
        #expect(throws: DatasetError.self) { try Corpus.open(path) }
    }

    @Test("Empty images and empty corpora are refused", arguments: [[0, 2, 2, 1], [2, 0, 2, 1]])
    func empty(shape: [Int]) throws {
        let path = try folder.hdf5 { _ = try $0.createDataset("x", shape: shape, type: .uint8) }
        #expect(throws: DatasetError.notImages(path: path, dataset: "x", reason: "shape \(shape) is empty")) {
            try Corpus.open(path)
        }
    }

    @Test(
        "A value that is not a number is refused, with the image it is in", arguments: [Double.nan, .infinity, 1e300])
    func notFinite(value: Double) throws {
        var values = counting(12)
        values[9] = value
        let path = try folder.hdf5 { try $0.add("x", [6, 2], values, as: .float64) }
        let corpus = try Corpus.open(path)
        _ = try corpus.batch(0..<4)
        #expect(throws: DatasetError.notFinite(path: path, image: 4)) { try corpus.batch(3..<6) }
    }
}
