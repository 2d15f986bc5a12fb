import Graphs
import Tensors

/// Builds small graphs with random weights, layer by layer, with chosen channels dead.
package final class GraphMaker {
    package private(set) var graph = Graph()
    private var random: SeededGenerator
    package let format: DataFormat

    package init(seed: UInt64 = 1, format: DataFormat = .channelsLast) {
        random = SeededGenerator(seed: seed)
        self.format = format
    }

    package func weights(_ shape: [Int]) -> Tensor { .random(shape, &random) }

    /// A tensor of height × width × channels, in the maker's data format.
    package func input(_ height: Int, _ width: Int, _ channels: Int) throws -> TensorID {
        try add(.input(Input(shape: format == .channelsLast ? [height, width, channels] : [channels, height, width])))
    }

    package func vector(_ length: Int) throws -> TensorID { try add(.input(Input(shape: [length]))) }

    @discardableResult
    package func add(_ operation: Operation, _ inputs: [TensorID] = [], _ weights: [Weight] = []) throws -> TensorID {
        try graph.add(
            Layer(
                name: "\(operation.kind.name.lowercased())_\(graph.layers.count)", operation: operation,
                weights: weights),
            inputs)
    }

    /// Calls a layer that is there once more.
    package func call(_ layer: LayerID, _ inputs: [TensorID]) throws -> TensorID {
        let tensor = graph.call(layer, inputs)[0]
        try graph.inferShapes()
        return tensor
    }

    /// 3 where the shape is unknown, behind an opaque layer.
    package func channels(_ tensor: TensorID) -> Int {
        guard let shape = graph.shapes[tensor] else { return 3 }
        return (format == .channelsLast || shape.count < 3 ? shape.last : shape.first).flatMap { $0 } ?? 0
    }

    /// `silent`: filters whose weights are all 0. `unread`: input channels whose weights are all 0.
    package func conv(
        _ x: TensorID, _ filters: Int, _ size: Int = 3, padding: Padding = .same, strides: Int = 1, dilation: Int = 1,
        groups: Int = 1, bias: Bool = false,
        activation: Activation = .linear, silent: [Int] = [], unread: [Int] = []
    ) throws -> TensorID {
        let window = Window(
            size: [size, size], strides: [strides, strides], dilation: [dilation, dilation], padding: padding,
            dataFormat: format)
        var kernel = weights([size, size, channels(x) / groups, filters])
        let width = kernel.shape[2]
        for position in 0..<kernel.count
        where silent.contains(position % filters) || unread.contains(position / filters % width) {
            kernel[position] = 0
        }
        let all = [Weight(.kernel, kernel)] + (bias ? [Weight(.bias, weights([filters]))] : [])
        return try add(
            .convolution(Convolution(filters: filters, window: window, groups: groups, activation: activation)), [x],
            all)
    }

    package func depthwise(_ x: TensorID, _ size: Int = 3, padding: Padding = .same, multiplier: Int = 1) throws
        -> TensorID
    {
        let window = Window(size: [size, size], padding: padding, dataFormat: format)
        return try add(
            .depthwise(DepthwiseConvolution(multiplier: multiplier, window: window)), [x],
            [Weight(.depthwiseKernel, weights([size, size, channels(x), multiplier]))])
    }

    package func separable(_ x: TensorID, _ filters: Int, padding: Padding = .same) throws -> TensorID {
        let window = Window(size: [3, 3], padding: padding, dataFormat: format)
        return try add(
            .separable(SeparableConvolution(filters: filters, window: window)), [x],
            [
                Weight(.depthwiseKernel, weights([3, 3, channels(x), 1])),
                Weight(.pointwiseKernel, weights([1, 1, channels(x), filters])),
            ])
    }

    /// `dead`: channels with γ = 0 (or `gamma`) and the β given.
    package func norm(_ x: TensorID, dead: [Int: Float] = [:], gamma: Float = 0) throws -> TensorID {
        let count = channels(x), axis = format == .channelsLast ? (graph.shapes[x]?.count ?? 1) - 1 : 0
        var scale = Tensor((0..<count).map { _ in random.uniform() + 0.5 }), shift = weights([count])
        for (channel, beta) in dead { (scale[channel], shift[channel]) = (gamma, beta) }
        let variance = Tensor((0..<count).map { _ in random.uniform() + 0.5 })
        return try add(
            .batchNormalization(BatchNormalization(axis: axis)), [x],
            [
                Weight(.gamma, scale), Weight(.beta, shift), Weight(.movingMean, weights([count])),
                Weight(.movingVariance, variance),
            ])
    }

    package func relu(_ x: TensorID) throws -> TensorID { try add(.activation(.rectifier), [x]) }

    /// Convolution, normalization, ReLU.
    package func block(
        _ x: TensorID, _ filters: Int, _ size: Int = 3, padding: Padding = .same, dead: [Int: Float] = [:]
    )
        throws -> TensorID
    {
        try relu(norm(conv(x, filters, size, padding: padding), dead: dead))
    }

    package func pool(_ kind: PoolingKind, _ x: TensorID, padding: Padding = .valid) throws -> TensorID {
        try add(
            .pooling(
                Pooling(kind, window: Window(size: [2, 2], strides: [2, 2], padding: padding, dataFormat: format))), [x]
        )
    }

    package func globalPool(_ x: TensorID) throws -> TensorID {
        try add(.globalPooling(GlobalPooling(.average, dataFormat: format)), [x])
    }

    package func flatten(_ x: TensorID) throws -> TensorID { try add(.flatten(format), [x]) }

    package func dense(_ x: TensorID, _ units: Int, bias: Bool = true, unread: [Int] = []) throws -> TensorID {
        var kernel = weights([graph.shapes[x]?.last.flatMap { $0 } ?? 0, units])
        for position in 0..<kernel.count where unread.contains(position / units) { kernel[position] = 0 }
        return try add(
            .dense(Dense(units: units)), [x],
            [Weight(.kernel, kernel)] + (bias ? [Weight(.bias, weights([units]))] : []))
    }

    package func merge(_ kind: Merge.Kind, _ tensors: [TensorID]) throws -> TensorID {
        try add(.merge(Merge(kind)), tensors)
    }

    package func concatenate(_ tensors: [TensorID]) throws -> TensorID {
        try add(.concatenate(Concatenate(axis: format == .channelsLast ? 2 : 0)), tensors)
    }

    /// The graph with these tensors as its outputs.
    package func finished(_ outputs: TensorID...) -> Graph { finished(outputs) }

    package func finished(_ outputs: [TensorID]) -> Graph {
        var result = graph
        result.outputs = outputs
        return result
    }
}
