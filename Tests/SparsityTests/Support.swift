import Graphs
@testable import Sparsity
import Tensors
import TestSupport

extension Graph {
    /// A 1×1 convolution of a rank-3 tensor with a kernel of ones, or the one given (input channels × filters).
    mutating func convolution(
        _ x: TensorID, _ filters: Int, _ kernel: [Float]? = nil, activation: Activation = .linear,
        format: DataFormat = .channelsLast
    ) throws -> TensorID {
        let channels = (format == .channelsLast ? shapes[x]?.last : shapes[x]?.first).flatMap { $0 } ?? 0
        let layer = Convolution(
            filters: filters, window: Window(size: [1, 1], dataFormat: format), activation: activation)
        return try add(
            .convolution(layer), [x],
            weights: [
                .kernel: Tensor(
                    shape: [1, 1, channels, filters], kernel ?? Array(repeating: 1, count: channels * filters))
            ])
    }

    /// A batch normalization with γ, β and variance, mean 0.
    mutating func norm(_ x: TensorID, axis: Int = 2, gamma: [Float], beta: [Float]? = nil, variance: [Float]? = nil)
        throws -> TensorID
    {
        let count = gamma.count
        return try add(
            .batchNormalization(BatchNormalization(axis: axis)), [x],
            weights: [
                .gamma: Tensor(gamma), .beta: Tensor(beta ?? Array(repeating: 0, count: count)),
                .movingMean: Tensor(shape: [count]),
                .movingVariance: Tensor(variance ?? Array(repeating: 1, count: count)),
            ])
    }

    mutating func relu(_ x: TensorID) throws -> TensorID { try add(.activation(.rectifier), [x]) }

    /// The banks with these outputs.
    func banks(_ outputs: TensorID...) -> [FilterBank] {
        var graph = self
        graph.outputs = outputs
        return FilterBank.all(in: graph)
    }

    /// The criteria of the banks with these outputs.
    func criteria(_ outputs: TensorID..., thresholds: Thresholds = Thresholds()) -> [WeightCriteria] {
        var graph = self
        graph.outputs = outputs
        return WeightCriteria.all(of: FilterBank.all(in: graph), in: graph, thresholds)
    }
}
