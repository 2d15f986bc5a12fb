import Graphs
import Tensors
import TestSupport
import Testing
@testable import Sparsity

@Suite("Filters that the batch statistics of training keep asleep") struct TrainingSleep {
    /// A convolution on a plane of `positions` pixels, a normalization with these scales and shifts, and a function.
    private func asleep(
        _ gamma: [Float], _ beta: [Float], _ function: Activation = .rectifier, positions: Int? = 1, batch: Int = 5,
        _ change: (inout Graph, TensorID) throws -> Void = { _, _ in }
    ) throws -> [Int]? {
        var graph = Graph()
        let x = try graph.input([positions, 1, 1]), y = try graph.convolution(x, gamma.count)
        let z = try graph.norm(y, gamma: gamma, beta: beta)
        graph.outputs = [try graph.add(.activation(function), [z])]
        try change(&graph, y)
        return FilterBank.all(in: graph)[0].asleepInTraining(in: graph, batch: batch)
    }

    @Test("One of N numbers lies at most √(N − 1) deviations above the mean")
    func bound() throws {
        // N = 5: two deviations.
        #expect(try asleep([1, 1, -1, 0.5, 0], [-2.1, -1.9, -2.1, -1.1, 0]) == [0, 2, 3, 4])
        // N = 5 · 2 and 10: three.
        #expect(try asleep([1, 1], [-3.1, -2.9], positions: 2) == [0])
        #expect(try asleep([1, 1], [-3.1, -2.9], batch: 10) == [0])
        #expect(try asleep([1], [0.1], batch: 1) == [])
    }

    @Test("Nothing is told of other functions, frozen normalizations, layers called twice and planes of unknown size")
    func limits() throws {
        #expect(try asleep([1], [-9], .relu(slope: 0.1)) == nil)
        #expect(try asleep([1], [-9], .swish) == nil)
        #expect(try asleep([1], [-9], positions: nil) == nil)
        #expect(try asleep([1], [-9]) { graph, _ in graph.layers[2].isFrozen = true } == nil)
        #expect(
            try asleep([1], [-9]) { graph, y in
                let again = graph.call(graph.nodes[2].layer, [y])[0]
                try graph.inferShapes()
                graph.outputs.append(again)
            } == nil)
    }
}
