import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct Costs {
    private func macs(_ operation: Graphs.Operation, _ weights: WeightShapes, on input: TensorShape?) throws -> Int? {
        let graph = try Graph.of(operation, weights, on: [input])
        #expect(graph.macs == graph.macs(of: graph.nodes.lastID))
        return graph.macs(of: graph.nodes.lastID)
    }

    @Test("A convolution costs its kernel at every output position, taps in the padding counted")
    func convolution() throws {
        let same = Window(size: [3, 3], strides: [2, 2], padding: .same)
        // 4 × 3 positions, 3 × 3 × 2 × 5 weights; the bias costs nothing.
        #expect(
            try macs(
                .convolution(Convolution(filters: 5, window: same)), [.kernel: [3, 3, 2, 5], .bias: [5]], on: [8, 6, 2])
                == 12 * 90)
        let grouped = Convolution(filters: 4, window: Window(size: [3], dataFormat: .channelsFirst), groups: 2)
        #expect(try macs(.convolution(grouped), [.kernel: [3, 2, 4]], on: [4, 10]) == 8 * 24)
    }

    @Test("Depthwise and separable convolutions cost their kernels at every output position")
    func depthwise() throws {
        let window = Window(size: [3, 3])
        #expect(
            try macs(
                .depthwise(DepthwiseConvolution(multiplier: 2, window: window)), [.depthwiseKernel: [3, 3, 4, 2]],
                on: [5, 4, 4]) == 6 * 72)
        let separable = SeparableConvolution(filters: 3, window: window)
        #expect(
            try macs(
                .separable(separable), [.depthwiseKernel: [3, 3, 4, 1], .pointwiseKernel: [1, 1, 4, 3]], on: [5, 4, 4])
                == 6 * (36 + 12))
    }

    @Test("A transposed convolution costs its kernel at every input position")
    func transposed() throws {
        let layer = TransposedConvolution(filters: 5, window: Window(size: [2, 2], strides: [2, 2]))
        #expect(try macs(.transposed(layer), [.kernel: [2, 2, 5, 3]], on: [4, 6, 3]) == 24 * 60)
    }

    @Test("A dense layer costs its kernel for every vector")
    func dense() throws {
        #expect(try macs(.dense(Dense(units: 3)), [.kernel: [4, 3], .bias: [3]], on: [4]) == 12)
        #expect(try macs(.dense(Dense(units: 3)), [.kernel: [4, 3]], on: [5, 2, 4]) == 120)
    }

    @Test("What has no weights to multiply by costs nothing; what is not known costs an unknown amount")
    func others() throws {
        #expect(try macs(.pooling(Pooling(.max, window: Window(size: [2]))), [:], on: [8, 1]) == 0)
        #expect(try macs(.batchNormalization(BatchNormalization(axis: 1)), [.gamma: [3]], on: [nil, 3]) == 0)
        #expect(
            try macs(
                .convolution(Convolution(filters: 1, window: Window(size: [2]))), [.kernel: [2, 1, 1]], on: [nil, 1])
                == nil)
        #expect(try macs(.dense(Dense(units: 3)), [.kernel: [4, 3]], on: nil) == nil)
    }

    @Test("A shared layer costs at every call and owns its weights once")
    func shared() throws {
        var graph = try Graph.of(.dense(Dense(units: 4)), [.kernel: [4, 4], .bias: [4]], on: [[4]])
        let again = graph.call(1, graph.outputs)
        graph.outputs = again
        try graph.inferShapes()
        #expect(graph.macs == 32)
        #expect(graph.parameters == 20)
    }
}
