import Datasets
import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Sparsity

@Suite("Bounds through two layers") struct RelaxationTests {
    /// The intervals of the last tensor, by intervals alone and with linear relaxation.
    private func ends(_ graph: Graph, _ box: InputBox) -> (plain: [Interval], relaxed: [Interval]) {
        (
            ProvenRanges(graph, in: box).intervals.last ?? [],
            ProvenRanges(graph, in: box, relaxingOn: 2).intervals.last ?? []
        )
    }

    @Test("What two filters have in common cancels")
    func cancellation() throws {
        var graph = Graph()
        let x = try graph.input([1, 1, 1]), y = try graph.convolution(x, 2, [2, 2])
        graph.outputs = [try graph.convolution(y, 1, [1, -1])]
        let (plain, relaxed) = ends(graph, box(0, to: 1))
        #expect(plain[0].lower < -1.9 && plain[0].upper > 1.9)
        #expect(relaxed[0].contains(0) && relaxed[0].magnitude < 1e-5)
    }

    @Test("A ReLU between them is kept between two lines: a filter is dead by these that intervals leave alive")
    func rectifier() throws {
        // a = ReLU(x − 0.4) twice: 0.6 x at most, x − 0.4 at least; a − a' − 0.45 ≤ −0.4 x − 0.05.
        var graph = Graph()
        let x = try graph.input([1, 1, 1]), y = try graph.convolution(x, 2, [1, 1])
        let a = try graph.relu(graph.norm(y, gamma: [1, 1], beta: [-0.4, -0.4]))
        let z = try graph.norm(graph.convolution(a, 1, [1, -1]), gamma: [1], beta: [-0.45])
        graph.outputs = [try graph.relu(z)]
        let (plain, relaxed) = ends(graph, box(0, to: 1))
        #expect(plain[0].upper > 0.1)
        #expect(relaxed[0] == .zero)
        let given = ProvenRanges(graph, in: box(0, to: 1), relaxingOn: 2).intervals[z][0]
        // The normalizations divide by √1.001.
        #expect(abs(given.upper + 0.05) < 2e-3 && given.upper > -0.051)
    }

    @Test("A clipped ReLU is kept between lines through its ceiling, whether or not it opens at 0")
    func clipped() throws {
        for (lowest, highest) in [(-0.5, 1), (0.25, 1), (0.1, 0.2)] as [(Float, Float)] {
            var graph = Graph()
            let x = try graph.input([1, 1, 1]), y = try graph.convolution(x, 2, [9, 9], activation: .relu6)
            graph.outputs = [try graph.convolution(y, 1, [1, -1])]
            let (plain, relaxed) = ends(graph, box(lowest, to: highest))
            // The difference is 0 whatever the image.
            #expect(relaxed[0].contains(0) && relaxed[0].magnitude < 0.9 * plain[0].magnitude)
        }
    }

    @Test("Other functions are kept between their ends")
    func otherFunctions() throws {
        for function in [Activation.sigmoid, .relu(slope: 0.1), .tanh] {
            var graph = Graph()
            let x = try graph.input([1, 1, 1]), y = try graph.convolution(x, 2, [9, 9], activation: function)
            graph.outputs = [try graph.convolution(y, 1, [1, -1])]
            let (plain, relaxed) = ends(graph, box(-1, to: 1))
            #expect(abs(plain[0].upper - relaxed[0].upper) < 1e-5 && abs(plain[0].lower - relaxed[0].lower) < 1e-5)
        }
    }

    /// Two convolutions with a ReLU between; `padding` of the first.
    private func pair(_ random: inout SeededGenerator, _ first: Window, _ second: Window, groups: Int) throws -> Graph {
        var graph = Graph()
        let x = try graph.input([7, 6, 2])
        func weights(_ shape: [Int]) -> Tensor {
            Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in random.uniform() * 2 - 1 })
        }
        let y = try graph.add(
            .convolution(Convolution(filters: 4, window: first, groups: groups)), [x],
            weights: [.kernel: weights(first.size + [2 / groups, 4]), .bias: weights([4])])
        let z = try graph.add(
            .convolution(Convolution(filters: 3, window: second)), [graph.relu(y)],
            weights: [.kernel: weights(second.size + [4, 3]), .bias: weights([3])])
        graph.outputs = [z]
        return graph
    }

    @Test("Windows, strides, dilations, groups and borders: no corner of the box lies outside, most bounds are tighter")
    func windows() throws {
        var random = SeededGenerator(seed: 5), tighter = 0, total = 0
        let windows = [
            Window(size: [3, 3], padding: .same), Window(size: [3, 2], strides: [2, 1], padding: .same),
            Window(size: [2, 3], dilation: [2, 1], padding: .valid), Window(size: [1, 1]),
        ]
        for (first, second) in windows.flatMap({ first in windows.map { (first, $0) } }) {
            for groups in [1, 2] {
                let graph = try pair(&random, first, second, groups: groups)
                let (plain, relaxed) = ends(graph, box(-0.5, to: 1))
                let network = try Network(graph, options: NetworkOptions(threads: 1))
                let images = Tensor(
                    shape: [64, 7, 6, 2], (0..<(64 * 84)).map { _ in random.below(2) == 0 ? -0.5 : 1 })
                for (place, value) in try network.run([images])[0].elements.enumerated() {
                    #expect(relaxed[place % 3].contains(Double(value)), "\(first) \(second) \(groups)")
                }
                for (own, other) in zip(relaxed, plain) {
                    #expect(own.lower >= other.lower - 1e-5 && own.upper <= other.upper + 1e-5)
                    total += 2
                    tighter += own.upper < other.upper - 1e-3 ? 1 : 0
                    tighter += own.lower > other.lower + 1e-3 ? 1 : 0
                }
            }
        }
        #expect(tighter * 2 > total, "\(tighter) of \(total)")
    }

    @Test("Corners found by the bound itself are reached: of two linear layers it is exact")
    func exact() throws {
        var random = SeededGenerator(seed: 9), graph = Graph()
        let x = try graph.input([1, 1, 3])
        func weights(_ count: Int) -> [Float] { (0..<count).map { _ in random.uniform() * 2 - 1 } }
        let first = weights(15), second = weights(10)
        graph.outputs = [try graph.convolution(graph.convolution(x, 5, first), 2, second)]
        let relaxed = ends(graph, box(-1, to: 1)).relaxed
        for output in 0..<2 {
            let reach = (0..<3).reduce(0.0) { sum, channel in
                sum
                    + abs(
                        (0..<5).reduce(0.0) { $0 + Double(first[channel * 5 + $1]) * Double(second[$1 * 2 + output]) })
            }
            #expect(abs(relaxed[output].upper - reach) < 1e-5 && abs(relaxed[output].lower + reach) < 1e-5)
        }
    }
}
