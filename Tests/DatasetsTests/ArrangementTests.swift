import Testing
@testable import Datasets

@Suite struct Arrangements {
    let corpus = Corpus.random(imageShape: [2, 3, 4], count: 2, seed: 7)

    @Test(
        "Images that fit are left as they are, free lengths included",
        arguments: [[2, 3, 4], [nil, nil, 4], [nil, nil, nil]] as [[Int?]])
    func fitting(input: [Int?]) throws {
        let arranged = try corpus.arranged(for: input)
        #expect(arranged.inputShape == [2, 3, 4])
        #expect(try arranged.batch(0..<2).images == corpus.batch(0..<2).images)
    }

    @Test("A model with channels first gets them first", arguments: [[4, 2, 3], [4, nil, nil]] as [[Int?]])
    func channelsFirst(input: [Int?]) throws {
        let arranged = try corpus.arranged(for: input)
        #expect(arranged.inputShape == [4, 2, 3])
        #expect(try arranged.batch(0..<2).images == corpus.batch(0..<2).images.transposed([0, 3, 1, 2]))
    }

    @Test("A single channel may go without an axis, on either side")
    func unitAxis() throws {
        let gray = Corpus.random(imageShape: [2, 3, 1], count: 1, seed: 7)
        #expect(try gray.arranged(for: [2, 3]).batch(0..<1).images.shape == [1, 2, 3])
        #expect(try gray.arranged(for: [1, 2, 3]).batch(0..<1).images.shape == [1, 1, 2, 3])
        #expect(try corpus.arranged(for: [2, 3, 4, 1]).batch(0..<1).images.shape == [1, 2, 3, 4, 1])
    }

    @Test("Other shapes are refused, naming both", arguments: [[3, 2, 4], [24], [2, 3, nil, 5], []] as [[Int?]])
    func mismatch(input: [Int?]) {
        #expect(throws: DatasetError.shapeMismatch(path: "random images", expected: input, found: [2, 3, 4])) {
            try corpus.arranged(for: input)
        }
    }

    @Test("The message reads as Keras prints shapes")
    func message() {
        let error = DatasetError.shapeMismatch(path: "a.h5", expected: [nil, 32, 3], found: [28, 28, 1])
        #expect(
            error.description
                == "a.h5: the model takes inputs of shape (None, 32, 3), the images have shape (28, 28, 1); choose a corpus of that shape"
        )
    }
}

@Suite struct RandomCorpora {
    @Test("The same seed gives the same images, whatever the batches; another seed others")
    func seeds() throws {
        let corpus = Corpus.random(imageShape: [3, 2], count: 4, seed: 1)
        #expect(
            try corpus.batch(0..<4).images.elements == corpus.batch(0..<1).images.elements
                + corpus.batch(1..<4).images.elements)
        #expect(try corpus.batch(0..<1).images != corpus.batch(1..<2).images)
        #expect(
            try corpus.batch(0..<4).images != Corpus.random(imageShape: [3, 2], count: 4, seed: 2).batch(0..<4).images)
    }

    @Test("Values have mean 0, variance 1, and a normal's share within one deviation")
    func normal() throws {
        let values = try Corpus.random(imageShape: [10_000], count: 10, seed: 3).batch(0..<10).images.elements.map(
            Double.init)
        let count = Double(values.count), mean = values.reduce(0, +) / count
        #expect(abs(mean) < 0.02)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / count - 1) < 0.03)
        #expect(abs(Double(values.count { abs($0) < 1 }) / count - 0.6827) < 0.01)
    }

    @Test(
        "Images and batches too large for memory are refused, not tried",
        arguments: [[1 << 40, 1 << 40], [1 << 14, 1 << 14], [0, 3], [-2, -3]])
    func impossible(shape: [Int]) {
        let corpus = Corpus.random(imageShape: shape, count: 2, seed: 1)
        #expect(throws: DatasetError.self) { try corpus.batch(0..<1) }
    }

    @Test("A batch too large for memory is refused")
    func largestBatch() throws {
        let corpus = Corpus.random(imageShape: [1 << 10, 1 << 10], count: 1000, seed: 1)
        #expect(corpus.largestBatch == 128)
        #expect(throws: DatasetError.batchTooLarge(path: "random images", images: 129, limit: 128)) {
            try corpus.batch(0..<129)
        }
    }
}
