import Graphs
import Surgery
import Tensors
import TestSupport
import Testing

@Suite("Surgery around channel shuffles") struct ShuffleSurgeryTests {
    /// Channels split into rows, transposed, joined again.
    private func shuffle(_ make: GraphMaker, _ x: TensorID, _ rows: Int) throws -> TensorID {
        let shape = (make.graph.shapes[x] ?? []).map { $0 ?? 0 },
            axis = make.format == .channelsLast ? shape.count - 1 : 0
        var order = Array(0...shape.count)
        order.swapAt(axis, axis + 1)
        let split = try make.add(
            .reshape(Reshape(target: shape[..<axis] + [rows, shape[axis] / rows] + shape[(axis + 1)...])), [x])
        return try make.add(.reshape(Reshape(target: shape)), [make.add(.permute(Permute(order: order)), [split])])
    }

    @Test("As many channels of every row go, whichever they are", arguments: [DataFormat.channelsLast, .channelsFirst])
    func balanced(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try shuffle(make, make.block(make.input(5, 4, 3), 6, dead: [0: -1, 4: 0.5]), 2)
        let graph = try make.finished(make.conv(x, 2, padding: .valid))
        try expectCut(graph, removes: [[0, 4], []])
        let targets = try SurgeryPlan(graph).rewrite().graph.layers.compactMap { layer -> [Int]? in
            if case let .reshape(r) = layer.operation { r.target } else { nil }
        }
        #expect(targets == (format == .channelsLast ? [[5, 4, 2, 2], [5, 4, 4]] : [[2, 2, 5, 4], [4, 5, 4]]))
    }

    @Test("What one row loses beyond the others stays as padding")
    func unbalanced() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 4, 3), 6, dead: [0: -1, 1: -1, 4: -1])
        let graph = try make.finished(make.conv(shuffle(make, x, 2), 2))
        try expectCut(graph, removes: [[1, 4], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 0)) == .shuffled("reshape_4"))
    }

    @Test("A row that is dead as a whole goes")
    func deadRow() throws {
        let make = GraphMaker()
        let x = try shuffle(make, make.block(make.input(5, 4, 3), 6, dead: [2: -1, 3: -1]), 3)
        try expectCut(make.finished(make.conv(x, 2)), removes: [[2, 3], []])
    }

    @Test(
        "Behind a shuffle channels lie in another order, and depthwise layers, normalizations and the last dense layer follow"
    )
    func order() throws {
        let make = GraphMaker()
        var x = try shuffle(make, make.block(make.input(5, 4, 3), 9, dead: [0: -1, 5: -1, 7: -1]), 3)
        x = try make.relu(make.norm(make.depthwise(x, multiplier: 2)))
        try expectCut(
            make.finished(make.dense(make.flatten(x), 3)), removes: [[0, 5, 7], [0, 1, 10, 11, 14, 15], []])
    }

    @Test("Where a sum holds channels to their order, a whole column goes or none of it")
    func sum() throws {
        func graph(_ first: [Int: Float], _ second: [Int: Float]) throws -> Graph {
            let make = GraphMaker()
            let image = try make.input(5, 4, 3), x = try shuffle(make, make.block(image, 6, dead: first), 2)
            return try make.finished(make.conv(make.merge(.add, [x, make.block(image, 6, dead: second)]), 2))
        }
        try expectCut(graph([0: -1, 4: -1], [0: -1, 3: -1]), removes: [[], [], []])
        try expectCut(graph([0: -1, 3: -1], [0: -1, 1: -1]), removes: [[0, 3], [0, 1], []])
    }

    @Test("Between grouped convolutions every group loses as many of every row")
    func betweenGroups() throws {
        func graph(_ dead: [Int: Float]) throws -> (Graph, TensorID) {
            let make = GraphMaker()
            let y = try make.block(make.input(5, 4, 3), 8),
                x = try make.relu(make.norm(make.conv(y, 8, 1, groups: 2), dead: dead))
            return (try make.finished(make.conv(make.depthwise(shuffle(make, x, 2)), 4, 1, groups: 2)), x)
        }
        try expectCut(
            graph([0: -1, 3: -1, 5: -1, 6: -1]).0,
            removes: [[], [0, 3, 5, 6], [0, 3, 5, 6].map { $0 % 4 * 2 + $0 / 4 }.sorted(), []])
        let (unbalanced, x) = try graph([0: -1, 3: -1, 4: -1, 5: -1])
        try expectCut(unbalanced, removes: [[], [], [], []])
        #expect(SurgeryPlan(unbalanced).reason(for: ChannelID(x, 5)).category == "channel shuffle unbalanced")
    }
}
