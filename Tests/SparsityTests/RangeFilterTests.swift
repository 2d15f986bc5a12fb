import Datasets
import Graphs
import Tensors
import TestSupport
import Testing
@testable import Sparsity

@Suite("Filters that a range of inputs proves dead or linear") struct RangeFilters {
    /// One pixel, filters with these weights, a normalization with these shifts, and a function.
    private func found(
        weights: [Float], beta: [Float], _ function: Activation = .rectifier, in box: InputBox
    ) throws -> (dead: [Int]?, linear: [Int]?) {
        var graph = Graph()
        let x = try graph.input([1, 1, 1]), y = try graph.convolution(x, weights.count, weights)
        let z = try graph.norm(y, gamma: weights.map { _ in 1 }, beta: beta)
        graph.outputs = [try graph.add(.activation(function), [z])]
        let ranges = ProvenRanges(graph, in: box), bank = FilterBank.all(in: graph)[0]
        return (ranges.dead(bank), ranges.linear(bank, in: graph))
    }

    @Test("Dead: never above 0 inside the range; linear: never below")
    func rectifier() throws {
        let weights: [Float] = [1, 1, 1, -1], beta: [Float] = [-1.1, -0.9, 0.1, -0.1]
        let unit = try found(weights: weights, beta: beta, in: box(0, to: 1))
        #expect(unit.dead == [0, 3] && unit.linear == [2])
        let wide = try found(weights: weights, beta: beta, in: box(-1, to: 1.2))
        #expect(wide.dead == [] && wide.linear == [])
    }

    @Test("Within rounding of 0 nothing is proven")
    func rounding() throws {
        // The weight is scaled by 1 / √(1 + ε), which rounds.
        let scale = Float(1 / (1.001 as Double).squareRoot())
        #expect(try found(weights: [3], beta: [-3 * scale], in: box(0, to: 1)).dead == [])
        #expect(try found(weights: [3], beta: [-3 * scale - 1e-4], in: box(0, to: 1)).dead == [0])
    }

    @Test(
        "A leaky ReLU is never dead but may be linear; a clipped one is linear below its ceiling; a sigmoid is neither")
    func functions() throws {
        let image = box(1, to: 2)
        let leaky = try found(weights: [1, -1], beta: [0, 0], .relu(slope: 0.1), in: image)
        #expect(leaky.dead == [] && leaky.linear == [0])
        let clipped = try found(weights: [1, 4], beta: [0, 0], .relu6, in: image)
        #expect(clipped.dead == [] && clipped.linear == [0])
        let sigmoid = try found(weights: [1, -1], beta: [0, 0], .sigmoid, in: image)
        #expect(sigmoid.dead == [] && sigmoid.linear == nil)
        let none = try found(weights: [1, -1], beta: [0, 0], .linear, in: image)
        #expect(none.dead == [] && none.linear == nil)
    }

    @Test("An activation of the layer's own, and slopes, count alike")
    func own() throws {
        var graph = Graph()
        let x = try graph.input([1, 1, 1])
        let y = try graph.convolution(x, 2, [1, -1], activation: .rectifier)
        let z = try graph.convolution(y, 1, [1, 0])
        graph.outputs = [
            try graph.add(
                .parametricReLU(ParametricReLU(sharedAxes: [0, 1, 2])), [z],
                weights: [.alpha: Tensor(shape: [1, 1, 1], [0.1])])
        ]
        let ranges = ProvenRanges(graph, in: box(1, to: 2)), banks = FilterBank.all(in: graph)
        #expect(ranges.dead(banks[0]) == [1] && ranges.linear(banks[0], in: graph) == [0])
        #expect(ranges.dead(banks[1]) == [] && ranges.linear(banks[1], in: graph) == [0])
    }

    @Test("Without a range nothing is looked at")
    func unknown() throws {
        let none = try found(weights: [1], beta: [-9], in: InputBox([nil]))
        #expect(none.dead == nil && none.linear == nil)
        let missing = try found(weights: [1], beta: [-9], in: InputBox([]))
        #expect(missing.dead == nil)
    }

    @Test("A channel behind a sum is silent where the sum's ReLU cannot open")
    func sums() throws {
        var graph = Graph()
        let x = try graph.input([1, 1, 1])
        let a = try graph.convolution(x, 2, [1, 1]), b = try graph.convolution(x, 2, [-1, -2])
        let sum = try graph.add(.merge(Merge(.add)), [a, b])
        let shifted = try graph.norm(sum, gamma: [1, 1], beta: [-1.5, -0.5])
        let y = try graph.relu(shifted)
        graph.outputs = [y]
        // By intervals alone x − x may be anything from −1 to 1, and x − 2 x from −2 to 1.
        #expect(ProvenRanges(graph, in: box(0, to: 1)).silent == [ChannelID(y, 0)])
    }

    @Test("The note of a box holds it; what is none is refused by name")
    func note() throws {
        let both = InputBox([InputRange(lowest: [0, -0.1], highest: [1, 0.3]), nil])
        #expect(try InputBox(notes: both.notes, path: "m.h5") == both)
        #expect(try InputBox(notes: [:], path: "m.h5") == nil)
        for text in ["", "{}", #"[{"lowest":[1],"highest":[0]}]"#, #"[{"lowest":[],"highest":[]}]"#] {
            let error = #expect(throws: DatasetError.self) { try InputBox(notes: ["input_range": text], path: "m.h5") }
            #expect("\(error.map { "\($0)" } ?? "")".contains("m.h5: its attribute 'deadwood_input_range'"))
        }
    }
}
