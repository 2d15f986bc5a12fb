import Graphs
import Networks
import Sparsity
import Surgery
import Tensors
import TestSupport
import Testing

@Suite("Cutting chosen filters") struct SelectionTests {
    private func audit(
        _ graph: Graph, _ selection: FilterSelection?, protected: [String] = [],
        criteria: Set<Criterion> = Criterion.byDefault
    ) throws -> Audit {
        Audit(
            CutPlan(
                graph,
                CutRequest(
                    criteria: criteria, selection: selection, protected: try graph.layers(matching: protected))))
    }

    /// The graph with filters of 1×1… windows that a removed one leaves behind: nothing. γ, β and kernels of 0.
    private func silenced(_ graph: Graph, _ audit: Audit) -> Graph {
        var graph = graph
        for layer in audit.layers {
            let gone = layer.chosen.filter(layer.removable.contains)
            if let norm = layer.bank.normalization {
                for filter in gone {
                    graph.layers[graph.nodes[norm].layer][.gamma]?[filter] = 0
                    graph.layers[graph.nodes[norm].layer][.beta]?[filter] = 0
                }
            } else {
                for filter in gone {
                    guard let kernel = graph.layers[layer.bank.layer][.kernel] else { continue }
                    for position in stride(from: filter, to: kernel.count, by: layer.bank.filters) {
                        graph.layers[layer.bank.layer][.kernel]?[position] = 0
                    }
                    graph.layers[layer.bank.layer][.bias]?[filter] = 0
                }
            }
        }
        return graph
    }

