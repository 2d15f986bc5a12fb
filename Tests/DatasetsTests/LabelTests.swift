import HDF5
import TestSupport
import Testing
@testable import Datasets

@Suite struct Labels {
    let folder = TemporaryFolder()

    /// Labels of three images named `images` that lie in a file beside `labels`.
    private func read(
        _ labels: String, _ shape: [Int], _ values: [Double], as type: ElementType = .uint8, of images: String = "x"
    ) throws -> [Int]? {
        let path = try folder.hdf5 {
            try $0.add(images, [3, 2], counting(6))
            try $0.add(labels, shape, values, as: type)
        }
        return try Corpus.open("\(path):\(images)").batch(0..<3).labels
    }

    @Test("Labels are a vector, a column, or rows with one class at 1")
    func forms() throws {
        #expect(try read("y", [3], [2, 0, 7]) == [2, 0, 7])
        #expect(try read("y", [3, 1], [2, 0, 7], as: .float32) == [2, 0, 7])
        #expect(try read("y", [3, 2], [0, 1, 1, 0, 0.5, 0.5], as: .float32) == [1, 0, 0])
    }

    @Test(
        "Labels go by the name of their images",
        arguments: [
            ("x", "label", true), ("x_test", "y_test", true), ("images", "labels", true), ("data", "y", true),
            ("train/x", "train/y", true), ("train_images", "train_labels", true),
            ("x_train", "y_test", false), ("train/x", "test/y", false), ("x_train", "y", false), ("y", "z", false),
        ])
    func names(images: String, labels: String, together: Bool) throws {
        #expect(try read(labels, [3], [1, 2, 3], of: images) == (together ? [1, 2, 3] : nil))
    }

    @Test("Labels of another number than the images are refused, unless they are not asked for")
    func count() throws {
        let path = try folder.hdf5 {
            try $0.add("x", [3, 2], counting(6))
            try $0.add("y", [4], counting(4))
        }
        #expect(throws: DatasetError.labelCount(path: path, dataset: "y", images: 3, labels: [4])) {
            try Corpus.open(path)
        }
        #expect(try Corpus.open(path, readingLabels: false).batch(0..<3).labels == nil)
    }

    @Test(
        "What is no class is refused, with the image it is for", arguments: [[0, 1.5, 2], [0, -1, 2], [0, .nan, 2]])
    func invalid(values: [Double]) throws {
        #expect {
            try read("y", [3], values, as: .float64)
        } throws: {
            guard case DatasetError.invalidLabel(_, "/y", image: 1, _) = $0 else { return false }
            return true
        }
    }

    @Test("Rows of probabilities come along as they are, beside the likeliest classes")
    func distributions() throws {
        func batch(_ values: [Double]) throws -> Batch {
            try Corpus.open(
                folder.hdf5 {
                    try $0.add("x", [2, 2], counting(4))
                    try $0.add("y", [2, 2], values, as: .float32)
                }
            ).batch(0..<2)
        }
        let soft = try batch([0.25, 0.75, 1, 0]), hard = try batch([0, 1, 1, 0])
        #expect(soft.labels == [1, 0] && soft.distributions == [0.25, 0.75, 1, 0])
        #expect(hard.labels == [1, 0] && hard.distributions == [0, 1, 1, 0])
    }

    @Test(
        "Training images come with the distributions they are wanted to have, in the order of the batch; a test set has as many classes"
    )
    func targets() throws {
        func data(_ values: [Double], test: [Double]? = nil, width: Int = 2) throws -> TrainingData {
            try TrainingData.open(
                .hdf5,
                path: folder.hdf5 {
                    try $0.add("x_train", [3, 1, 1, 1], counting(3))
                    try $0.add("y_train", [3, 2], values, as: .float32)
                    if let test {
                        try $0.add("x_test", [1, 1, 1, 1], counting(1))
                        try $0.add("y_test", [1, width], test, as: .float32)
                    }
                })
        }
        let soft = try data([0.25, 0.75, 1, 0, 0.5, 0.5])
        #expect(soft.hasSoftLabels && soft.classes == 2)
        #expect(try soft.batch([2, 0, 1], epoch: 0, seed: 0).targets == [0.5, 0.5, 0.25, 0.75, 1, 0])
        let hard = try data([0, 1, 1, 0, 0, 1])
        #expect(try !hard.hasSoftLabels && hard.batch([0, 1], epoch: 0, seed: 0).targets == nil)
        #expect(throws: DatasetError.self) { _ = try data([0, 1, 1, 0, 0, 1], test: [0.2, 0.3, 0.5], width: 3) }
    }

    @Test("Rows that are no probabilities are no labels")
    func boxes() throws {
        #expect(throws: DatasetError.self) { try read("y", [3, 4], counting(12)) }
    }
}
