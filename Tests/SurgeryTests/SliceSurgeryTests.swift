import Graphs
import Surgery
import Tensors
import TestSupport
import Testing

@Suite("Surgery around slices") struct SliceSurgeryTests {
    private func slices(_ graph: Graph) -> [[Int]] {
        graph.layers.compactMap { layer in if case let .slice(s) = layer.operation { [s.start, s.stop] } else { nil } }
    }

    private func slice(_ make: GraphMaker, _ x: TensorID, _ start: Int, _ stop: Int) throws -> TensorID {
        try make.add(.slice(Slice(axis: make.format == .channelsLast ? 2 : 0, start: start, stop: stop)), [x])
    }

    @Test("Each slice reads what is left of its channels", arguments: [DataFormat.channelsLast, .channelsFirst])
    func halves(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.block(make.input(5, 4, 3), 8, dead: [1: -1, 2: 0.5, 6: -1])
        let graph = try make.finished(
            make.conv(slice(make, x, 0, 4), 2, 1), make.conv(slice(make, x, 4, 8), 3, padding: .valid))
        try expectCut(graph, removes: [[1, 2, 6], [], []])
        #expect(try slices(SurgeryPlan(graph).rewrite().graph) == [[0, 2], [2, 5]])
    }

    @Test("Slices may overlap, and leave channels to nobody")
    func overlap() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 4, 3), 8, dead: [2: -1])
        let graph = try make.finished(make.conv(slice(make, x, 1, 4), 2), make.conv(slice(make, x, 2, 6), 3))
        try expectCut(graph, removes: [[0, 2, 6, 7], [], []])
        #expect(try slices(SurgeryPlan(graph).rewrite().graph) == [[0, 2], [1, 4]])
    }

    @Test("A slice keeps one channel at least")
    func lastChannel() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 4, 3), 4, dead: [0: -1, 1: -1])
        let graph = try make.finished(
            make.conv(slice(make, x, 0, 2), 2, bias: true), make.conv(slice(make, x, 2, 4), 3))
        let plan = SurgeryPlan(graph)
        #expect(plan.removed(from: x).count == 1)
        #expect([0, 1].contains { plan.reason(for: ChannelID(x, $0)).category == "last channel of a layer" })
    }

    @Test("A slice of another axis carries channels; constants stay, what depends on the position does not")
    func spatial() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 4, dead: [0: -1, 2: 0.5])
        let y = try make.add(.slice(Slice(axis: 0, start: 1, stop: 5)), [x])
        try expectCut(make.finished(make.conv(y, 2, padding: .valid)), removes: [[0, 2], []])
    }

    @Test("Halves of a shuffled tensor, as in the second ShuffleNet")
    func shuffledHalves() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(5, 4, 3), 8, dead: [0: -1, 1: -1, 4: -1, 5: -1])
        for dead in [[0: Float(-1), 2: -1], [1: -1, 3: -1]] {
            let right = try make.block(slice(make, x, 4, 8), 4, dead: dead)
            let joined = try make.concatenate([slice(make, x, 0, 4), right])
            let split = try make.add(.reshape(Reshape(target: [5, 4, 2, 4])), [joined])
            x = try make.add(
                .reshape(Reshape(target: [5, 4, 8])), [make.add(.permute(Permute(order: [0, 1, 3, 2])), [split])])
        }
        let graph = try make.finished(make.conv(x, 3))
        let plan = SurgeryPlan(graph)
        try expectCut(
            graph,
            removes: graph.nodes.filter { graph.layers[$0.layer].operation.activation != nil }.map {
                plan.removed(from: $0.outputs[0])
            })
        #expect(!plan.removed(from: 1).isEmpty)
    }
}
