extension Window {
    /// The channel axis of a tensor this window slides over, the batch axis not counted.
    package var channelAxis: Int { dataFormat == .channelsLast ? rank : 0 }

    /// Whether a window reads zeros outside an input of this shape; an unknown length counts as padded.
    package func isPadded(_ input: TensorShape?) -> Bool {
        if padding == .valid || (0..<rank).allSatisfy({ size[$0] == 1 }) { return false }
        guard let input, input.count == rank + 1 else { return true }
        let spatial = dataFormat == .channelsLast ? Array(input.dropLast()) : Array(input.dropFirst())
        return (0..<rank).contains { axis in
            guard let length = spatial[axis] else { return true }
            return paddingAmounts(along: axis, length: length) != (0, 0)
        }
    }
}

extension Operation {
    /// The activation a layer applies to what its weights make.
    package var activation: Activation? {
        switch self {
        case let .convolution(c): c.activation
        case let .depthwise(d): d.activation
        case let .separable(s): s.activation
        case let .transposed(t): t.activation
        case let .dense(d): d.activation
        default: nil
        }
    }

    /// The number of groups in which a layer's filters read its input channels.
    package var groups: Int {
        if case let .convolution(c) = self { c.groups } else { 1 }
    }

    /// The data format of a layer that has one.
    package var dataFormat: DataFormat? {
        switch self {
        case let .convolution(c): c.window.dataFormat
        case let .depthwise(d): d.window.dataFormat
        case let .separable(s): s.window.dataFormat
        case let .transposed(t): t.window.dataFormat
        case let .pooling(p): p.window.dataFormat
        case let .globalPooling(p): p.dataFormat
        case let .padding(p): p.dataFormat
        case let .cropping(c): c.dataFormat
        case let .upsampling(u): u.dataFormat
        case .input, .dense, .batchNormalization, .layerNormalization, .activation, .parametricReLU, .flatten, .reshape,
            .permute,
            .repeatVector, .slice, .merge, .concatenate, .dropout, .identity, .rescaling, .normalization, .opaque:
            nil
        }
    }
}
