import Checkpoints
import Datasets
import Graphs
import Networks
import Sparsity
import Surgery
import TestSupport
import Testing
@testable import Compression

/// What the answers come to as one layer alone loses filters.
@Suite struct SensitivityTests {
    @Test(
        "A branch that adds next to nothing can lose half of its filters, the layers around it cannot; tied ones are one"
    )
    func deadWeight() throws {
        let make = GraphMaker()
        let trunk = try make.conv(make.input(6, 6, 3), 20, bias: true, activation: .rectifier)
        let branch = try make.conv(trunk, 20, bias: true, activation: .rectifier)
        let back = try make.conv(branch, 20)
        let last = try make.conv(make.merge(.add, [trunk, back]), 20, bias: true, activation: .rectifier)
        var graph = try make.finished(make.dense(make.flatten(last), 4))
        let layer = graph.nodes[try #require(graph.producers[back])].layer,
            count = try #require(graph.layers[layer][.kernel]).count
        for position in 0..<count { graph.layers[layer][.kernel]?[position] *= 1e-6 }
        let images = ModelCorpus(Corpus.random(imageShape: [6, 6, 3], count: 60, seed: 1))
        let found = try GraphCompression(graph, corpus: images).sensitivity(.li)
        #expect(found.measure == .changedAnswers && found.dense == 0 && found.images == 60)
        // The last layer, which makes the scores, cannot lose any.
        #expect(found.layers.map(\.name) == ["conv2d_1", "conv2d_2", "conv2d_5"])
        #expect(found.layers.map(\.tied) == [["conv2d_3"], [], []] && found.layers.map(\.filters) == [20, 20, 20])
        #expect(found.layers[1].measured == [0, 0, 0])
        for other in [0, 2] { #expect(try #require(found.layers[other].measured[2]) > 5) }
    }

    @Test("With labels it is the top-1 error of the network with this layer alone cut")
    func error() throws {
        let graph = try Checkpoint.open(fixture("fashion-basicnet.h5")).graph
        let corpus = ModelCorpus(try Corpus.open(fixture("fashion-test.h5")).arranged(for: [28, 28, 1]), limit: 60)
        let found = try GraphCompression(graph, corpus: corpus).sensitivity(.li)
        #expect(found.layers.map(\.name) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "fc1"])
        func error(_ graph: Graph) throws -> Double {
            try Evaluation.of(
                graph, over: corpus, Execution(batch: 30, network: NetworkOptions(convolutions: .direct))
            ).evaluation.top1Error
        }
        #expect(try found.measure == .top1Error && found.dense == error(graph))
        let others = try graph.layers(matching: ["c1", "c3", "c4", "c5", "c6", "c7", "fc*"])
        var request = CutRequest(criteria: [], selection: FilterSelection(.li, fraction: 0.5))
        request.protected = others
        let cut = CutPlan(graph, request)
        #expect(cut.removed.map(\.count) == [0, 16, 0, 0, 0, 0, 0, 0, 0])
        #expect(try found.layers[1].measured[2] == error(cut.surgery.rewrite().graph))
    }

    @Test("Parts of less than a filter are not measured")
    func few() throws {
        let make = GraphMaker()
        let x = try make.conv(make.input(4, 4, 2), 5, bias: true, activation: .rectifier)
        let graph = try make.finished(make.dense(make.flatten(x), 3))
        let images = ModelCorpus(Corpus.random(imageShape: [4, 4, 2], count: 8, seed: 1))
        let measured = try #require(GraphCompression(graph, corpus: images).sensitivity(.li).layers.first).measured
        #expect(measured.map { $0 != nil } == [false, true, true])
    }
}
