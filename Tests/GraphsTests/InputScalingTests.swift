import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct InputScalings {
    @Test("Rescalings, arithmetic and normalizations behind an input make one affine function, channel by channel")
    func chain() throws {
        var graph = Graph()
        let input = try graph.input([4, 4, 2])
        let halved = try graph.add(.rescaling(Rescaling(scale: [0.5], offset: [1])), [input])
        let padded = try graph.add(.dropout(rate: 0.1), [halved])
        let normalized = try graph.add(
            .normalization(Normalization(axes: [2])), [padded],
            weights: [.mean: Tensor([1, 3]), .variance: Tensor([4, 16])])
        graph.outputs = [try graph.add(.flatten(.channelsLast), [normalized])]
        let scaling = try #require(graph.scaling(of: input))
        #expect(
            scaling.scale == [0.25, 0.125] && scaling.offset == [0, -0.5] && scaling.isPreprocessing
                && scaling.layers == ["layer1", "layer3"])
    }

    @Test("A batch normalization ends it, by its statistics alone, and is not made for it")
    func batchNormalization() throws {
        var graph = Graph()
        let input = try graph.input([4, 4, 1])
        let norm = try graph.add(
            .batchNormalization(BatchNormalization(axis: 2, epsilon: 0)), [input],
            weights: [.gamma: Tensor([9]), .beta: Tensor([9]), .movingMean: Tensor([6]), .movingVariance: Tensor([4])])
        graph.outputs = [try graph.add(.rescaling(Rescaling(scale: [7])), [norm])]
        let scaling = try #require(graph.scaling(of: input))
        #expect(scaling.scale == [0.5] && scaling.offset == [-3] && !scaling.isPreprocessing)
    }

    @Test("What comes behind another layer, and where the way parts, does not count")
    func others() throws {
        var graph = Graph()
        let input = try graph.input([4])
        let relu = try graph.add(.activation(.relu()), [input])
        graph.outputs = [try graph.add(.rescaling(Rescaling(scale: [2])), [relu])]
        #expect(graph.scaling(of: input) == nil)
        graph.outputs.append(try graph.add(.rescaling(Rescaling(scale: [2])), [input]))
        #expect(graph.scaling(of: input) == nil)
    }
}
