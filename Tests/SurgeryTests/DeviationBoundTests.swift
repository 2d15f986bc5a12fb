import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Surgery

@Suite("The bound of approximate cuts") struct DeviationBoundTests {
    private let images = VerificationImages.random(count: 4, seed: 7)
    private let options = NetworkOptions(threads: 1)

    private func bound(_ graph: Graph, _ criteria: Criteria = Criteria()) throws -> Double? {
        let places = ApproximatePlaces(graph, criteria)
        return DeviationBound(
            SurgeryPlan(graph, criteria), places, try places.watched(on: images, batch: 3, options: options)
        ).largest
    }

    private func deviation(_ graph: Graph, _ criteria: Criteria = Criteria()) throws -> Double {
        let compact = try SurgeryPlan(graph, criteria).rewrite().graph
        return try Verification.run(dense: graph, compact: compact, on: images, batch: 3, options: options).deviation
            .maxAbsoluteError
    }

    @Test("One channel read by one weight reaches its bound")
    func reached() throws {
        let make = GraphMaker()
        let x = try make.norm(make.dense(make.vector(2), 2, bias: false), dead: [1: 0.5], gamma: 9e-4)
        var graph = try make.finished(make.dense(x, 1))
        graph.layers[1][.kernel] = Tensor(shape: [2, 2], [1, 0, 0, 1])
        graph.layers[2][.movingMean] = Tensor([0, 0])
        graph.layers[2][.movingVariance] = Tensor([1, 0.999])
        graph.layers[3][.kernel] = Tensor(shape: [2, 1], [0, -3])
        let seen = try ChannelRanges.watched([x.advanced(by: -1)], of: graph, on: images, batch: 4)
        let largest = try #require(seen[x.advanced(by: -1)]?[1].magnitude)
        let bound = try #require(try bound(graph))
        // ε is 1e-3, so that s is 1.
        #expect(abs(bound - 3 * 9e-4 * largest) < 1e-8)
        #expect(abs(bound - (try deviation(graph))) < 1e-6)
    }

    @Test("Sums add errors, averages share them, the larger of two stays, and weights take their magnitudes")
    func combinations() throws {
        func bound(_ kind: Merge.Kind) throws -> Double {
            let make = GraphMaker()
            let x = try make.vector(2)
            let a = try make.norm(make.dense(x, 2), dead: [1: 0.5], gamma: 5e-4),
                b = try make.norm(make.dense(x, 2), dead: [1: 0.5], gamma: 5e-4)
            return try #require(try self.bound(make.finished(make.dense(make.merge(kind, [a, b]), 1))))
        }
        let sum = try bound(.add), larger = try bound(.maximum)
        #expect(try bound(.subtract) == sum)
        #expect(abs(try bound(.average) - sum / 2) < 1e-12)
        #expect(larger < sum && larger > sum / 2)
    }

