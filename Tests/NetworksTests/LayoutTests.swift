import Graphs
import Networks
import Tensors
import TestSupport
import Testing

/// A `channels_first` layer must do to (c, h, w) what its twin does to (h, w, c).
@Suite struct Layouts {
    private static func twins(_ make: (DataFormat) -> Operation) -> (last: Operation, first: Operation) {
        (make(.channelsLast), make(.channelsFirst))
    }

    private static let spatial: [(last: Operation, first: Operation)] = [
        twins {
            .convolution(
                Convolution(
                    filters: 6, window: Window(size: [3, 2], strides: [2, 1], padding: .same, dataFormat: $0),
                    activation: .tanh))
        },
        twins {
            .convolution(
                Convolution(filters: 6, window: Window(size: [3, 3], dilation: [2, 1], dataFormat: $0), groups: 2))
        },
        twins {
            .depthwise(
                DepthwiseConvolution(
                    multiplier: 2, window: Window(size: [3, 3], strides: [2, 2], padding: .same, dataFormat: $0)))
        },
        twins {
            .separable(
                SeparableConvolution(
                    filters: 5, multiplier: 2, window: Window(size: [2, 3], padding: .same, dataFormat: $0)))
        },
        twins {
            .transposed(
                TransposedConvolution(
                    filters: 5, window: Window(size: [3, 2], strides: [2, 3], padding: .same, dataFormat: $0)))
        },
        twins {
            .pooling(Pooling(.average, window: Window(size: [3, 2], strides: [2, 2], padding: .same, dataFormat: $0)))
        },
        twins { .pooling(Pooling(.max, window: Window(size: [2, 2], strides: [2, 1], dataFormat: $0))) },
        twins { .globalPooling(GlobalPooling(.average, keepDimensions: true, dataFormat: $0)) },
        twins { .padding(ZeroPadding(amounts: [Amounts(1, 2), Amounts(0, 3)], dataFormat: $0)) },
        twins { .cropping(Cropping(amounts: [Amounts(1, 2), Amounts(0, 1)], dataFormat: $0)) },
        twins { .upsampling(UpSampling(factors: [2, 3], dataFormat: $0)) },
        twins { .upsampling(UpSampling(factors: [2, 3], interpolation: .bilinear, dataFormat: $0)) },
        twins { .batchNormalization(BatchNormalization(axis: $0 == .channelsLast ? 2 : 0)) },
        twins { .layerNormalization(LayerNormalization(axes: $0 == .channelsLast ? [2] : [0])) },
        twins { .layerNormalization(LayerNormalization(axes: $0 == .channelsLast ? [0, 1] : [1, 2])) },
        twins { .activation(.softmax(axes: $0 == .channelsLast ? [1] : [2])) },
        twins { .parametricReLU(ParametricReLU(sharedAxes: $0 == .channelsLast ? [0, 1] : [1, 2])) },
    ]

    /// The layer between two convolutions, so that what it gets and gives lies channels last in memory.
    private func graph(_ operation: Operation, _ format: DataFormat, flat: Bool) throws -> Graph {
        var graph = Graph()
        let input = try graph.input(format == .channelsLast ? [9, 8, 4] : [4, 9, 8])
        let before = try graph.add(
            "before",
            .convolution(Convolution(filters: 4, window: Window(size: [2, 2], padding: .same, dataFormat: format))),
            [input])
        let middle = try graph.add("middle", operation, [before])
        let channels = graph.shapes[middle]?[format == .channelsLast ? 2 : 0] ?? 0
        let merged = try graph.add("merge", .merge(Merge(.multiply)), [middle, middle])
        let joined = try graph.add(
            "join", .concatenate(Concatenate(axis: format == .channelsLast ? 2 : 0)), [merged, middle])
        let after = try graph.add(
            "after", .convolution(Convolution(filters: channels, window: Window(size: [1, 1], dataFormat: format))),
            [joined])
        graph.outputs = [flat ? try graph.add("flat", .flatten(format), [after]) : after]
        return graph
    }