    /// Cuts, and holds the result against the dense graph with the chosen filters silenced.
    private func expectSilence(_ graph: Graph, _ audit: Audit, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let compact = try audit.plan.rewrite().graph
        let verification = try Verification.run(
            dense: silenced(graph, audit), compact: compact, on: .random(count: 3, seed: 7), batch: 2,
            options: NetworkOptions(threads: 1))
        #expect(
            verification.deviation.isFinite && verification.deviation.maxRelativeError < 1e-5,
            sourceLocation: sourceLocation)
    }

    @Test(
        "A chosen filter goes with its normalization, and its readers do without it",
        arguments: FilterSelection.Method.allCases.filter { $0 != .apoz && $0 != .taylor })
    func chain(method: FilterSelection.Method) throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 6, dead: [1: -0.5, 4: -1])
        x = try make.block(x, 5)
        let graph = try make.finished(make.dense(make.flatten(x), 4))
        let audit = try audit(graph, FilterSelection(method, fraction: 0.4))
        #expect(audit.layers.map(\.chosen.count).reduce(0, +) > 0 && audit.layers[2].chosen.isEmpty)
        #expect(audit.layers.allSatisfy { Set($0.chosen).isSubset(of: $0.removable) })
        #expect(audit.plan.weakestProof == .chosen && !audit.plan.isExact)
        try expectSilence(graph, audit)
    }

    @Test("Silence means 0 behind the activation, and behind a normalization that comes last")
    func positions() throws {
        let make = GraphMaker()
        var x = try make.norm(make.relu(make.conv(make.input(6, 6, 3), 6)))
        x = try make.conv(x, 5, bias: true, activation: .sigmoid)
        let graph = try make.finished(make.conv(make.pool(.max, x), 2, bias: true))
        let audit = try audit(graph, FilterSelection(.li, fraction: 0.5))
        #expect(audit.layers.map(\.removable.count) == [3, 2, 0])
        let compact = try audit.plan.rewrite().graph
        // A sigmoid is never 0: here a filter is silent when nothing reads it.
        var silent = silenced(graph, audit)
        for filter in audit.layers[1].removable {
            let last = silent.layers.lastID, kernel = silent.layers[last][.kernel] ?? Tensor(shape: [0])
            for position in 0..<kernel.count where position / 2 % 5 == filter {
                silent.layers[last][.kernel]?[position] = 0
            }
        }
        let verification = try Verification.run(
            dense: silent, compact: compact, on: .random(count: 3, seed: 7), batch: 3)
        #expect(verification.deviation.maxRelativeError < 1e-5)
    }

    @Test("Behind a depthwise layer a silenced filter leaves what that makes of 0")
    func depthwise() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 6, 1)
        x = try make.relu(make.norm(make.depthwise(x)))
        let graph = try make.finished(make.conv(x, 3, 1, bias: true))
        var selection = FilterSelection(.li, fraction: 0.4)
        let first = try audit(graph, selection)
        // Two of the one and two of the other layer, and what goes in one goes in both.
        #expect(first.layers[0].removable == first.layers[1].removable && first.layers[0].removable.count >= 2)
        try expectSilence(graph, first)
        // Together they would leave too few.
        selection.keepAtLeast = 4
        let second = try audit(graph, selection)
        #expect(second.layers.map(\.removable.count) == [2, 2, 0])
        try expectSilence(graph, second)
    }

    @Test(
        "Filters that a sum ties go together, and the trunk shrinks",
        arguments: FilterSelection.Method.allCases.filter { $0 != .apoz && $0 != .taylor })
    func residual(method: FilterSelection.Method) throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 5)
        let branch = try make.norm(make.conv(stem, 5, 1))
        let sum = try make.relu(make.merge(.add, [stem, branch]))
        let graph = try make.finished(make.conv(sum, 3, 1, bias: true))
        let audit = try audit(graph, FilterSelection(method, fraction: 0.4))
        #expect(audit.layers.map(\.chosen.count) == [2, 2, 0] && audit.layers[0].chosen == audit.layers[1].chosen)
        #expect(
            audit.layers.map(\.removable) == audit.layers.map(\.chosen) && audit.layers.allSatisfy { $0.pinned.isEmpty }
        )
        try expectSilence(graph, audit)
    }

    @Test("A normalization behind the sum goes along: nothing is left of its shift")
    func normalizedSum() throws {
        let make = GraphMaker()
        let stem = try make.conv(make.input(6, 6, 3), 5)
        let sum = try make.merge(.add, [stem, make.conv(make.relu(make.norm(stem)), 5)])
        let graph = try make.finished(make.conv(make.relu(make.norm(sum)), 3, bias: true))
        let audit = try audit(graph, FilterSelection(.li, fraction: 0.4))
        #expect(
            audit.layers.map(\.removable.count) == [2, 2, 0] && audit.layers[0].removable == audit.layers[1].removable)
        var silent = graph
        for (layer, owner) in graph.layers.enumerated() where owner[.gamma] != nil {
            for filter in audit.layers[0].removable {
                silent.layers[layer][.gamma]?[filter] = 0
                silent.layers[layer][.beta]?[filter] = 0
            }
        }
        let verification = try Verification.run(
            dense: silenced(silent, audit), compact: audit.plan.rewrite().graph, on: .random(count: 3, seed: 7),
            batch: 3, options: NetworkOptions(threads: 1))
        #expect(verification.deviation.maxRelativeError < 1e-5)
    }

    @Test("A chosen filter that is held stays, as it was, and says why")
    func held() throws {
        let make = GraphMaker()
        let input = try make.input(6, 6, 5)
        let sum = try make.relu(make.merge(.add, [input, make.norm(make.conv(input, 5))]))
        let graph = try make.finished(make.conv(sum, 3, 1, bias: true))
        let audit = try audit(graph, FilterSelection(.li, fraction: 0.4))
        #expect(
            audit.layers.map(\.chosen.count) == [2, 0] && audit.layers.allSatisfy { $0.removable.isEmpty }
                && audit.plan.isExact)
        #expect(
            audit.layers[0].pinned.map(\.filter) == audit.layers[0].chosen
                && audit.layers[0].pinned.allSatisfy { $0.reason == .modelInput })
    }

    @Test("What a chosen but pinned filter alone feeds is not taken for constant")
    func pinnedFeedsOn() throws {
        let make = GraphMaker()
        let input = try make.input(6, 6, 4)
        let a = try make.norm(make.conv(input, 4)), sum = try make.merge(.add, [a, input])
        let b = try make.conv(a, 4, 1, bias: true)
        var graph = try make.finished(make.conv(make.concatenate([sum, b]), 2, 1))
        // Filter i of `b` reads channel i of `a`.
        graph.layers[4][.kernel] = Tensor(shape: [1, 1, 4, 4], (0..<16).map { $0 % 5 == 0 ? 3 : 0 })
        let audit = try audit(graph, FilterSelection(.slimming, fraction: 1))
        #expect(audit.layers.map(\.chosen.count) == [3, 0, 0] && audit.layers.allSatisfy { $0.removable.isEmpty })
        #expect(audit.plan.isExact)
    }

    @Test("Filters that criteria cut count towards the fraction, and are not called chosen")
    func besidesCriteria() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 6, dead: [0: -1, 2: -1, 5: -1])
        let graph = try make.finished(make.conv(x, 2))
        // Half of six scales are 0 already.
        let half = try audit(graph, FilterSelection(.slimming, fraction: 0.5))
        #expect(half.layers[0].chosen.isEmpty && half.layers[0].removable == [0, 2, 5] && half.plan.isExact)
        let more = try audit(graph, FilterSelection(.slimming, fraction: 0.7))
        #expect(more.layers[0].chosen.count == 1 && more.layers[0].removable.count == 4)
        try expectSilence(graph, more)
    }

    @Test("A protected layer loses nothing, neither dead nor chosen nor by its ties")
    func protected() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 6, 1, dead: [1: -1])
        x = try make.relu(make.norm(make.depthwise(x), dead: [2: -0.5]))
        x = try make.block(x, 4, dead: [3: -1])
        let graph = try make.finished(make.conv(x, 3, 1, bias: true))
        let free = try audit(graph, FilterSelection(.li, fraction: 0.5))
        #expect(free.layers[0].removable.count >= 3 && free.layers[2].removable.contains(3))
        let audit = try audit(graph, FilterSelection(.li, fraction: 0.5), protected: ["depthwise*"])
        #expect(audit.layers.map(\.removable) == [[], [], free.layers[2].removable, []])
        #expect(audit.layers[1].chosen.isEmpty)
        #expect(
            audit.layers[0].pinned.allSatisfy { $0.reason == .protected("depthwiseconv2d_4") }
                && audit.layers[0].pinned.contains { $0.filter == 1 })
        try expectSilence(graph, audit)
    }

    @Test("A branch that died as a whole stays where one of its layers is protected")
    func protectedBranch() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 3)
        let branch = try make.relu(make.norm(make.conv(make.conv(stem, 4), 3), dead: [0: -1, 1: -1, 2: 0]))
        let graph = try make.finished(make.conv(make.merge(.add, [stem, branch]), 2))
        #expect(SurgeryPlan(graph).removed(from: branch) == [0, 1, 2])
        for (name, gone) in [("conv2d_4", []), ("add*", ["conv2d_4", "conv2d_5"])] {
            let audit = try audit(graph, nil, protected: [name])
            #expect(
                try audit.plan.rewrite().graph.layers.map(\.name)
                    == graph.layers.map(\.name).filter { !gone.contains($0) })
            #expect(audit.layers[1].removable.isEmpty == gone.isEmpty)
        }
    }

    @Test("A pattern that matches no layer is an error")
    func noSuchLayer() throws {
        let make = GraphMaker()
        let graph = try make.finished(make.conv(make.input(4, 4, 1), 2))
        #expect(throws: SurgeryError.noSuchLayer(pattern: "dense*")) {
            try graph.layers(matching: ["conv*", "dense*"])
        }
        #expect(try graph.layers(matching: ["*"]) == Set(graph.layers.map(LayerKey.init)))
    }

    @Test("The layers nearest to an output keep their filters, through whatever weightless layers")
    func lastLayers() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4)
        let a = try make.globalPool(make.relu(make.norm(make.conv(x, 4)))), b = try make.dense(make.globalPool(x), 4)
        let graph = try make.finished(make.merge(.add, [a, b]))
        let audit = try audit(graph, FilterSelection(.random, fraction: 1))
        #expect(audit.layers.map(\.chosen.count) == [3, 0, 0])
        #expect(audit.layers.map(\.removable.count) == [3, 0, 0])
    }

    @Test("A lossy cut has no limit but the one that is given")
    func tolerance() throws {
        #expect(
            Verification.defaultTolerance(nil) == 1e-4 && Verification.defaultTolerance(.observed) == 1e-2
                && Verification.defaultTolerance(.chosen) == nil)
        let make = GraphMaker()
        let graph = try make.finished(make.conv(make.input(2, 2, 1), 1))
        var other = graph
        other.layers[1][.kernel] = Tensor(shape: [3, 3, 1, 1], repeating: 9)
        let verification = try Verification.run(dense: graph, compact: other, on: .random(count: 2, seed: 1), batch: 2)
        try verification.check(tolerance: nil)
        #expect(throws: SurgeryError.self) { try verification.check(tolerance: 0.1) }
    }
}
