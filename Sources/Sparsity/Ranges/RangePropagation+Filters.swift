import Graphs
import Tensors

/// Convolutions and dense layers.
extension RangePropagation {
    mutating func weighted(_ id: NodeID, _ layer: Layer, _ width: Int) -> [Interval] {
        let output = graph.nodes[id].outputs[0], activation = layer.operation.activation ?? .linear
        guard var made = weightedSums(id, layer), made.lower.count == width else {
            return Array(repeating: .unbounded, count: width)
        }
        if let relaxation, let through = backSubstitution(id, layer), through.products <= productsLeft {
            productsLeft -= through.products
            if let ends = through.ends(on: relaxation) { made.tighten(ends) }
        }
        let bias = layer[.bias], before = made.intervals(bias: bias)
        sums[output] = (made, bias)
        if activation == .linear { return before }
        beforeActivation[output] = before
        return activated(activation, before, graph.shapes[output])
    }

    /// What the weights of a layer make of its input; nil where its kernel is not understood.
    private func weightedSums(_ id: NodeID, _ layer: Layer) -> WeightedSums? {
        let kind = layer.operation.kind
        guard let (map, kernel) = layer.connections(kind.kernel) else { return nil }
        let read = read(layer, graph.nodes[id].inputs[0], map.inputs)
        guard let (own, taps) = layer.connections(kind.taps) else {
            return WeightedSums(
                map, kernel, reading: read.intervals, at: read.grid, transforms: layer.operation.winogradGrowth)
        }
        // A depthwise step, then one without a window: position by position, of which there are few kinds.
        guard own.outputs == map.rows else { return nil }
        return read.grid.single.reduce(nil as WeightedSums?) { found, grid in
            let middle = WeightedSums(own, taps, reading: read.intervals, at: grid).intervals()
            let made = WeightedSums(map, kernel, reading: middle, at: TapGrid())
            return found?.union(made) ?? made
        }
    }

    /// The sums of a layer that has no activation of its own: a normalization behind it is folded into its weights.
    func linearSums(of tensor: TensorID) -> (sums: WeightedSums, bias: Tensor?)? {
        guard let id = producers[tensor], graph.layer(of: id).operation.activation ?? .linear == .linear else {
            return nil
        }
        return sums[tensor]
    }

    /// What a layer reads.
    struct Reading {
        /// The tensor, before zeros are put around the image, which count as the window's own.
        let tensor: TensorID
        /// Those of the channels that the kernel tells apart; of all of them together where the tensor does not.
        let intervals: [Interval]
        /// Whether the tensor tells them apart, too.
        let isApart: Bool
        /// The kinds of positions that the window takes.
        let grid: TapGrid
    }

    /// What a layer reads of its input `tensor`.
    func read(_ layer: Layer, _ tensor: TensorID, _ channels: Int) -> Reading {
        var input = tensor
        // The axis that a layer reads along need not be the one whose channels are known, though both may be as long.
        let axis = layer.operation.filters?.slidingWindow?.channelAxis ?? (graph.shapes[input]?.count ?? 0) - 1
        func isApart(_ tensor: TensorID) -> Bool {
            intervals[tensor].count == channels && wiring.axes[tensor] == axis
        }
        func reading(_ grid: TapGrid) -> Reading {
            let own = intervals[input], isApart = isApart(input)
            return Reading(
                tensor: input, intervals: isApart ? own : Array(repeating: own.hull, count: channels),
                isApart: isApart, grid: grid)
        }
        guard let window = layer.operation.filters?.slidingWindow else { return reading(TapGrid()) }
        if case let .transposed(transposed) = layer.operation {
            let lengths = window.lengths(of: graph.shapes[input])
            let sets = (0..<window.rank).map { TapSets.transposed(transposed, $0, length: lengths[$0]) }
            return reading(TapGrid(window.size, sets))
        }
        var zeros = Array(repeating: Amounts(0, 0), count: window.rank)
        if let maker = producers[input], case let .padding(padding) = graph.layer(of: maker).operation,
            padding.dataFormat == window.dataFormat, padding.amounts.count == window.rank,
            isApart(graph.nodes[maker].inputs[0])
        {
            input = graph.nodes[maker].inputs[0]
            zeros = padding.amounts
        }
        let lengths = window.lengths(of: graph.shapes[input])
        let sets = (0..<window.rank).map { TapSets.sliding(window, $0, length: lengths[$0], zeros: zeros[$0]) }
        return reading(TapGrid(window.size, sets))
    }
}

extension Window {
    /// The spatial lengths of an image that it slides over; nil where one is not known.
    fileprivate func lengths(of shape: TensorShape?) -> [Int?] {
        guard let shape, shape.count == rank + 1 else { return Array(repeating: nil, count: rank) }
        return dataFormat == .channelsLast ? shape.dropLast() : Array(shape.dropFirst())
    }
}

extension Operation {
    /// How errors grow at each tap where a layer may be computed by Winograd's transforms: 3 × 3 windows of stride 1, and
    /// those that a transposed convolution falls into. Nil for all others.
    fileprivate var winogradGrowth: [Double]? {
        let growth = Rounding.Winograd.growth
        switch self {
        case let .convolution(convolution):
            let window = convolution.window
            guard window.size == [3, 3], window.strides == [1, 1], window.dilation == [1, 1], convolution.groups == 1
            else { return nil }
            return growth.flatMap { row in growth.map { row * $0 } }
        case let .transposed(transposed):
            let size = transposed.window.size, most = growth.max() ?? 1
            guard size.count == 2, size.allSatisfy({ $0 >= 3 }) else { return nil }
            return Array(repeating: most * most, count: size[0] * size[1])
        case .input, .depthwise, .separable, .dense, .batchNormalization, .layerNormalization, .activation,
            .parametricReLU,
            .pooling, .globalPooling, .flatten, .reshape, .permute, .repeatVector, .padding, .cropping, .upsampling,
            .slice,
            .merge, .concatenate, .dropout, .identity, .rescaling, .normalization, .opaque:
            return nil
        }
    }
}
