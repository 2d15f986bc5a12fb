import Graphs
import Sparsity
import Surgery
import TestSupport
import Testing

@Suite("What pinned filters cost") struct PinCostTests {
    private func costs(_ graph: Graph) -> [Audit.PinCost] { Audit(CutPlan(graph)).pinCosts }

    @Test(
        "The weights that make a filter, its normalization's, and those that read it, at their positions",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func padded(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.block(make.input(8, 6, 3), 5, dead: [2: 0.5])
        let graph = try make.finished(make.conv(make.pool(.max, x), 4))
        let cost = try #require(costs(graph).first)
        #expect(
            costs(graph).count == 1 && cost.filters == 1
                && cost.reason.category == "nonzero constant under zero padding")
        // Made by 3·3·3 weights at 8·6 positions, 4 of its normalization, read by 3·3·4 at 4·3.
        #expect(cost.parameters == 27 + 4 + 36)
        #expect(cost.macs == 27 * 48 + 36 * 12)
    }

    @Test("Where it meets a live channel, what reads the sum is no cost of the dead one")
    func tied() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(4, 4, 2), 5),
            branch = try make.norm(make.conv(stem, 5, 1), dead: [1: -1, 3: -1])
        let graph = try make.finished(make.conv(make.relu(make.merge(.add, [stem, branch])), 3, 1))
        let found = costs(graph)
        #expect(found.map(\.reason) == [.tied("add_6")] && found.map(\.filters) == [2])
        // Each made by 5 weights at 16 positions, 4 of its normalization.
        #expect(found.map(\.parameters) == [2 * 9] && found.map(\.macs) == [2 * 5 * 16])
    }

    @Test("Depthwise taps and every row behind a flattening count; a bias does")
    func depthwiseAndFlatten() throws {
        let make = GraphMaker()
        let x = try make.conv(make.input(3, 2, 2), 4, 1, bias: true, silent: [0])
        let y = try make.add(.opaque(Opaque(className: "Lambda")), [x])
        _ = y
        let z = try make.dense(make.flatten(make.depthwise(x)), 7)
        let graph = make.finished(y, z)
        let cost = try #require(costs(graph).first)
        // The depthwise filter of a constant is one itself, and tied to it.
        #expect(cost.reason == .opaque("lambda_2") && cost.filters == 2)
        // 2 weights and a bias at 6 positions; 9 taps at 6; 6 rows of 7; and the depthwise filter's by itself.
        #expect(cost.parameters == 3 + 9 + 42 + 9 + 42)
        #expect(cost.macs == 2 * 6 + 9 * 6 + 42 + 9 * 6 + 42)
    }

    @Test("A separable layer's taps belong to what it reads, its pointwise weights to what it makes")
    func separable() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(4, 4, 3), 5, 1, dead: [0: 1])
        let graph = try make.finished(make.separable(x, 2))
        let cost = try #require(costs(graph).first)
        #expect(cost.filters == 1 && cost.parameters == 3 + 4 + 9 + 2 && cost.macs == (3 + 9 + 2) * 16)
    }

    @Test("A shared layer's weights count once, its work for every call; a tensor read twice is one channel")
    func shared() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(4, 4, 3), 4, 1, dead: [1: 0.5])
        let first = try make.conv(make.merge(.add, [x, x]), 2)
        var graph = make.graph
        let again = graph.call(graph.layers.lastID, [x])[0]
        try graph.inferShapes()
        graph.outputs = [first, again]
        let cost = try #require(costs(graph).first)
        #expect(cost.filters == 1 && cost.parameters == 3 + 4 + 18 && cost.macs == (3 + 2 * 18) * 16)
    }

    @Test("Costs are unknown where a shape is; the costliest reason comes first")
    func unknownShapes() throws {
        let make = GraphMaker()
        let input = try make.add(.input(Input(shape: [nil, nil, 3])))
        let x = try make.block(input, 4, 1, dead: [0: 1]), y = try make.block(x, 8, 3, dead: [0: 1])
        let graph = make.finished(y)
        let found = costs(graph)
        #expect(found.map(\.reason.category) == ["nonzero constant under zero padding", "model output"])
        #expect(found.map(\.parameters) == [3 + 4 + 72, 36 + 4] && found.allSatisfy { $0.macs == nil })
    }
}