    @Test("Every layer that knows the data format", arguments: 0..<spatial.count)
    func twin(index: Int) throws {
        let pair = Self.spatial[index], images = Tensor.random([2, 9, 8, 4], seed: 7)
        let last = try Network(try graph(pair.last, .channelsLast, flat: false)).run([images])[0]
        let first = try Network(try graph(pair.first, .channelsFirst, flat: false)).run([
            images.transposed([0, 3, 1, 2])
        ])[0]
        #expect(first.deviation(from: last.transposed([0, 3, 1, 2])) < 1e-5)
    }

    @Test("Flatten gives Dense layers the same order in both formats")
    func flatten() throws {
        let images = Tensor.random([2, 9, 8, 4], seed: 7)
        let last = try Network(try graph(.identity, .channelsLast, flat: true)).run([images])[0]
        let first = try Network(try graph(.identity, .channelsFirst, flat: true)).run([images.transposed([0, 3, 1, 2])]
        )[0]
        #expect(first.deviation(from: last) < 1e-6)
    }

    @Test(
        "What reads along the last axis reads the logical one, wherever it lies",
        arguments: [
            .dense(Dense(units: 3)), .reshape(Reshape(target: [8, 36])), .permute(Permute(order: [2, 0, 1])),
            .flatten(.channelsLast), .flatten(.channelsFirst),
            .rescaling(Rescaling(scale: [1, 2, 3, 4, 5, 6, 7, 8])), .activation(.logSoftmax),
            .normalization(Normalization(axes: [0, 2])),
            .layerNormalization(LayerNormalization(axes: [0, 2])), .parametricReLU(ParametricReLU(sharedAxes: [])),
            .batchNormalization(BatchNormalization(axis: 1)),
        ] as [Operation])
    func logicalOrder(operation: Operation) throws {
        /// The same tensor reaches the layer lying in memory as (h, w, c), and as (c, h, w).
        func output(swapped: Bool) throws -> Tensor {
            var graph = Graph()
            let input = try graph.input([4, 9, 8])
            let identity = Operation.pooling(
                Pooling(.max, window: Window(size: [1, 1], dataFormat: swapped ? .channelsFirst : .channelsLast)))
            graph.outputs = [try graph.add("layer", operation, [try graph.add("pool", identity, [input])])]
            // The same weights for both: their seed is the position in the graph.
            return try Network(graph).run([Tensor.random([2, 4, 9, 8], seed: 3)])[0]
        }
        #expect(try output(swapped: true).deviation(from: output(swapped: false)) < 1e-6)
    }

    @Test("Merges and concatenations of tensors that lie differently", arguments: ["add", "subtract", "concatenate"])
    func mixed(kind: String) throws {
        let operation: Operation =
            kind == "concatenate" ? .concatenate(Concatenate(axis: 1)) : .merge(Merge(kind == "add" ? .add : .subtract))
        var graph = Graph()
        let input = try graph.input([2, 3, 4])
        let pooled = try graph.add(
            "pool", .pooling(Pooling(.max, window: Window(size: [1, 1], dataFormat: .channelsFirst))), [input])
        graph.outputs = [
            try graph.add("merge", operation, [pooled, input]), try graph.add("emerge", operation, [input, pooled]),
        ]
        let x = Tensor.counting([1, 2, 3, 4]), results = try Network(graph).run([x])
        switch kind {
        case "add": for result in results { #expect(result.elements == x.elements.map { $0 * 2 }) }
        case "subtract": for result in results { #expect(result.elements.allSatisfy { $0 == 0 }) }
        default:
            for result in results {
                #expect(
                    result
                        == Tensor(
                            shape: [1, 2, 6, 4],
                            Array(x.elements[..<12]) + x.elements[..<12] + x.elements[12...] + x.elements[12...]))
            }
        }
    }
}
