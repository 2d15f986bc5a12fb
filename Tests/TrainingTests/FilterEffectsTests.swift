import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Datasets
@testable import Training

/// What filters do to the loss, against differences of the network as it is in inference.
@Suite struct FilterEffectsTests {
    private let count = 5

    /// Images with labels 0, 1, 2, 0, …
    private func images(_ shape: [Int]) -> ModelCorpus {
        ModelCorpus(Corpus(LabelledNoise(noise: RandomImages(count: count, imageShape: shape, seed: 3)), .made))
    }

    /// The cross-entropy of each image.
    private func losses(_ graph: Graph, _ images: ModelCorpus) throws -> [Double] {
        let network = try Network(graph, options: NetworkOptions(threads: 1, convolutions: .direct))
        var result: [Double] = [], batches = images.batches(of: 1)
        while let batch = try batches.next() {
            var evaluation = Evaluation()
            try evaluation.add(network.run(batch.inputs)[0], labels: batch.labels ?? [])
            result.append(evaluation.loss)
        }
        return result
    }

    @Test(
        "The effect of a channel is the derivative of each image's loss by a factor on it, its magnitude averaged",
        arguments: [2, 5])
    func differences(batch: Int) throws {
        var net = try NetworkUnderTest(shape: [5, 4, 2])
        try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 2, 4], .bias: [4]])
        try net.normalize(4)
        let first = try net.add(.activation(.rectifier))
        try net.add(.dropout(rate: 0.5))
        // What a factor on the channels before it does, one on its kernel's slices does, too.
        try net.add(
            .convolution(Convolution(filters: 3, window: Window(size: [3, 3]), activation: .tanh)),
            [.kernel: [3, 3, 4, 3], .bias: [3]])
        let second = net.last, reader = net.graph.nodes[try #require(net.graph.producers[net.last])].layer
        try net.add(.flatten(.channelsLast))
        try net.add(.dense(Dense(units: 3, activation: .softmax())), [.kernel: [18, 3], .bias: [3]])
        net.graph.outputs = [net.last]
        let images = images([5, 4, 2])
        let found = try FilterEffects.measured(
            net.graph, at: [(first, 2), (second, 2)], over: images, batch: batch, threads: 1)
        #expect(found.map { $0?.count } == [4, 3])
        let step: Float = 0.02, kernel = try #require(net.graph.layers[reader][.kernel])
        for channel in 0..<4 {
            func losses(_ factor: Float) throws -> [Double] {
                var graph = net.graph
                for position in 0..<9 {
                    for filter in 0..<3 {
                        let index = (position * 4 + channel) * 3 + filter
                        graph.layers[reader][.kernel]?[index] = kernel[index] * factor
                    }
                }
                return try self.losses(graph, images)
            }
            let slopes = try zip(losses(1 + step), losses(1 - step)).map { abs($0 - $1) / Double(2 * step) }
            let expected = slopes.reduce(0, +) / Double(count), effect = try #require(found[0]?[channel])
            #expect(abs(effect - expected) < 1e-3 + 0.02 * expected, "channel \(channel): \(effect) for \(expected)")
        }
        // A dense layer's rows are what it reads of each position and channel.
        let dense = net.graph.nodes[try #require(net.graph.producers[net.last])].layer,
            rows = try #require(net.graph.layers[dense][.kernel])
        for channel in 0..<3 {
            func losses(_ factor: Float) throws -> [Double] {
                var graph = net.graph
                for index in 0..<54 where index / 3 % 3 == channel {
                    graph.layers[dense][.kernel]?[index] = rows[index] * factor
                }
                return try self.losses(graph, images)
            }
            let slopes = try zip(losses(1 + step), losses(1 - step)).map { abs($0 - $1) / Double(2 * step) }
            let expected = slopes.reduce(0, +) / Double(count), effect = try #require(found[1]?[channel])
            #expect(abs(effect - expected) < 1e-3 + 0.02 * expected, "channel \(channel): \(effect) for \(expected)")
        }
    }

    @Test("Batches of any size give the same, channels may come first, and tensors with several readers are probed")
    func branches() throws {
        var net = try NetworkUnderTest(shape: [4, 4, 3])
        let shared = try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [1, 1]), activation: .rectifier)),
            [.kernel: [1, 1, 3, 4], .bias: [4]])
        let branch = try net.add(
            .convolution(
                Convolution(filters: 4, window: Window(size: [3, 3], padding: .same), activation: .rectifier)),
            [.kernel: [3, 3, 4, 4]], from: [shared])
        try net.add(.merge(Merge(.add)), from: [shared, branch])
        try net.add(.globalPooling(GlobalPooling(.average, rank: 2)))
        try net.add(.dense(Dense(units: 3, activation: .softmax())), [.kernel: [4, 3]])
        net.graph.outputs = [net.last]
        let images = images([4, 4, 3])
        let results = try (1...5).map { batch in
            try FilterEffects.measured(
                net.graph, at: [(shared, 2), (branch, 2)], over: images, batch: batch, threads: 1
            ).map { try #require($0) }
        }
        for result in results {
            for (a, b) in zip(result.joined(), results[0].joined()) { #expect(abs(a - b) < 1e-5 * (1 + abs(b))) }
        }
        #expect(results[0].joined().contains { $0 > 1e-3 })
    }

    @Test("What cannot be differentiated is named, and labels must be classes")
    func refusals() throws {
        var net = try NetworkUnderTest(shape: [4, 4, 3])
        let output = try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [1, 1]))), [.kernel: [1, 1, 3, 4]])
        try net.add(.activation(.sparsemax))
        try net.add(.globalPooling(GlobalPooling(.average, rank: 2)))
        net.graph.outputs = [net.last]
        #expect(throws: TrainingError.self) {
            try FilterEffects.measured(net.graph, at: [(output, 2)], over: images([4, 4, 3]), batch: 5)
        }
        var small = try NetworkUnderTest(shape: [3])
        try small.add(.dense(Dense(units: 2)), [.kernel: [3, 2]])
        small.graph.outputs = [small.last]
        #expect(throws: EvaluationError.label(2, classes: 2)) {
            try FilterEffects.measured(small.graph, at: [], over: images([3]), batch: 5)
        }
    }
}

/// Random images of the classes 0, 1, 2, 0, …
private struct LabelledNoise: ImageSource {
    let noise: RandomImages
    var path: String { noise.path }
    var count: Int { noise.count }
    var imageShape: [Int] { noise.imageShape }
    let hasLabels = true
    var isOfBytes: Bool { noise.isOfBytes }

    func read(_ images: Range<Int>) throws -> Pixels { try noise.read(images) }
    func labels(_ images: Range<Int>) -> [Int]? { images.map { $0 % 3 } }
}
