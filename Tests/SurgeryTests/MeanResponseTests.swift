import Datasets
import Graphs
import Networks
import Sparsity
import Tensors
import TestSupport
import Testing
@testable import Surgery

@Suite("Mean responses") struct MeanResponseTests {
    private let images = VerificationImages.random(count: 6, seed: 3)

    private func responses(_ graph: Graph) throws -> [ChannelID: Double] {
        let places = ApproximatePlaces(graph, Criteria())
        return places.responses(try places.watched(on: images, batch: 4))
    }

    /// Two units of a dense layer, normalized, the second with a small scale and statistics far from the data.
    private func normalized() throws -> (make: GraphMaker, tensor: TensorID) {
        let make = GraphMaker()
        return (make, try make.norm(make.dense(make.vector(3), 2), dead: [1: 0.25], gamma: 9e-4))
    }

    @Test("A channel's response is its scale's answer to the mean of what it reads")
    func formula() throws {
        let (make, x) = try normalized()
        var graph = try make.finished(make.dense(x, 1))
        graph.layers[2][.movingMean] = Tensor([0, -50])
        let seen = try ChannelRanges.watched([x.advanced(by: -1), x], of: graph, on: images, batch: 4)
        let range = try #require(seen[x.advanced(by: -1)]?[1]), mean = range.sum / Double(range.count)
        let variance = try #require(graph.layers[2][.movingVariance]?[1])
        let found = try responses(graph)
        #expect(found.keys.sorted { $0.channel < $1.channel } == [ChannelID(x, 1)])
        let response = try #require(found[ChannelID(x, 1)])
        #expect(abs(response - (0.25 + 9e-4 * (mean + 50) / Double(variance + 1e-3).squareRoot())) < 1e-7)
        // The same as the mean of what the channel makes.
        let made = try #require(seen[x]?[1])
        #expect(abs(response - made.sum / Double(made.count)) < 1e-6)
    }

    @Test("The constant is the response, and the cut deviates less than with the shift")
    func smallerDeviation() throws {
        let (make, x) = try normalized()
        var graph = try make.finished(make.dense(x, 1))
        graph.layers[2][.movingMean] = Tensor([0, -50])
        var criteria = Criteria(), deviations: [Double] = [], bounds: [Double] = []
        for measured in [[:], try responses(graph)] {
            criteria.responses = measured
            let plan = SurgeryPlan(graph, criteria), places = ApproximatePlaces(graph, criteria)
            #expect(plan.removed(from: x) == [1])
            #expect(plan.values[x][1] == .constant(measured[ChannelID(x, 1)] ?? 0.25, .approximate))
            let compact = try plan.rewrite().graph
            deviations.append(
                try Verification.run(dense: graph, compact: compact, on: images, batch: 3).deviation.maxAbsoluteError)
            bounds.append(try #require(DeviationBound(plan, places, try places.watched(on: images, batch: 3)).largest))
        }
        #expect(deviations[1] < deviations[0] / 5 && bounds[1] < bounds[0] / 5)
        #expect(zip(deviations, bounds).allSatisfy { $0 <= $1 + 1e-6 })
    }

    @Test("A held carrier holds the response")
    func held() throws {
        let make = GraphMaker()
        let x = try make.relu(make.norm(make.conv(make.input(6, 6, 3), 5), dead: [1: 0.5, 2: 0.25, 4: 1], gamma: 1e-4))
        let graph = try make.finished(make.conv(x, 2, bias: true))
        var criteria = Criteria()
        criteria.responses = try responses(graph)
        let layer = try SurgeryPlan(graph, criteria).rewrite().graph.layers[2]
        let carrier = try #require(layer[.gamma]?.elements.firstIndex(of: 0)),
            beta = try #require(layer[.beta]?[carrier])
        #expect(criteria.responses.values.contains { Float($0) == beta } && ![0.5, 0.25, 1].contains(beta))
    }

    @Test("Calls of one normalization share one response, so that a shared reader can fold it")
    func shared() throws {
        let make = GraphMaker()
        let a = try make.dense(make.vector(3), 2), b = try make.dense(make.vector(3), 2)
        let first = try make.norm(a, dead: [1: 0.25], gamma: 9e-4)
        var graph = make.graph
        let second = graph.call(graph.nodes[graph.nodes.lastID].layer, [b])[0]
        try graph.inferShapes()
        graph.outputs = [first, second]
        let found = try responses(graph)
        #expect(found.count == 2 && found[ChannelID(first, 1)] == found[ChannelID(second, 1)])
    }

    @Test("Filters that were watched tell the same mean responses as what the normalizations read", arguments: 1...4)
    func watchedFilters(seed: UInt64) throws {
        let make = GraphMaker(), x = try make.block(make.input(6, 6, 3), 8, dead: [1: 0.5, 4: -0.25])
        let y = try make.block(x, 8, dead: [0: 1])
        var graph = try make.finished(make.conv(y, 2))
        // Nearly dead rather than dead.
        for index in graph.layers.indices {
            for channel in 0..<(graph.layers[index][.gamma]?.count ?? 0)
            where graph.layers[index][.gamma]?[channel] == 0 {
                graph.layers[index][.gamma]?[channel] = 5e-4
            }
        }
        let corpus = ModelCorpus(.random(imageShape: [6, 6, 3], count: 12, seed: seed))
        let places = ApproximatePlaces(graph, Criteria())
        let seen = places.responses(
            try places.watched(on: .corpus(corpus.subset { $0 % 3 != 0 }), batch: 5, options: NetworkOptions()))
        let activations = try ActivationStatistics.gathered(
            graph, over: corpus, batch: 5, isAveraged: { $0 % 3 != 0 })
        let known = try #require(places.responses(activations))
        #expect(seen.count == 3 && Set(seen.keys) == Set(known.keys))
        for (channel, response) in seen { #expect(abs(response - (known[channel] ?? .nan)) < 1e-6) }
    }

    @Test("Nothing is watched where nothing is approximated")
    func nothing() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [1: 0.5])
        let graph = try make.finished(make.conv(make.merge(.multiply, [x, x]), 2))
        let seen = try ApproximatePlaces(graph, Criteria()).watched(on: images, batch: 4)
        #expect(graph.shapes.indices.allSatisfy { seen[$0] == nil })
    }

    @Test(
        "Ranges keep channels apart in both data formats, and a value that is no number leaves nothing known",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func ranges(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.input(1, 2, 2)
        _ = try make.pool(.max, x, padding: .same)
        var ranges = ChannelRanges(make.graph, [x])
        func add(_ values: [Float]) throws {
            let tensor = Tensor(shape: format == .channelsLast ? [1, 1, 2, 2] : [1, 2, 1, 2], values)
            ranges.add(try ChannelSummaries(of: tensor, axis: format == .channelsLast ? 2 : 0), of: x)
        }
        try add([1, -2, 3, 4])
        let channels = try #require(ranges[x])
        #expect(channels.map(\.lowest) == (format == .channelsLast ? [1, -2] : [-2, 3]))
        #expect(channels.map(\.sum) == (format == .channelsLast ? [4, 2] : [-1, 7]))
        try add([.nan, 0, 0, 0])
        #expect(ranges[x]?[0].magnitude == .infinity)
    }
}
