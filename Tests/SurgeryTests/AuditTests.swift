import Graphs
import Sparsity
import Surgery
import TestSupport
import Testing

@Suite("What an audit says adds up") struct AuditTests {
    private func audit(
        _ graph: Graph, _ criteria: Set<Criterion> = Criterion.byDefault, _ request: CutRequest = CutRequest()
    ) -> Audit {
        var request = request
        request.criteria = criteria
        return Audit(CutPlan(graph, request))
    }

    private func expectSums(_ audit: Audit, sourceLocation: SourceLocation = #_sourceLocation) {
        for layer in audit.layers {
            let dead = Set(layer.deadFilters), chosen = Set(layer.chosen), removable = Set(layer.removable),
                pinned = Set(layer.pinned.map(\.filter))
            #expect(
                dead.union(chosen) == removable.union(pinned) && dead.isDisjoint(with: chosen)
                    && removable.isDisjoint(with: pinned), sourceLocation: sourceLocation)
            #expect(
                dead.isSuperset(of: layer.proven) && removable.isSuperset(of: layer.inPassing),
                sourceLocation: sourceLocation)
        }
    }

    @Test("What only dead filters feed is dead in passing where no sign shows it")
    func inPassing() throws {
        let make = GraphMaker()
        // Filters of the first layer that only unread filters of the second read.
        let x = try make.conv(make.input(4, 4, 2), 3), y = try make.conv(x, 4, 1)
        var graph = try make.finished(make.conv(y, 2, 1, unread: [1]))
        for filter in [0, 2, 3] { graph.layers[2][.kernel]?[8 + filter] = 0 }
        let audit = audit(graph)
        #expect(audit.layers.map(\.deadFilters) == [[2], [1], []] && audit.layers.map(\.inPassing) == [[2], [], []])
        #expect(audit.layers.map(\.removable) == [[2], [1], []])
        expectSums(audit)
    }

    @Test("Suspicion counts where it is a criterion, and nowhere else")
    func suspected() throws {
        let make = GraphMaker()
        var graph = try make.finished(make.conv(make.block(make.input(4, 4, 2), 4), 2))
        graph.layers[2][.beta]?[1] = -40
        let silent = audit(graph), asked = audit(graph, [.scale, .statistics])
        #expect(silent.layers[0].suspected == [1] && silent.layers[0].dead[.statistics] == [1])
        #expect(silent.layers[0].deadFilters.isEmpty && silent.layers[0].pinned.isEmpty)
        #expect(
            asked.layers[0].suspected.isEmpty && asked.layers[0].deadFilters == [1] && asked.layers[0].removable == [1])
        for audit in [silent, asked] { expectSums(audit) }
    }

    @Test("Dead filters that meet a live channel are dead and pinned; chosen ones that are dead count once")
    func chosen() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 5), branch = try make.norm(make.conv(stem, 5, 1), dead: [1: 0.5])
        let graph = try make.finished(make.conv(make.relu(make.merge(.add, [stem, branch])), 3, 1, bias: true))
        expectSums(audit(graph))
        let most = audit(graph, Criterion.byDefault, CutRequest(selection: FilterSelection(.li, fraction: 0.8)))
        expectSums(most)
        #expect(most.layers[0].removable == most.layers[1].removable && most.layers[0].removable.count == 4)
    }
}

@Suite("What layers that are not understood hold") struct OpaqueHoldTests {
    /// Blocks whose dead channels are 0, each with a layer of such a class behind.
    private func graph(_ classes: String..., shape: TensorShape = [6, 6, 6]) throws -> Graph {
        let make = GraphMaker()
        var x = try make.input(6, 6, 3)
        for name in classes {
            x = try make.add(
                .opaque(Opaque(className: name, shape: shape)), [make.norm(make.conv(x, 6), dead: [0: 0, 4: 0])])
        }
        return try make.finished(make.conv(x, 2, 1))
    }

    private func holds(_ graph: Graph) throws -> Audit.OpaqueHolds {
        try Audit(CutPlan(graph)).opaqueHolds()
    }

    @Test("A class that holds dead filters is named with what would go were it declared")
    func aClass() throws {
        let graph = try graph("Squash", "Squash"), found = try holds(graph)
        #expect(found.classes.map(\.className) == ["Squash"] && found.classes.map(\.patterns) == [["Squash"]])
        #expect(found.heldFilters == 4 && found.freedFilters == 4)
        #expect(found.parameters == (162 + 24 + 324 + 24 + 12) - (108 + 16 + 144 + 16 + 8))
    }

    @Test("Layers whose kind, weights or shapes speak against it are not proposed")
    func notDeclarable() throws {
        #expect(try holds(graph("Crop", shape: [3, 6, 6])).classes.isEmpty)
        for obstacle in [Obstacle.beyondDeclaration, .wrapper(remedy: nil)] {
            var graph = try graph("Flip")
            graph.layers[3].obstacle = obstacle
            #expect(try holds(graph).classes.isEmpty)
        }
        var weighted = try graph("Scale")
        weighted.layers[3].weights = [Weight(.unknown(0), weighted.layers[2].weights[0].tensor)]
        #expect(try holds(weighted).classes.isEmpty)
    }

    @Test("Where only some of a class may be declared they go by their names; a class that frees nothing is left out")
    func names() throws {
        var some = try graph("Lambda", "Lambda")
        some.layers[6].obstacle = .beyondDeclaration
        #expect(try holds(some).classes.map(\.patterns) == [["lambda_3"]] && holds(some).freedFilters == 2)
        var idle = try graph("Squash", "Idle")
        idle.layers[5][.gamma]?[0] = 1
        idle.layers[5][.gamma]?[4] = 1
        #expect(try holds(idle).classes.map(\.className) == ["Squash"])
    }

    @Test("Layers whose function has a name go by that")
    func functions() throws {
        var graph = try graph("Activation", "Activation")
        for (layer, name) in [(LayerID(3), "swoosh"), (LayerID(6), "swash")] {
            graph.layers[layer].obstacle = .function(name: name)
        }
        #expect(try holds(graph).classes.map(\.patterns) == [["swoosh"], ["swash"]])
        graph.layers[6].obstacle = .function(name: "swoosh")
        #expect(try holds(graph).classes.map(\.patterns) == [["swoosh"]] && holds(graph).freedFilters == 4)
    }

    @Test("Two classes in a row free together what neither frees alone")
    func together() throws {
        let make = GraphMaker()
        let x = try make.norm(make.conv(make.input(6, 6, 3), 6), dead: [0: 0])
        let y = try make.add(
            .opaque(Opaque(className: "B", shape: [6, 6, 6])),
            [make.add(.opaque(Opaque(className: "A", shape: [6, 6, 6])), [x])])
        let found = try holds(make.finished(make.conv(y, 2, 1)))
        #expect(
            found.classes.map(\.className) == ["A", "B"] && found.classes.map(\.freedFilters) == [0, 0]
                && found.freedFilters == 1)
    }

    @Test("Nothing is said where nothing is held")
    func nothing() throws {
        let make = GraphMaker()
        let x = try make.add(
            .opaque(Opaque(className: "Squash", shape: [6, 6, 6])), [make.block(make.input(6, 6, 3), 6)])
        let found = try holds(make.finished(make.conv(x, 2, 1)))
        #expect(found.classes.isEmpty && found.heldFilters == 0 && found.parameters == 0)
    }
}
