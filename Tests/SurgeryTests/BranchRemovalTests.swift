import Graphs
@testable import Surgery
import TestSupport
import Testing

@Suite("Branches that go as a whole") struct BranchRemovalTests {
    /// All channels dead, with these constants in turn.
    private func dead(_ count: Int, _ betas: Float...) -> [Int: Float] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, betas[$0 % betas.count]) })
    }

    /// The layers that a cut leaves, as numbers: those made third, fourth, …
    private func left(_ graph: Graph, _ criteria: Criteria = Criteria()) throws -> [Int] {
        let names = graph.layers.map(\.name)
        return try SurgeryPlan(graph, criteria).rewrite().graph.layers.compactMap { names.firstIndex(of: $0.name) }
    }

    @Test(
        "Of two inputs of a concatenation one is constant: its layers go, and the concatenation with them",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func twoInputs(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let stem = try make.block(make.input(6, 6, 3), 4)
        let branch = try make.norm(make.conv(make.block(stem, 5), 3), dead: dead(3, 0.5, -2, 0))
        let graph = try make.finished(make.conv(make.concatenate([branch, stem]), 3, padding: .valid))
        try expectCut(graph, removes: [[], [0, 1, 2, 3, 4], [0, 1, 2], []])
        #expect(try left(graph) == [0, 1, 2, 3, 10])
        let rewrite = try SurgeryPlan(graph).rewrite()
        #expect(
            rewrite.removals[LayerKey(graph.layers[9])] == .bypassed(input: 1) && rewrite.removals.count == 6
                && rewrite.dropped.isEmpty)
    }

    @Test("Of three inputs of a concatenation one goes: it stays, with two")
    func threeInputs() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let branch = try make.relu(make.norm(make.conv(stem, 3), dead: dead(3, 0.5, 0, -1)))
        let other = try make.block(stem, 2, dead: [1: 2])
        let joined = try make.concatenate([stem, branch, other])
        let graph = try make.finished(make.globalPool(make.conv(joined, 3, 1, bias: true)))
        try expectCut(graph, removes: [[], [0, 1, 2], [1], []])
        let rewrite = try SurgeryPlan(graph).rewrite()
        #expect(
            rewrite.dropped == [LayerKey(graph.layers[10]): [1]] && rewrite.removals.values.allSatisfy { $0 == .unread }
                && rewrite.removals.count == 3)
        #expect(rewrite.graph.nodes.contains { $0.inputs == [stem, other] && $0.outputs == [joined] })
    }

    @Test(
        "Where no bias can stand for a constant branch, one channel of it stays to carry it; constants of 0 need none")
    func carrier() throws {
        for (beta, removed) in [(Float(0.5), [1, 2]), (-0.5, [0, 1, 2])] {
            let make = GraphMaker()
            let stem = try make.block(make.input(6, 6, 3), 4)
            let branch = try make.block(stem, 3, dead: dead(3, beta))
            let graph = try make.finished(make.conv(make.concatenate([stem, branch]), 3))
            try expectCut(graph, removes: [[], removed, []])
            #expect(try left(graph).count == (beta > 0 ? graph.layers.count : 5))
        }
    }

    @Test("A branch goes that lives, but that nobody reads")
    func unread() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 2)
        let graph = try make.finished(make.conv(make.concatenate([stem, make.block(stem, 3)]), 3, unread: [2, 3, 4]))
        try expectCut(graph, removes: [[], [0, 1, 2], []])
        #expect(try left(graph) == [0, 1, 2, 3, 8])
    }

    @Test("A branch stays as far as others read it, and all of it where it ends elsewhere, too")
    func readElsewhere() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let inner = try make.block(stem, 5)
        let branch = try make.norm(make.conv(inner, 3), dead: dead(3, 0.5))
        let joined = try make.conv(make.concatenate([stem, branch]), 2, 1)
        let graph = try make.finished(joined, make.conv(inner, 2, 1))
        try expectCut(graph, removes: [[], [], [0, 1, 2], [], []])
        #expect(try left(graph) == [0, 1, 2, 3, 4, 5, 6, 10, 11])
        // As an output of the model it stays as it is.
        try expectCut(make.finished(joined, branch), removes: [[], [1, 2, 3, 4], [], [], [1]])
    }

    @Test(
        "A concatenation whose every input is constant goes with them where it feeds a concatenation, else keeps one channel"
    )
    func nested() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let a = try make.norm(make.conv(stem, 3), dead: dead(3, 0.5)),
            b = try make.norm(make.conv(stem, 2), dead: dead(2, -1))
        let inner = try make.concatenate([a, b])
        try expectCut(
            make.finished(make.conv(make.concatenate([inner, stem]), 2, 1)), removes: [[], [0, 1, 2], [0, 1], []])
        #expect(try left(make.finished(make.graph.shapes.lastID)) == [0, 1, 2, 3, 10])
        let graph = try make.finished(make.conv(inner, 2, 1))
        #expect(SurgeryPlan(graph).removed(from: inner).count == 4)
        #expect(try SurgeryPlan(graph).rewrite().removals.values.filter { $0 != .unread }.count == 1)
    }

    @Test("A sum of three loses what is 0 and stays, also as the model's output")
    func sumOfThree() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 3)
        let zero = try make.relu(make.norm(make.conv(stem, 3), dead: dead(3, 0, -1))), other = try make.conv(stem, 3)
        let sum = try make.merge(.add, [zero, stem, other])
        let graph = make.finished(sum)
        try expectCut(graph, removes: [[], [0, 1, 2], []])
        let rewrite = try SurgeryPlan(graph).rewrite()
        #expect(rewrite.dropped == [LayerKey(graph.layers[8]): [0]] && rewrite.removals.count == 3)
    }

    @Test("A sum of three of which two are 0 becomes the third; as the model's output it keeps two")
    func sumOfOne() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 3)
        let a = try make.norm(make.conv(stem, 3), dead: dead(3, 0)),
            b = try make.norm(make.conv(stem, 3), dead: dead(3, 0))
        let sum = try make.merge(.add, [a, stem, b])
        #expect(try left(make.finished(sum)) == [0, 1, 2, 3, 5, 8])
        let graph = try make.finished(make.conv(sum, 2))
        try expectCut(graph, removes: [[], [0, 1, 2], [0, 1, 2], []])
        #expect(try left(graph) == [0, 1, 2, 3, 9])
    }

    @Test("What a branch that goes would hold, and tie together, is held no longer")
    func released() throws {
        let make = GraphMaker()
        let a = try make.block(make.input(6, 6, 3), 4, dead: [0: -1, 1: 0.5]),
            b = try make.block(make.input(6, 6, 3), 4, dead: [1: 0.5, 2: -1])
        let whole = try make.add(
            .layerNormalization(LayerNormalization(axes: [2])), [make.merge(.multiply, [a, b])],
            [Weight(.gamma, make.weights([4])), Weight(.beta, make.weights([4]))])
        let branch = try make.norm(make.conv(whole, 3), dead: dead(3, 0))
        let graph = try make.finished(make.conv(make.concatenate([a, branch, b]), 2, 1, bias: true))
        try expectCut(graph, removes: [[0, 1], [1, 2], [0, 1, 2], []])
    }

    @Test(
        "A constant branch beside what it began with is left its normalization alone, which reads that",
        arguments: [Float(0), 1e-5], [Merge.Kind.add, .subtract, .maximum])
    func constant(gamma: Float, kind: Merge.Kind) throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let branch = try make.relu(
            make.norm(make.conv(make.block(stem, 5), 4), dead: dead(4, 0.5, 0, 2, -1), gamma: gamma))
        let graph = try make.finished(make.conv(make.relu(make.merge(kind, [stem, branch])), 2, bias: true))
        try expectCut(graph, removes: [[], [0, 1, 2, 3, 4], [0, 1, 2, 3], []], tolerance: gamma == 0 ? 1e-5 : 1e-3)
        #expect(try left(graph) == [0, 1, 2, 3, 8, 9, 10, 11, 12])
        let plan = SurgeryPlan(graph), rewrite = try plan.rewrite()
        #expect(plan.isExact == (gamma == 0) && rewrite.removals.values.allSatisfy { $0 == .bypassed(input: 0) })
        #expect(rewrite.graph.layers[4].weights.prefix(2).map(\.tensor.elements) == [[0, 0, 0, 0], [0.5, 0, 2, -1]])
        if gamma > 0 { #expect(SurgeryPlan(graph, Criteria().provenOnly).sums.removals.isEmpty) }
    }

    @Test(
        "A constant branch stays as it is where it began elsewhere, is read elsewhere, or holds a protected layer, and behind a convolution"
    )
    func constantElsewhere() throws {
        for change in 0..<5 {
            let make = GraphMaker()
            let stem = try make.block(make.input(6, 6, 3), 4), inner = try make.block(stem, 5)
            var branch = try make.norm(make.conv(inner, 4), dead: dead(4, 0.5))
            if change == 4 { branch = try make.conv(branch, 4) }
            let sum = try make.conv(make.merge(.add, [change == 0 ? make.conv(stem, 4) : stem, branch]), 2)
            let graph = try make.finished(
                change == 1 ? [sum, make.conv(inner, 2)] : change == 2 ? [sum, branch] : [sum])
            var criteria = Criteria()
            if change == 3 { criteria.protected = [LayerKey(graph.layers[6])] }
            #expect(try left(graph, criteria).count == graph.layers.count, "change \(change)")
        }
    }

    @Test("A grouped convolution and a shuffle hold nothing in a branch that goes")
    func grouped() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4, dead: [1: -1])
        let rows = try make.add(.reshape(Reshape(target: [6, 6, 2, 3])), [make.block(stem, 6, dead: [0: -1])])
        let shuffled = try make.add(
            .reshape(Reshape(target: [6, 6, 6])), [make.add(.permute(Permute(order: [0, 1, 3, 2])), [rows])])
        let branch = try make.norm(make.conv(shuffled, 4, groups: 2), dead: dead(4, 0.5, 0))
        let graph = try make.finished(make.conv(make.concatenate([branch, stem]), 2, padding: .valid, bias: true))
        try expectCut(graph, removes: [[1], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3], []])
        #expect(try left(graph) == [0, 1, 2, 3, graph.layers.count - 1])
    }

    @Test("The pieces of a split go together, or none does")
    func split() throws {
        for isRead in [false, true] {
            let make = GraphMaker()
            let stem = try make.block(make.input(6, 6, 3), 4), inner = try make.conv(stem, 4)
            let halves = try [0, 2].map { try make.add(.slice(Slice(axis: 2, start: $0, stop: $0 + 2)), [inner]) }
            let other = try make.conv(halves[0], 4)
            let branch = try make.merge(
                .add,
                [
                    make.norm(make.conv(halves[1], 4), dead: dead(4, 0)),
                    isRead ? stem : make.norm(other, dead: dead(4, 0)),
                ])
            let sum = try make.conv(make.merge(.add, [stem, branch]), 2)
            let graph = try make.finished(isRead ? [sum, make.conv(other, 2)] : [sum]), plan = SurgeryPlan(graph),
                compact = try plan.rewrite().graph
            #expect(compact.layers.count { if case .slice = $0.operation { true } else { false } } == (isRead ? 2 : 0))
            try expectCut(
                graph,
                removes: graph.nodes.filter {
                    graph.layers[$0.layer].operation.activation != nil && graph.layers[$0.layer].hasFixedWidths
                }.map { plan.removed(from: $0.outputs[0]) })
        }
    }

    @Test("Protected layers keep their branch, and the concatenation where it would go")
    func kept() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let branch = try make.norm(make.conv(make.block(stem, 5), 3), dead: dead(3, 0))
        let sum = try make.concatenate([stem, branch])
        let graph = try make.finished(make.conv(sum, 2))
        #expect(try left(graph).count == 5)
        for name: LayerID in [4, 6, 7, 9] {
            var criteria = Criteria()
            criteria.protected = [LayerKey(graph.layers[name])]
            #expect(try left(graph, criteria).count == graph.layers.count, "protected \(name)")
        }
    }

    @Test("What leaves a nested model, or enters it, stays while the model does")
    func models() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 4)
        let branch = try make.norm(make.conv(make.block(stem, 5), 3), dead: dead(3, 0))
        var graph = try make.finished(make.conv(make.concatenate([stem, branch]), 2))
        func left(inside layers: ClosedRange<LayerID>) throws -> Int {
            var nested = graph
            for layer in layers { nested.layers[layer].path = ["inner"] }
            return try SurgeryPlan(nested).rewrite().graph.layers.count
        }
        graph.outputs = [graph.shapes.lastID]
        #expect(try left(inside: 4...8) == 5)  // the model goes as a whole
        #expect(try left(inside: 1...8) == 11)  // it would lose an output
        #expect(try left(inside: 6...9) == 11)  // it would lose an input
        #expect(try left(inside: 1...9) == 5)  // all happens inside
        #expect(try left(inside: 4...4) == 5)
    }
}