    @Test("Units that become one channel bring it the largest of their errors, and no other channel any")
    func joinedUnits() throws {
        func bound(isRead: Bool) throws -> (bound: Double, deviation: Double) {
            let make = GraphMaker()
            let x = try make.norm(make.dense(make.vector(2), 12), dead: [1: 0.5, 4: 0.5, 7: 0.5, 10: 0.5], gamma: 1e-4)
            let map = try make.add(.reshape(Reshape(target: [2, 2, 3])), [x])
            let part = try make.add(
                .slice(Slice(axis: 2, start: 0, stop: 2)), [make.add(.activation(.rectifier), [map])])
            let graph = try make.finished(make.conv(part, 2, 1, bias: true, unread: isRead ? [] : [1]))
            return (try #require(try self.bound(graph)), try deviation(graph))
        }
        let read = try bound(isRead: true), other = try bound(isRead: false)
        // One unit of one channel reaches the bound; beyond it is only rounding, which the bound does not count.
        #expect(read.deviation > 1e-6 && read.deviation <= read.bound * 1.001 && read.bound < 0.1)
        #expect(other.bound == 0 && other.deviation < 1e-6)
    }

    @Test("A branch that is left its normalization alone costs what that was off, and so does one that is concatenated")
    func branches() throws {
        let make = GraphMaker()
        let stem = try make.block(make.input(6, 6, 3), 3)
        let branch = try make.norm(make.conv(make.block(stem, 5), 3), dead: [0: 0.5, 1: -1, 2: 2], gamma: 1e-4)
        let sum = try make.merge(.add, [stem, branch])
        let other = try make.norm(make.conv(make.block(sum, 4), 2), dead: [0: 0.5, 1: -1], gamma: 1e-4)
        let graph = try make.finished(make.conv(make.concatenate([other, sum]), 2, padding: .valid, bias: true))
        let plan = SurgeryPlan(graph)
        #expect(plan.sums.removals.count == 4 && plan.emptied.slots.count == 1)
        let bound = try #require(try bound(graph)), deviation = try deviation(graph)
        #expect(deviation > 1e-5 && deviation <= bound && bound < 0.1)
    }

    @Test("An exact cut has the bound 0")
    func exact() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [1: -0.5, 4: 2])
        #expect(try bound(make.finished(make.conv(x, 4, padding: .valid, bias: true))) == 0)
    }

    @Test("What stays though it is nearly constant costs nothing")
    func pinned() throws {
        let make = GraphMaker()
        let x = try make.relu(make.norm(make.conv(make.input(6, 6, 3), 5), dead: [1: 0.5], gamma: 1e-4))
        #expect(try bound(make.finished(make.conv(x, 2))) == 0)
    }

    @Test("A channel made to hold its constant makes a cut approximate, though what it carries is proven")
    func held() throws {
        let make = GraphMaker()
        let x = try make.norm(make.norm(make.conv(make.input(6, 6, 3), 4), dead: [1: 0.5]), dead: [2: 4], gamma: 1e-4)
        let graph = try make.finished(make.conv(x, 2))
        let plan = SurgeryPlan(graph)
        #expect(plan.removed(from: x) == [1] && plan.values[x][1].isProven)
        #expect(!plan.held.isEmpty && plan.weakestProof == .approximate)
        let bound = try #require(try bound(graph))
        #expect(bound > 0)
        #expect(try deviation(graph) <= bound)
    }

    @Test("A sum that is gone costs what its dead branch made, not what stays in its other one")
    func branch() throws {
        let make = GraphMaker()
        let stem = try make.relu(make.norm(make.conv(make.input(6, 6, 3), 3), dead: [1: 2], gamma: 9e-4))
        let dead = try make.norm(make.conv(stem, 3), dead: [0: 0, 1: 0, 2: 0], gamma: 1e-5)
        let graph = try make.finished(make.conv(make.merge(.add, [stem, dead]), 2))
        let plan = SurgeryPlan(graph)
        #expect(!plan.sums.removals.isEmpty && plan.removed(from: stem).isEmpty)
        let bound = try #require(try bound(graph))
        #expect(bound > 1e-5 && bound < 5e-3)
        #expect(try deviation(graph) <= bound * 1.001)
    }

    @Test("Small weights count by what they make of the largest inputs")
    func smallWeights() throws {
        let make = GraphMaker()
        let x = try make.vector(2)
        var graph = try make.finished(make.dense(make.dense(x, 2), 1))
        graph.layers[1][.kernel] = Tensor(shape: [2, 2], [1, 3e-9, 1, -4e-9])
        graph.layers[2][.kernel] = Tensor(shape: [2, 1], [1, 10])
        let seen = try ChannelRanges.watched([x], of: graph, on: images, batch: 4)
        let sizes = try #require(seen[x]?.map(\.magnitude))
        #expect(abs(try #require(try bound(graph)) / (10 * (3e-9 * sizes[0] + 4e-9 * sizes[1])) - 1) < 1e-5)
    }

    @Test("Nothing is known behind a layer that enlarges without bound, nor of what only data says")
    func unknown() throws {
        for operation in [Operation.activation(.exponential), .layerNormalization(LayerNormalization(axes: [2]))] {
            let make = GraphMaker()
            let x = try make.relu(make.norm(make.conv(make.input(6, 6, 3), 5), dead: [1: 0.5, 2: -0.5], gamma: 1e-7))
            let graph = try make.finished(make.add(operation, [make.conv(x, 2, 1, bias: true)]))
            #expect(!SurgeryPlan(graph).isExact)
            #expect(try bound(graph) == nil)
        }
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 5)
        let graph = try make.finished(make.conv(x, 2, 1, bias: true))
        var criteria = Criteria()
        criteria.observed = [ChannelID(x, 1): 0]
        #expect(SurgeryPlan(graph, criteria).removed(from: x) == [1])
        #expect(try bound(graph, criteria) == nil)
    }

    @Test("No random graph deviates further than its bound", arguments: 0..<200)
    func holds(seed: UInt64) throws {
        var maker = ApproximateGraphs(seed: seed), criteria = ApproximateGraphs.criteria
        let graph = try maker.graph(), places = ApproximatePlaces(graph, criteria)
        if seed.isMultiple(of: 2) {
            criteria.responses = places.responses(
                try places.watched(on: .random(count: 3, seed: seed), batch: 2, options: options))
        }
        let plan = SurgeryPlan(graph, criteria), found = try bound(graph, criteria)
        let bound = try #require(found, "seed \(seed)")
        if plan.isExact { #expect(bound == 0, "seed \(seed)") }
        let sizes = try ChannelRanges.watched(graph.outputs, of: graph, on: images, batch: 4, options: options)
        let largest = graph.outputs.flatMap { sizes[$0] ?? [] }.map(\.magnitude).max() ?? 0
        let deviation = try deviation(graph, criteria)
        // Beyond the bound only rounding.
        #expect(
            deviation <= bound * (1 + 1e-4) + 1e-5 * largest,
            "seed \(seed): deviates by \(deviation) of \(largest), bound \(bound)")
    }
}
