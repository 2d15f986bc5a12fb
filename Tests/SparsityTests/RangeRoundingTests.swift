import Datasets
import Graphs
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
@testable import Sparsity

/// Boxes of a single point: there intervals are as wide as rounding is allowed to be, and kernels must stay inside.
@Suite("Rounding of kernels") struct RangeRounding {
    private func check(_ graph: Graph, channels: [Float], seed: UInt64, _ options: NetworkOptions) throws -> (
        widest: Double, farthest: Double
    ) {
        let ranges = ProvenRanges(graph, in: InputBox([InputRange(lowest: channels, highest: channels)]))
        let shape = (graph.shapes[graph.inputs[0]] ?? []).map { $0 ?? 1 }
        let image = Tensor(
            shape: [1] + shape, (0..<shape.reduce(1, *)).map { channels[$0 % channels.count] })
        let output = try Network(graph, options: options).run([image])[0]
        let intervals = ranges.intervals[graph.outputs[0]]
        var outside = 0, farthest = 0.0
        for (position, value) in output.elements.enumerated() {
            let found = intervals[position % intervals.count]
            if !found.contains(Double(value)) { outside += 1 }
            farthest = max(farthest, abs(Double(value) - (found.lower + found.upper) / 2))
        }
        #expect(outside == 0, "seed \(seed): \(outside) of \(output.count) outside")
        return (intervals.map { $0.upper - $0.lower }.max() ?? 0, farthest)
    }

    @Test(
        "Sums of many products, normalization folded or not, stay inside, whatever kernels compute them",
        arguments: [Backend.native, .openblas, .reference], [ConvolutionAlgorithms.direct, .fastest])
    func sums(backend: Backend, algorithms: ConvolutionAlgorithms) throws {
        guard backend.isAvailable else { return }
        for seed in 1...6 as ClosedRange<UInt64> {
            for fuses in [false, true] {
                var random = SeededGenerator(seed: seed)
                let maker = GraphMaker(seed: seed), size = seed % 2 == 0 ? 3 : 1, count = seed < 3 ? 256 : 64
                let x = try maker.input(16, 16, count), y = try maker.conv(x, 96, size, padding: .valid, bias: true)
                let z = try maker.relu(maker.norm(y))
                let channels = (0..<count).map { _ in random.uniform() * 200 - 20 }
                let found = try check(
                    maker.finished(z), channels: channels, seed: seed,
                    NetworkOptions(threads: 1, backend: backend, convolutions: algorithms, fuses: fuses))
                // What rounding does is of the order of the width, not of its ten-thousandth.
                if backend != .reference { #expect(found.farthest > found.widest * 1e-5) }
            }
        }
    }

    @Test("Dense layers of many inputs stay inside")
    func dense() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let maker = GraphMaker(seed: seed), x = try maker.vector(3000)
            let channels = (0..<3000).map { _ in random.uniform() * 2 }
            _ = try check(
                maker.finished(maker.dense(x, 64)), channels: channels, seed: seed, NetworkOptions(threads: 1))
        }
    }

    @Test("The bound grows with the number of roundings, and is 0 for 0")
    func formula() {
        #expect(Rounding.error(operations: 1000, of: 0) == 0)
        let one = Rounding.error(operations: 1, of: 1)
        #expect(one >= 0x1p-24 && one < 0x1.1p-24)
        #expect(Rounding.error(operations: 1e6, of: 1) > 1e6 * 0x1p-24 / (1 - 1e6 * 0x1p-24))
        #expect(Rounding.error(operations: 2e7, of: 1) == .infinity)
    }
}
