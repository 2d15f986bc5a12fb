import Graphs
import Sparsity
import Surgery
import TestSupport
import Testing

@Suite("Aligned widths") struct AlignmentTests {
    /// Cuts with widths aligned, and checks that the outputs are those of the dense graph.
    private func audit(_ graph: Graph, to multiple: Int, selection: FilterSelection? = nil) throws -> Audit {
        let audit = Audit(CutPlan(graph, CutRequest(selection: selection, multiple: multiple)))
        guard selection == nil else { return audit }
        let verification = try Verification.run(
            dense: graph, compact: audit.plan.rewrite().graph, on: .random(count: 3, seed: 7), batch: 3)
        #expect(verification.deviation.isFinite && verification.deviation.maxRelativeError < 1e-5)
        return audit
    }

    @Test("Dead channels stay as padding, constants of 0 first, and say so")
    func padding() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 5, 3), 9, 1, dead: [0: 0.5, 2: 2, 4: -1, 5: -1, 7: 1])
        let graph = try make.finished(make.conv(x, 2, 1, bias: true))
        #expect(try audit(graph, to: 1).layers[0].removable == [0, 2, 4, 5, 7])
        #expect(try audit(graph, to: 2).layers[0].removable == [0, 2, 4, 5, 7])
        let three = try audit(graph, to: 3)
        #expect(three.layers[0].removable == [0, 2, 7])
        #expect(
            three.layers[0].pinned.map(\.filter) == [4, 5]
                && three.layers[0].pinned.allSatisfy { $0.reason == .padding("conv2d_1") })
        #expect(try audit(graph, to: 7).layers[0].removable == [2, 7])
    }

    @Test("A layer too narrow for the next multiple is left alone, as is one that loses nothing")
    func narrow() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 5, 3), 6, 1, dead: [1: -1])
        let y = try make.block(x, 5, 1)
        let graph = try make.finished(make.conv(y, 2, 1, bias: true))
        #expect(try audit(graph, to: 4).layers.map(\.removable) == [[1], [], []])
    }

    @Test("Layers whose channels are tied keep the same padding")
    func tied() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 8, 1, dead: [0: -1, 1: -1, 2: 1])
        x = try make.relu(make.norm(make.depthwise(x, padding: .valid), dead: [3: -1, 4: 0.5]))
        let graph = try make.finished(make.conv(x, 2, 1, bias: true))
        #expect(try audit(graph, to: 1).layers.map(\.removable) == [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], []])
        let aligned = try audit(graph, to: 4)
        #expect(aligned.layers[0].removable.count == 4 && aligned.layers[0].removable == aligned.layers[1].removable)
    }

    @Test("What padding reads stays, and widths are made to fit again")
    func cascade() throws {
        let make = GraphMaker()
        // Channels 3 to 5 of the first layer are read by filter 3 of the second alone, whose scale is small.
        let x = try make.block(make.input(5, 5, 3), 6, 1)
        let y = try make.norm(make.conv(x, 4, 1), dead: [3: 0.5], gamma: 1e-6)
        var graph = try make.finished(make.conv(make.relu(y), 2, 1, bias: true))
        for position in 0..<24 where position / 4 >= 3 && position % 4 != 3 { graph.layers[4][.kernel]?[position] = 0 }
        #expect(try audit(graph, to: 1).layers.map(\.removable) == [[3, 4, 5], [3], []])
        #expect(try audit(graph, to: 3).layers.map(\.removable) == [[3, 4, 5], [3], []])
        #expect(try audit(graph, to: 4).layers.map(\.removable) == [[], [], []])
    }

    @Test("A layer may have a multiple of its own; one of all its filters keeps it whole")
    func ownMultiples() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 5, 3), 9, 1, dead: [0: 0.5, 2: 2, 4: -1, 5: -1, 7: 1])
        let y = try make.block(x, 6, 1, dead: [1: -1, 3: -1])
        let graph = try make.finished(make.conv(y, 2, 1, bias: true))
        func removed(_ multiple: Int, _ own: [String: Int]) -> [Int] {
            var request = CutRequest(multiple: multiple)
            for layer in graph.layers {
                if let own = own[layer.name] { request.ownMultiples[LayerKey(layer)] = own }
            }
            return CutPlan(graph, request).removed.map(\.count)
        }
        #expect(removed(1, [:]) == [5, 2, 0])
        #expect(removed(1, ["conv2d_1": 3]) == [3, 2, 0])
        #expect(removed(3, ["conv2d_1": 1]) == [5, 0, 0])
        #expect(removed(1, ["conv2d_1": 9, "conv2d_4": 6]) == [0, 0, 0])
    }

    @Test("Chosen filters are the last to be kept, and live again then")
    func chosen() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(5, 5, 3), 8, 1, dead: [6: -1])
        let graph = try make.finished(make.conv(x, 2, 1, bias: true))
        let selection = FilterSelection(.li, fraction: 0.5)
        let free = try audit(graph, to: 1, selection: selection)
        let width = 8 - free.layers[0].removable.count
        let aligned = try audit(graph, to: width + 2, selection: selection)
        #expect(aligned.layers[0].removable.count == 8 - width - 2 && !aligned.layers[0].removable.contains(6))
        let stays = free.layers[0].chosen.filter { !aligned.layers[0].removable.contains($0) }
        #expect(stays.count == 1 && aligned.chosen?.reasons[0] == [stays[0]: .padding("conv2d_1")])
        let whole = try audit(graph, to: 8, selection: selection)
        #expect(whole.layers[0].removable.isEmpty && whole.plan.isExact)
    }
}
