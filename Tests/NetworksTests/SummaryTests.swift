import Graphs
import Kernels
import Tensors
import TestSupport
import Testing
@testable import Networks

/// What runs tell of tensors that they do not return.
@Suite struct ChannelSummaryTests {
    private struct Made {
        var graph = Graph()
        var watched: [SummarizedTensor] = []
    }

    /// Convolutions with a ReLU of their own, behind a normalization, without one, before a pooling and a sum.
    private func network(_ format: DataFormat) throws -> Made {
        var made = Made()
        let axis = format == .channelsLast ? 2 : 0
        let x = try made.graph.input(format == .channelsLast ? [9, 7, 3] : [3, 9, 7])
        func convolution(_ filters: Int, _ activation: Activation) -> Operation {
            .convolution(
                Convolution(
                    filters: filters, window: Window(size: [3, 3], padding: .same, dataFormat: format),
                    activation: activation))
        }
        let first = try made.graph.add("first", convolution(20, .rectifier), [x])
        let plain = try made.graph.add("plain", convolution(20, .linear), [first])
        let normal = try made.graph.add("norm", .batchNormalization(BatchNormalization(axis: axis)), [plain])
        let capped = try made.graph.add("capped", .activation(.relu(maximum: 0.5)), [normal])
        let sum = try made.graph.add("sum", .merge(Merge(.add)), [capped, first])
        let last = try made.graph.add("last", convolution(5, .tanh), [sum])
        made.graph.outputs = [last]
        made.watched = [first, capped, sum, last].map { SummarizedTensor($0, axis: axis) }
        return made
    }

    @Test(
        "Summaries are those of the tensors, and change nothing that follows",
        arguments: [DataFormat.channelsLast, .channelsFirst], [false, true])
    func agree(format: DataFormat, before: Bool) throws {
        var made = try network(format)
        for index in made.watched.indices { made.watched[index].isBeforeRectifier = before }
        var generator = SeededGenerator(seed: 4)
        let shape = made.graph.shapes[0]?.known ?? []
        let images = Tensor(shape: [5] + shape, (0..<5 * 189).map { _ in generator.uniform() * 2 - 1 })
        for threads in [1, 2] {
            let options = NetworkOptions(threads: threads)
            let taps = try Network(made.graph, taps: made.watched.map(\.tensor), options: options).run([images])
            let network = try Network(made.graph, summarizing: made.watched, options: options)
            let summaries = try network.summaries([images])
            #expect(try network.run([images])[0].elements == taps[0].elements)
            // The kernels of the first two end in a rectifier.
            #expect(summaries.map(\.isBeforeRectifier) == [before, before, false, false])
            for (index, summary) in summaries.enumerated() {
                let axis = made.watched[index].axis + 1, tensor = taps[index + 1]
                #expect(summary.positions == 63 && summary.images == 5 && summary.channels == tensor.shape[axis])
                summary.forEach { image, channel, entry in
                    let values = tensor.gathered(axis: 0, [image]).gathered(axis: axis, [channel]).elements
                    let ceiling: Float = index == 1 ? 0.5 : .infinity
                    let extremes = [entry.largest, entry.smallest].map {
                        summary.isBeforeRectifier ? max(0, min($0, ceiling)) : $0
                    }
                    #expect(extremes == [values.max() ?? 0, values.min() ?? 0])
                    #expect(entry.zeros == values.count { $0 == 0 })
                    #expect(abs(entry.sum - values.reduce(0, +)) < 1e-3)
                    #expect(summary.isBeforeRectifier || entry.inputSum == entry.sum)
                    #expect(abs(entry.squares - values.reduce(0) { $0 + $1 * $1 }) < 1e-3)
                }
            }
        }
    }

