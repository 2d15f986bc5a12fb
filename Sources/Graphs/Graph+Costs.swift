extension Graph {
    /// The multiply-accumulates of one call for one image; nil where a shape is unknown.
    ///
    /// Counted for convolutions and dense layers, all taps of a window, also those in the padding; everything else is 0.
    package func macs(of id: NodeID) -> Int? {
        let node = nodes[id]
        guard let input = node.inputs.first, let output = node.outputs.first else { return 0 }
        let layer = layers[node.layer]
        /// Spatial positions of a tensor.
        func positions(_ tensor: TensorID, _ window: Window) -> Int? {
            guard let shape = shapes[tensor] else { return nil }
            return elementCount(window.dataFormat == .channelsLast ? shape.dropLast() : shape.dropFirst())
        }
        func weights(_ roles: WeightRole...) -> Int { roles.reduce(0) { $0 + (layer[$1]?.count ?? 0) } }
        switch layer.operation {
        case let .convolution(c): return positions(output, c.window).map { $0 * weights(.kernel) }
        case let .depthwise(d): return positions(output, d.window).map { $0 * weights(.depthwiseKernel) }
        case let .separable(s): return positions(output, s.window).map { $0 * weights(.depthwiseKernel, .pointwiseKernel) }
        case let .transposed(t): return positions(input, t.window).map { $0 * weights(.kernel) }
        case .dense:
            guard let shape = shapes[input] else { return nil }
            return elementCount(shape.dropLast()).map { $0 * weights(.kernel) }
        case .input, .batchNormalization, .layerNormalization, .activation, .parametricReLU, .pooling, .globalPooling, .flatten, .reshape,
             .permute, .repeatVector, .padding, .cropping, .upsampling, .merge, .concatenate, .identity, .rescaling, .normalization, .opaque:
            return 0
        }
    }

    /// The multiply-accumulates of the whole network for one image; nil where a shape is unknown.
    package var macs: Int? {
        nodes.indices.reduce(0) { total, id in total.flatMap { total in macs(of: id).map { total + $0 } } }
    }
}
