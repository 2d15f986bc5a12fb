extension Graph {
    /// The multiply-accumulates of one call for one image; nil where a shape or the layer is unknown, or the number
    /// beyond counting.
    ///
    /// Counted for convolutions and dense layers, all taps of a window, also those in the padding; everything else is
    /// 0.
    package func macs(of id: NodeID) -> Int? {
        let node = nodes[id]
        guard let input = node.inputs.first, let output = node.outputs.first else { return 0 }
        let layer = layers[node.layer]
        /// Every weight of `roles` once for each position of a tensor, whose channels are its first or last axis.
        func product(_ tensor: TensorID, _ format: DataFormat, _ roles: WeightRole...) -> Int? {
            guard let shape = shapes[tensor] else { return nil }
            let weights = roles.reduce(0) { $0 + (layer[$1]?.count ?? 0) }
            return elementCount((format == .channelsLast ? shape.dropLast() : shape.dropFirst()) + [weights])
        }
        switch layer.operation {
        case let .convolution(c): return product(output, c.window.dataFormat, .kernel)
        case let .depthwise(d): return product(output, d.window.dataFormat, .depthwiseKernel)
        case let .separable(s): return product(output, s.window.dataFormat, .depthwiseKernel, .pointwiseKernel)
        case let .transposed(t): return product(input, t.window.dataFormat, .kernel)
        case .dense: return product(input, .channelsLast, .kernel)
        case .input, .batchNormalization, .layerNormalization, .activation, .parametricReLU, .pooling, .globalPooling,
            .flatten, .reshape,
            .permute, .repeatVector, .padding, .cropping, .upsampling, .slice, .merge, .concatenate, .dropout,
            .identity, .rescaling, .normalization:
            return 0
        // Who has no matrix multiplies nothing.
        case .opaque: return layer.weights.allSatisfy { $0.tensor.shape.count < 2 } ? 0 : nil
        }
    }

    /// The multiply-accumulates of the whole network for one image; nil where a shape is unknown, or the number beyond
    /// counting.
    package var macs: Int? {
        nodes.indices.reduce(0) { total, id in
            guard let total, let (sum, overflow) = macs(of: id).map({ total.addingReportingOverflow($0) }), !overflow
            else { return nil }
            return sum
        }
    }
}
