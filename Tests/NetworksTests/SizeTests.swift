import Graphs
import Networks
import Tensors
import TestSupport
import Testing

/// Sizes beyond any memory are refused before anything is laid out or allocated for them.
@Suite struct SizeTests {
    private static let operations: [Operation] = [
        .convolution(Convolution(filters: 3, window: Window(size: [3, 3], padding: .same))),
        .convolution(Convolution(filters: 4, window: Window(size: [3, 3]), groups: 2)),
        .depthwise(DepthwiseConvolution(multiplier: 2, window: Window(size: [3, 3]))),
        .separable(SeparableConvolution(filters: 3, multiplier: 2, window: Window(size: [3, 3]))),
        .transposed(TransposedConvolution(filters: 3, window: Window(size: [2, 2], strides: [2, 2]))),
        .dense(Dense(units: 5)),
        .pooling(Pooling(.max, window: Window(size: [2, 2], strides: [2, 2]))), .globalPooling(GlobalPooling(.average)),
        .flatten(.channelsLast),
        .upsampling(UpSampling(factors: [2, 2], interpolation: .nearest)), .activation(.softmax()),
        .activation(.rectifier),
    ]

    @Test(
        "A batch that no memory holds is refused, however large", arguments: operations,
        [1 << 40, 1_000_000_000_000_000_000, Int.max])
    func batches(operation: Operation, batch: Int) throws {
        var graph = Graph()
        let input = try graph.input([6, 6, 4])
        graph.outputs = [try graph.add("layer", operation, [input])]
        for backend in [
            NetworkOptions(threads: 1), NetworkOptions(threads: 128), NetworkOptions(threads: 1, backend: .reference),
        ] {
            let network = try Network(graph, options: backend)
            #expect { _ = try network.totalBytes(batch: batch) } throws: {
                if case NetworkError.tooLarge = $0 { true } else { false }
            }
            #expect { _ = try network.kernels(batch: batch) } throws: {
                if case NetworkError.tooLarge = $0 { true } else { false }
            }
        }
    }

    @Test("An image that no memory holds is refused", arguments: [[1 << 20, 1 << 20, 3], [1 << 30, 1 << 30, 1]])
    func images(shape: [Int]) throws {
        var graph = Graph()
        let input = try graph.input(shape.map { $0 })
        graph.outputs = [try graph.add("pool", .globalPooling(GlobalPooling(.average)), [input])]
        #expect { _ = try Network(graph).peakBytes(batch: 1) } throws: {
            if case NetworkError.tooLarge = $0 { true } else { false }
        }
    }

    @Test("Pooling in windows that lie around the whole of a large image is refused, in smaller ones it is not")
    func windows() throws {
        for (size, isRefused) in [(1 << 20, true), (9, false)] {
            var graph = Graph()
            let input = try graph.input([1000, 1000, 1])
            let window = Window(size: [size, size], padding: .same)
            graph.outputs = [try graph.add("pool", .pooling(Pooling(.average, window: window)), [input])]
            let network = try Network(graph, options: NetworkOptions(threads: 1))
            if isRefused {
                #expect(throws: NetworkError.self) { try network.peakBytes(batch: 1) }
            } else {
                #expect(throws: Never.self) { try network.peakBytes(batch: 1) }
            }
        }
    }

    @Test("What a run holds is its inputs, its outputs and what it works in")
    func total() throws {
        var graph = Graph()
        let input = try graph.input([8])
        graph.outputs = [try graph.add("dense", .dense(Dense(units: 2)), [input])]
        let network = try Network(graph, options: NetworkOptions(threads: 1))
        #expect(try network.totalBytes(batch: 1000) == network.peakBytes(batch: 1000) + 1000 * (8 + 2) * 4)
    }
}
