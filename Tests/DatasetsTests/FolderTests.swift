import TestSupport
import Testing
@testable import Datasets

@Suite struct Folders {
    let folder = TemporaryFolder()

    /// What gzip makes of the IDX file 2×2×3 of the bytes 0…11.
    private let packed: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 130, 98, 102, 6, 70, 38,
        102, 22, 86, 54, 118, 14, 78, 46, 110, 0, 120, 30, 35, 132, 28, 0, 0, 0,
    ]

    @Test("CIFAR-10's planes become pixels, its test set is the default")
    func cifar10() throws {
        var first = cifarRecord([7], [10, 20, 30])
        first[1 + 1024 + 33] = 99  // green, second row, second column
        try folder.write("cifar-10-batches-bin/test_batch.bin", first + cifarRecord([2], [1, 2, 3]))
        for path in [folder.path, folder.path + "/cifar-10-batches-bin", folder.path + ":test"] {
            let corpus = try Corpus.open(path)
            #expect(corpus.count == 2 && corpus.imageShape == [32, 32, 3])
            let batch = try corpus.batch(0..<2)
            #expect(batch.labels == [7, 2])
            #expect(batch.images.elements.prefix(3) == [10, 20, 30])
            #expect(batch.images.elements[(33 * 3)..<(33 * 3 + 3)] == [10, 99, 30])
            #expect(batch.images.elements.suffix(3) == [1, 2, 3])
        }
    }

    @Test("CIFAR-10's training set is five files in a row; a missing one is missed")
    func training() throws {
        for index in 1...4 {
            try folder.write(
                "data_batch_\(index).bin",
                cifarRecord([UInt8(index)], [0, 0, 0]) + cifarRecord([UInt8(index)], [9, 9, 9]))
        }
        #expect(throws: DatasetError.notFound(path: "\(folder.path)/data_batch_5.bin")) {
            try Corpus.open("\(folder.path):train")
        }
        try folder.write("data_batch_5.bin", cifarRecord([5], [5, 5, 5]))
        let corpus = try Corpus.open("\(folder.path):train")
        #expect(corpus.count == 9)
        #expect(try corpus.batch(1..<5).labels == [1, 2, 2, 3])
        #expect(try corpus.batch(7..<9).images[0] == 9)
    }

    @Test("CIFAR-100 counts its fine labels")
    func cifar100() throws {
        try folder.write("cifar-100-binary/test.bin", cifarRecord([3, 42], [1, 2, 3]))
        let batch = try Corpus.open(folder.path).batch(0..<1)
        #expect(batch.labels == [42] && batch.images.elements.prefix(3) == [1, 2, 3])
    }

    @Test("A file that is no whole number of records is refused")
    func cut() throws {
        let path = try folder.write("test_batch.bin", cifarRecord([7], [1, 2, 3]).dropLast())
        #expect(throws: DatasetError.wrongSize(path: path, expected: "records of 3073 bytes", found: "3072 bytes")) {
            try Corpus.open(folder.path)
        }
    }

    @Test("IDX images find their labels, packed or not, by folder or by file")
    func idxFiles() throws {
        try folder.write("t10k-images-idx3-ubyte.gz", packed)
        try folder.write("t10k-labels-idx1-ubyte", idx([2], [8, 9]))
        try folder.write("train-images-idx3-ubyte", idx([3, 1, 1], [1, 2, 3]))
        for path in [folder.path, folder.path + "/t10k-images-idx3-ubyte.gz"] {
            let batch = try Corpus.open(path).batch(0..<2)
            #expect(batch.images.shape == [2, 2, 3, 1] && batch.labels == [8, 9])
            #expect(batch.images.elements == (0..<12).map(Float.init))
        }
        let training = try Corpus.open(folder.path + ":train")
        #expect(!training.hasLabels)
        #expect(try training.batch(1..<3).images.elements == [2, 3])
    }

    @Test("An IDX file whose size is not what its header says is refused before it is read")
    func idxSizes() throws {
        let name = "t10k-images-idx3-ubyte"
        for bytes in [idx([2, 2, 2], [1, 2, 3]), idx([2, 2, 2], Array(0..<9)), idx([65535, 65535, 65535], [1])] {
            try folder.write(name, bytes)
            #expect { try Corpus.open(folder.path) } throws: {
                guard case DatasetError.wrongSize = $0 else { return false }
                return true
            }
        }
        try folder.write(name, idx([2, 2], [1, 2, 3, 4]))
        #expect(throws: DatasetError.self) { try Corpus.open(folder.path) }
        try folder.write(name, idx([0, 2, 2], []))
        #expect(throws: DatasetError.self) { try Corpus.open(folder.path) }
    }

    @Test("A packed file that is cut off or damaged is refused")
    func gzip() throws {
        let path = try folder.write("t10k-images-idx3-ubyte.gz", packed.dropLast(12))
        #expect(throws: DatasetError.self) { try Corpus.open(path) }
        var damaged = packed
        damaged[damaged.count - 6] ^= 1  // in the checksum
        try folder.write("t10k-images-idx3-ubyte.gz", damaged)
        #expect(throws: DatasetError.notReadable(path: path, reason: "its gzip stream is damaged; get it again")) {
            try Corpus.open(path)
        }
    }

    /// What gzip makes of the header of an IDX file 4096×128×256.
    private let promising: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 99, 96, 224, 96, 102, 96, 16, 96, 0, 130, 6, 6, 6, 70,
        6, 0, 150, 57, 123, 237, 16, 0, 0, 0,
    ]

    @Test("A packed file may not unpack to more than a hundred times its bytes")
    func expansion() throws {
        let path = try folder.write("t10k-images-idx3-ubyte.gz", promising)
        let expected = "at most \(64 << 20) bytes in a packed file of \(promising.count)"
        #expect(
            throws: DatasetError.wrongSize(
                path: path, expected: expected, found: "4096 × 128 × 256 bytes after the header")
        ) { try Corpus.open(path) }
    }

    @Test("Labels of another number than the images are refused")
    func labelCount() throws {
        try folder.write("t10k-images-idx3-ubyte.gz", packed)
        let labels = try folder.write("t10k-labels-idx1-ubyte", idx([3], [1, 2, 3]))
        #expect(throws: DatasetError.labelCount(path: labels, dataset: "labels", images: 2, labels: [3])) {
            try Corpus.open(folder.path)
        }
    }

    @Test("Folders of nothing known, of several things, and unknown parts are refused")
    func unknown() throws {
        #expect(throws: DatasetError.unknownFolder(path: folder.path, reason: "there is no test set in it")) {
            try Corpus.open(folder.path)
        }
        #expect(throws: DatasetError.self) { try Corpus.open(folder.path + ":validation") }
        let ten = try folder.write("cifar-10-batches-bin/test_batch.bin", cifarRecord([7], [1, 2, 3]))
        let hundred = try folder.write("cifar-100-binary/test.bin", cifarRecord([7, 8], [1, 2, 3]))
        #expect(throws: DatasetError.ambiguous(path: folder.path, candidates: [ten, hundred])) {
            try Corpus.open(folder.path)
        }
    }
}
