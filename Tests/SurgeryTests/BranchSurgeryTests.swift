import Graphs
import Surgery
import TestSupport
import Testing

@Suite("Surgery where branches meet") struct BranchSurgeryTests {
    @Test(
        "A sum's channel goes only when all that is added there is constant",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func residual(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let stem = try make.block(make.input(6, 6, 3), 5, dead: [0: 1, 1: -1, 2: 0.5])
        let branch = try make.norm(make.conv(stem, 5), dead: [1: 0.25, 2: -2, 4: 1])
        let sum = try make.relu(make.merge(.add, [stem, branch]))
        let graph = try make.finished(make.globalPool(make.conv(sum, 3, 1, bias: true)))
        // Channel 0 of the stem and 4 of the branch meet live channels; channel 2 is read through padding by the
        // branch, where channel 0, which stays, can carry it.
        try expectCut(graph, removes: [[1, 2], [1, 2], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(branch, 4)) == .tied("add_6"))
    }

    @Test(
        "Disagreeing deaths under multiply, average, maximum",
        arguments: [Merge.Kind.multiply, .average, .maximum, .minimum, .subtract])
    func merges(kind: Merge.Kind) throws {
        let make = GraphMaker()
        let a = try make.block(make.input(6, 6, 3), 4, dead: [0: -1, 1: 0.5])
        let b = try make.block(make.input(6, 6, 2), 4, dead: [1: 2, 2: -1])
        let graph = try make.finished(make.conv(make.merge(kind, [a, b]), 3, 1, bias: true))
        // A product with 0 is 0, whatever the other factor.
        let common = kind == .multiply ? [0, 1, 2] : [1]
        try expectCut(graph, removes: [common, common, []])
    }

    @Test("Each part of a concatenation keeps its own channels", arguments: [DataFormat.channelsLast, .channelsFirst])
    func concatenation(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let a = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let b = try make.block(make.input(6, 6, 2), 3, dead: [2: 1, 1: -1])
        let joined = try make.concatenate([a, b])
        try expectCut(make.finished(make.conv(joined, 3, padding: .valid, bias: true)), removes: [[0], [1, 2], []])
    }

    @Test("A tensor concatenated with itself several times loses its channel everywhere")
    func selfConcatenation() throws {
        let make = GraphMaker()
        let a = try make.block(make.input(6, 6, 3), 4, dead: [2: 1])
        try expectCut(make.finished(make.conv(make.concatenate([a, a, a]), 3, 1, bias: true)), removes: [[2], []])
    }

    @Test("A normalization over a concatenation decides for its reader, not for the producer")
    func preActivation() throws {
        let make = GraphMaker()
        let a = try make.conv(make.input(6, 6, 3), 3), b = try make.conv(a, 2, 1)
        let joined = try make.concatenate([a, b])
        let x = try make.relu(make.norm(joined, dead: [0: -1, 4: 1]))
        // Channel 0 is also read by the second convolution; channel 4 is read through the normalization alone.
        try expectCut(make.finished(make.globalPool(make.conv(x, 3, 1, bias: true))), removes: [[], [1], []])
    }

    @Test("A gate that is broadcast over the plane keeps the channels of what it gates")
    func squeezeAndExcite() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 6, dead: [1: -1, 3: 0.5])
        var gate = try make.add(.globalPooling(GlobalPooling(.average, keepDimensions: true)), [x])
        gate = try make.conv(
            make.conv(gate, 2, 1, bias: true, activation: .rectifier), 6, 1, bias: true, activation: .sigmoid)
        let gated = try make.merge(.multiply, [x, gate])
        try expectCut(make.finished(make.globalPool(make.conv(gated, 4, bias: true))), removes: [[1], [], [1], []])
    }

    @Test("A convolution with one output channel is no depthwise convolution")
    func oneFilter() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        try expectCut(make.finished(make.conv(make.relu(make.conv(x, 1)), 2)), removes: [[0], [], []])
    }

    @Test("Two heads: a channel goes when neither reads it")
    func twoHeads() throws {
        let make = GraphMaker()
        let x = try make.globalPool(make.conv(make.input(6, 6, 3), 5))
        let a = try make.dense(x, 2, unread: [0, 1]), b = try make.dense(x, 3, unread: [1, 2])
        try expectCut(make.finished(a, b), removes: [[1], [], []])
    }

    @Test("A convolution shared by two inputs loses a channel only where both constants agree")
    func shared() throws {
        for (second, removed) in [(Float(0.5), [0, 2]), (0.75, [0])] {
            let make = GraphMaker()
            let a = try make.block(make.input(6, 6, 3), 4, dead: [0: -1, 2: 0.5])
            let b = try make.block(make.input(6, 6, 3), 4, dead: [0: -2, 2: second])
            let first = try make.conv(a, 3, 1, bias: true)
            var graph = make.graph
            let layer = graph.nodes[graph.nodes.lastID].layer
            let again = graph.call(layer, [b])[0]
            try graph.inferShapes()
            graph.outputs = [first, again]
            let plan = SurgeryPlan(graph)
            #expect(plan.removed(from: a) == removed && plan.removed(from: b) == removed)
            let compact = try plan.rewrite().graph
            let verification = try Verification.run(
                dense: graph, compact: compact, on: .random(count: 2, seed: 3), batch: 2)
            #expect(verification.deviation.maxRelativeError < 1e-5)
        }
    }

    @Test("A residual branch that is 0 throughout goes with its layers, and the sum with it")
    func deadBranch() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let dead = Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, Float(0)) })
        let branch = try make.norm(make.conv(make.block(stem, 5), 4), dead: dead)
        let sum = try make.relu(make.merge(.add, [stem, branch]))
        let graph = try make.finished(make.globalPool(make.conv(sum, 3, 1)))
        try expectCut(graph, removes: [[], [0, 1, 2, 3, 4], [0, 1, 2, 3], []])
        let rewrite = try SurgeryPlan(graph).rewrite()
        #expect(rewrite.graph.layers.count == graph.layers.count - 6)
        #expect(rewrite.removals.values.filter { $0 == .bypassed(input: 0) }.count == 1 && rewrite.removals.count == 6)
    }

    @Test(
        "A sum with a dead branch that is the model's output stays, for the output keeps its name; its normalization is enough"
    )
    func deadBranchAtOutput() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 2)
        let graph = try make.finished(make.merge(.add, [stem, make.norm(make.conv(stem, 2), dead: [0: 0, 1: 0])]))
        #expect(try SurgeryPlan(graph).rewrite().removals == [LayerKey(graph.layers[4]): .bypassed(input: 0)])
    }
}
