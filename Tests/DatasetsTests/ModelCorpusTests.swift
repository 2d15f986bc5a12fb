import HDF5
import Tensors
import TestSupport
import Testing
@testable import Datasets

@Suite("A corpus for each input of a model") struct ModelCorpusTests {
    let folder = TemporaryFolder()

    /// Seven images of 2 × 1 × 1 and vectors of 3, image i holding 10 i and 10 i + 1; labels beside the vectors only.
    private func corpora() throws -> [Corpus] {
        let images = try folder.hdf5("images.h5") {
            try $0.add("x", [7, 2, 1, 1], (0..<14).map { Double($0 / 2 * 10 + $0 % 2) })
        }
        let vectors = try folder.hdf5("vectors.h5") {
            try $0.add("meta", [7, 3], (0..<21).map(Double.init))
            try $0.add("y", [7], [6, 5, 4, 3, 2, 1, 0], as: .int64)
        }
        return [try Corpus.open(images), try Corpus.open("\(vectors):meta")]
    }

    private func all(_ corpus: ModelCorpus, batchesOf size: Int) throws -> [ModelBatch] {
        var batches = corpus.batches(of: size), found: [ModelBatch] = []
        while let batch = try batches.next() { found.append(batch) }
        return found
    }

    @Test("Batches hold the same images of every input; labels come from the first corpus that has them")
    func batches() throws {
        let corpus = try ModelCorpus(corpora())
        #expect(corpus.count == 7 && corpus.hasLabels)
        let found = try all(corpus, batchesOf: 3)
        #expect(found.map(\.done) == [3, 6, 7])
        #expect(
            found.map { $0.inputs.map(\.shape) } == [
                [[3, 2, 1, 1], [3, 3]], [[3, 2, 1, 1], [3, 3]], [[1, 2, 1, 1], [1, 3]],
            ])
        #expect(found.map(\.labels) == [[6, 5, 4], [3, 2, 1], [0]])
        #expect(found[2].inputs[0].elements == [60, 61] && found[2].inputs[1].elements == [18, 19, 20])
    }

    @Test("A limit takes the first images, and a subset those of them that are wanted, by their place in the corpora")
    func subset() throws {
        let corpus = try ModelCorpus(corpora(), limit: 6)
        #expect(corpus.count == 6)
        let held = corpus.subset { $0 % 5 == 4 }, rest = corpus.subset { $0 % 5 != 4 }
        #expect(held.count == 1 && rest.count == 5)
        #expect(try all(held, batchesOf: 4).map { $0.inputs[0].elements } == [[40, 41]])
        let found = try all(rest, batchesOf: 4)
        #expect(found.map(\.done) == [4, 5])
        #expect(found.map { $0.inputs[0].elements } == [[0, 1, 10, 11, 20, 21, 30, 31], [50, 51]])
        #expect(found.map(\.labels) == [[6, 5, 4, 3], [1]])
        let last = rest.subset { $0 > 2 }
        #expect(try all(last, batchesOf: 9).flatMap { $0.inputs[1].elements } == [9, 10, 11, 15, 16, 17])
        #expect(try all(rest.subset { _ in false }, batchesOf: 2).isEmpty)
    }

    @Test("Corpora of different lengths are refused")
    func counts() throws {
        let path = try folder.hdf5 { try $0.add("x", [6, 2], counting(12)) }, other = try Corpus.open(path)
        #expect(throws: DatasetError.imageCounts([7, 7, 6])) { try ModelCorpus(corpora() + [other]) }
    }

    @Test("A corpus for the only input is what it was")
    func single() throws {
        let corpus = ModelCorpus(try corpora()[0], limit: 2)
        #expect(corpus.count == 2 && !corpus.hasLabels)
        #expect(try all(corpus, batchesOf: 5).map { $0.inputs[0].elements } == [[0, 1, 10, 11]])
        #expect(try all(corpus, batchesOf: 5)[0].labels == nil)
    }
}
