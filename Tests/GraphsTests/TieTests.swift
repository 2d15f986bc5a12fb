import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct Ties {
    private func sets(_ graph: Graph, _ ids: [(TensorID, Int)]) -> [Int] {
        var ties = ChannelTies(graph, ChannelWiring(graph))
        return ids.map { ties.set(of: ChannelID($0.0, $0.1)) }
    }

    @Test("Carried channels are tied to their source, other channels are not")
    func carried() throws {
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [4, 4, 2])))
        let y = try graph.add(.activation(.rectifier), [x]), flat = try graph.add(.flatten(.channelsLast), [y])
        let found = sets(graph, [(x, 0), (y, 0), (flat, 0), (flat, 30), (x, 1), (flat, 1)])
        #expect(Set(found[0...3]).count == 1)
        #expect(found[4] == found[5] && found[4] != found[0])
    }

    @Test("A sum ties its inputs; a convolution and a broadcast tie nothing")
    func merged() throws {
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [4, 2])))
        let y = try graph.add(
            .convolution(Convolution(filters: 2, window: Window(size: [1]))), [x],
            weights: [.kernel: Tensor(shape: [1, 2, 2])])
        let gate = try graph.add(.input(Input(shape: [4, 1])))
        let sum = try graph.add(.merge(Merge(.add)), [x, y]),
            gated = try graph.add(.merge(Merge(.multiply)), [sum, gate])
        let found = sets(graph, [(x, 1), (y, 1), (sum, 1), (gated, 1), (gate, 0), (x, 0)])
        #expect(Set(found[0...3]).count == 1)
        #expect(Set(found).count == 3)
        let apart = try Graph.of(
            .convolution(Convolution(filters: 2, window: Window(size: [1]))), [.kernel: [1, 2, 2]], on: [[4, 2]])
        #expect(Set(sets(apart, [(0, 0), (0, 1), (1, 0), (1, 1)])).count == 4)
    }

    @Test("Concatenation ties each output channel to the input it came from")
    func concatenated() throws {
        let graph = try Graph.of(.concatenate(Concatenate(axis: 0)), on: [[2], [1]])
        let found = sets(graph, [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)])
        #expect(Array(found[0...2]) == Array(found[3...5]))
        #expect(Set(found).count == 3)
    }

    @Test("The calls of a layer with weights tie their inputs and outputs, those of one without do not")
    func shared() throws {
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [2]))), y = try graph.add(.input(Input(shape: [2])))
        let a = try graph.add(.dense(Dense(units: 2)), [x], weights: [.kernel: Tensor(shape: [2, 2])])
        let b = graph.call(2, [y])[0]
        let c = try graph.add(.activation(.tanh), [a]), d = graph.call(3, [b])[0]
        try graph.inferShapes()
        #expect(sets(graph, [(x, 0), (x, 1), (a, 0), (a, 1)]) == sets(graph, [(y, 0), (y, 1), (b, 0), (b, 1)]))
        #expect(Set(sets(graph, [(x, 0), (a, 0), (x, 1), (a, 1)])).count == 4)
        var bare = Graph()
        let v = try bare.add(.input(Input(shape: [2]))), w = try bare.add(.input(Input(shape: [2])))
        _ = try bare.add(.activation(.tanh), [v])
        _ = bare.call(2, [w])
        try bare.inferShapes()
        #expect(Set(sets(bare, [(v, 0), (w, 0)])).count == 2)
        #expect(sets(graph, [(c, 1)]) == sets(graph, [(d, 1)]))
    }
}