    @Test(
        "Layers of every kind leave their ReLU to the summary, with every backend",
        arguments: [DataFormat.channelsLast, .channelsFirst], [Backend.native, .reference])
    func kinds(format: DataFormat, backend: Backend) throws {
        func window(_ size: [Int]) -> Window { Window(size: size, padding: .same, dataFormat: format) }
        let plane: [Operation] = [
            .convolution(Convolution(filters: 6, window: window([3, 3]), groups: 2, activation: .rectifier)),
            .depthwise(DepthwiseConvolution(multiplier: 2, window: window([3, 3]), activation: .rectifier)),
            .separable(SeparableConvolution(filters: 5, window: window([3, 3]), activation: .rectifier)),
            .transposed(TransposedConvolution(filters: 5, window: window([3, 3]), activation: .rectifier)),
            .dense(Dense(units: 7, activation: .rectifier)),
        ]
        let line: [Operation] = [
            .convolution(Convolution(filters: 3, window: window([3]), activation: .rectifier)),
            .dense(Dense(units: 3, activation: .rectifier)),
        ]
        for (shape, operation) in plane.map({ ([4, 4, 4], $0) }) + line.map({ ([4, 4], $0) })
            + [([4], .dense(Dense(units: 3, activation: .rectifier)))]
        {
            var graph = Graph()
            let made = try graph.add("layer", operation, [graph.input(shape)])
            let isDense = if case .dense = operation { true } else { false }
            var tensor = SummarizedTensor(made, axis: isDense || format == .channelsLast ? shape.count - 1 : 0)
            tensor.isBeforeRectifier = true
            var generator = SeededGenerator(seed: 2)
            let images = Tensor(
                shape: [3] + shape,
                (0..<3 * 64).prefix(3 * shape.reduce(1, *)).map { _ in
                    generator.uniform() * 2 - 1
                })
            let options = NetworkOptions(threads: 1, backend: backend)
            let expected = try Network(graph, taps: [made], options: options).run([images])[0]
            let network = try Network(graph.answering(with: [made]), summarizing: [tensor], options: options)
            let summary = try network.summaries([images])[0]
            #expect(summary.isBeforeRectifier)
            #expect(try network.run([images])[0].deviation(from: expected) < 1e-6)
            summary.forEach { image, channel, entry in
                let values = expected.gathered(axis: 0, [image]).gathered(axis: tensor.axis + 1, [channel]).elements
                #expect(abs(max(0, entry.largest) - (values.max() ?? 0)) < 1e-6, "\(operation)")
                #expect(entry.zeros == values.count { $0 == 0 }, "\(operation)")
            }
        }
    }

    @Test("Kernels of Winograd's tell themselves what their channels do, pooled or not", arguments: [true, false])
    func tiles(pools: Bool) throws {
        var graph = Graph()
        let x = try graph.input([18, 14, 16])
        var made = try graph.add(
            "convolution",
            .convolution(
                Convolution(filters: 32, window: Window(size: [3, 3], padding: .same), activation: .rectifier)), [x])
        var watched = [SummarizedTensor(made, axis: 2)]
        if pools {
            made = try graph.add(
                "pooling", .pooling(Pooling(.max, window: Window(size: [2, 2], strides: [2, 2]))), [made])
            watched.append(SummarizedTensor(made, axis: 2))
        }
        watched[0].isBeforeRectifier = true
        var generator = SeededGenerator(seed: 3)
        let images = Tensor(shape: [5, 18, 14, 16], (0..<5 * 18 * 14 * 16).map { _ in generator.uniform() * 2 - 1 })
        let taps = try Network(graph, taps: watched.map(\.tensor), options: NetworkOptions(threads: 1)).run([images])
        let network = try Network(
            graph.answering(with: [made]), summarizing: watched, options: NetworkOptions(threads: 2))
        #expect(try network.kernels(batch: 5).contains { $0.kernel.contains(pools ? "summary + max" : "+ summary,") })
        let summaries = try network.summaries([images])
        #expect(try network.run([images])[0].deviation(from: taps[watched.count - 1]) < 1e-5)
        for (summary, tensor) in zip(summaries, taps) {
            #expect(summary.positions == tensor.count / (5 * 32))
            summary.forEach { image, channel, entry in
                let values = tensor.gathered(axis: 0, [image]).gathered(axis: 3, [channel]).elements
                #expect(abs(max(0, entry.largest) - (values.max() ?? 0)) < 1e-4)
                #expect(entry.zeros == values.count { $0 == 0 })
                #expect(abs(entry.sum - values.reduce(0, +)) < 1e-2)
            }
        }
    }

    @Test("An entry can be replaced")
    func replaced() throws {
        var graph = Graph()
        let x = try graph.input([4, 2])
        var summary = try Network(graph, summarizing: [SummarizedTensor(x, axis: 1)]).summaries([
            Tensor(shape: [1, 4, 2], [1, 5, 2, 6, 0, 7, 3, 8])
        ])[0]
        let entry = summary[image: 0, channel: 0]
        #expect(entry == ChannelSummaries.Entry(largest: 3, smallest: 0, zeros: 1, sum: 6, squares: 14, inputSum: 6))
        summary[image: 0, channel: 1] = entry
        #expect(summary[image: 0, channel: 1] == entry && summary[image: 0, channel: 0] == entry)
    }
}
