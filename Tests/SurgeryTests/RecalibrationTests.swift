import Datasets
import Graphs
import Networks
@testable import Surgery
import Tensors
import TestSupport
import Testing

@Suite("Recalibration") struct RecalibrationTests {
    @Test("Moments of batches together are those of all the values, whatever the axis and the offset")
    func moments() {
        var last = ChannelMoments(channels: 2), first = last, shifted = last
        // Channel 0: 1, 2, 3, 6 (mean 3, variance 3.5); channel 1: 4 throughout.
        for values in [[1, 4, 2, 4, 3, 4] as [Float], [6, 4]] {
            last.add(Tensor(shape: [1, values.count / 2, 2], values), axis: 1)
            let flipped = Tensor(shape: [1, values.count / 2, 2], values).transposed([0, 2, 1])
            first.add(flipped, axis: 0)
            shifted.add(Tensor(shape: [1, values.count / 2, 2], values.map { $0 + 1_000_000 }), axis: 1)
        }
        for moments in [last, first] {
            #expect(moments.mean == [3, 4] && moments.variance == [3.5, 0])
        }
        #expect(shifted.mean == [1_000_003, 1_000_004] && shifted.variance == [3.5, 0])
    }

    @Test(
        "Every normalization sees a corpus of mean 0 and variance 1 through the ones before it",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func depths(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let input = try make.input(5, 4, 3)
        let stem = try make.block(input, 4)
        let branch = try make.norm(make.conv(stem, 4))
        let sum = try make.norm(make.relu(make.merge(.add, [stem, branch])))
        let graph = try make.finished(make.conv(sum, 2))
        let corpus = Corpus.random(imageShape: format == .channelsLast ? [5, 4, 3] : [3, 5, 4], count: 9, seed: 3)
        let result = try graph.recalibrated(over: ModelCorpus(corpus), batch: 4, options: NetworkOptions(threads: 1))
        var norms = 0
        for (id, node) in graph.nodes.enumerated() {
            let layer = result.layer(of: id)
            guard case let .batchNormalization(norm) = layer.operation else {
                #expect(layer.weights.map(\.tensor) == graph.layer(of: id).weights.map(\.tensor))
                continue
            }
            #expect(layer[.gamma] == graph.layer(of: id)[.gamma] && layer[.beta] == graph.layer(of: id)[.beta])
            let network = try Network(result, taps: node.inputs)
            var moments = ChannelMoments(channels: 4)
            moments.add(try network.run([corpus.batch(0..<9).images])[1], axis: norm.axis)
            for c in 0..<4 {
                #expect(abs(Double(layer[.movingMean]?[c] ?? .nan) - moments.mean[c]) < 1e-4)
                #expect(
                    abs(Double(layer[.movingVariance]?[c] ?? .nan) - moments.variance[c]) < 1e-4 * moments.variance[c]
                        + 1e-6)
            }
            norms += 1
        }
        #expect(norms == 3)
    }

    @Test("A shared normalization takes what its calls see together; one on the input itself is measured too")
    func shared() throws {
        let make = GraphMaker()
        let input = try make.input(2, 2, 1)
        _ = try make.norm(input)
        var graph = make.graph
        let layer = graph.layers.lastID
        let doubled = try graph.add(
            Layer(name: "twice", operation: .rescaling(Rescaling(scale: [2], offset: [1]))), [input])
        let again = graph.call(layer, [doubled])[0]
        try graph.inferShapes()
        graph.outputs = [graph.nodes[1].outputs[0], again]
        let corpus = Corpus.random(imageShape: [2, 2, 1], count: 5, seed: 2)
        let result = try graph.recalibrated(over: ModelCorpus(corpus), batch: 2)
        let pixels = try corpus.batch(0..<5).images.elements.map { Double($0) }
        let values = pixels + pixels.map { 2 * $0 + 1 }, mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(Double(result.layers[layer][.movingMean]?[0] ?? .nan) - mean) < 1e-6)
        #expect(abs(Double(result.layers[layer][.movingVariance]?[0] ?? .nan) - variance) < 1e-6)
    }

    @Test("A graph without normalizations stays as it is")
    func nothing() throws {
        let make = GraphMaker()
        let graph = try make.finished(make.conv(make.input(3, 3, 1), 2))
        let result = try graph.recalibrated(
            over: ModelCorpus(.random(imageShape: [3, 3, 1], count: 2, seed: 1)), batch: 2)
        #expect(result.layers.flatMap(\.weights).map(\.tensor) == graph.layers.flatMap(\.weights).map(\.tensor))
    }
}
