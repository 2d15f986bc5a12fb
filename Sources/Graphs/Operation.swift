/// What a layer computes: the closed set of layers this project understands, and `opaque` for all others.
///
/// Switches over it are exhaustive, so that a new kind is a compile error everywhere it matters.
package enum Operation: Sendable, Equatable {
    case input(Input)
    case convolution(Convolution)
    case depthwise(DepthwiseConvolution)
    case separable(SeparableConvolution)
    case transposed(TransposedConvolution)
    case dense(Dense)
    case batchNormalization(BatchNormalization)
    case layerNormalization(LayerNormalization)
    case activation(Activation)
    case parametricReLU(ParametricReLU)
    case pooling(Pooling)
    case globalPooling(GlobalPooling)
    case flatten(DataFormat)
    case reshape(Reshape)
    case permute(Permute)
    case repeatVector(RepeatVector)
    case padding(ZeroPadding)
    case cropping(Cropping)
    case upsampling(UpSampling)
    case slice(Slice)
    case merge(Merge)
    case concatenate(Concatenate)
    /// Sets each element to 0 with this probability while training and divides the others by 1 − rate; the identity at
    /// inference.
    case dropout(rate: Float)
    /// Computes nothing at inference: other dropouts, noise, regularization.
    case identity
    case rescaling(Rescaling)
    case normalization(Normalization)
    case opaque(Opaque)

    /// The name of the kind in reports: Keras's class name where there is one for the kind.
    package var kind: String {
        switch self {
        case .input: "InputLayer"
        case let .convolution(c): c.window.rank == 1 ? "Conv1D" : "Conv2D"
        case let .depthwise(d): d.window.rank == 1 ? "DepthwiseConv1D" : "DepthwiseConv2D"
        case let .separable(s): s.window.rank == 1 ? "SeparableConv1D" : "SeparableConv2D"
        case let .transposed(t): t.window.rank == 1 ? "Conv1DTranspose" : "Conv2DTranspose"
        case .dense: "Dense"
        case .batchNormalization: "BatchNormalization"
        case .layerNormalization: "LayerNormalization"
        case .activation: "Activation"
        case .parametricReLU: "PReLU"
        case let .pooling(p): "\(p.kind == .max ? "Max" : "Average")Pooling\(p.window.rank)D"
        case let .globalPooling(p): "Global\(p.kind == .max ? "Max" : "Average")Pooling\(p.rank)D"
        case .flatten: "Flatten"
        case .reshape: "Reshape"
        case .permute: "Permute"
        case .repeatVector: "RepeatVector"
        case let .padding(p): "ZeroPadding\(p.amounts.count)D"
        case let .cropping(c): "Cropping\(c.amounts.count)D"
        case let .upsampling(u): "UpSampling\(u.factors.count)D"
        case .slice: "GetItem"
        case let .merge(m): m.kind.rawValue
        case .concatenate: "Concatenate"
        case .dropout: "Dropout"
        case .identity: "Identity"
        case .rescaling: "Rescaling"
        case .normalization: "Normalization"
        case let .opaque(o): o.className
        }
    }
}

/// Where the channels are.
package enum DataFormat: String, Sendable, Equatable, CaseIterable {
    /// (…, height, width, channels)
    case channelsLast = "channels_last"
    /// (channels, height, width)
    case channelsFirst = "channels_first"
}

/// How a sliding window meets the border.
package enum Padding: String, Sendable, Equatable {
    /// Only whole windows.
    case valid
    /// As many positions as ⌈length / stride⌉; the padding is shared, the odd one at the end.
    case same
    /// All padding before the first position, so that nothing is read ahead (1D only).
    case causal
}

/// A sliding window over one or two spatial axes.
package struct Window: Sendable, Equatable {
    /// One entry per spatial axis, outermost (height) first; so for strides and dilation.
    package var size: [Int]
    package var strides: [Int]
    package var dilation: [Int]
    package var padding: Padding
    package var dataFormat: DataFormat

    package init(
        size: [Int], strides: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast
    ) {
        self.size = size
        self.strides = strides ?? size.map { _ in 1 }
        self.dilation = dilation ?? size.map { _ in 1 }
        self.padding = padding
        self.dataFormat = dataFormat
    }

    /// The number of spatial axes.
    package var rank: Int { size.count }

    /// The positions the window takes along spatial `axis` of a given length: at least 0.
    ///
    /// With d(k − 1) + 1 the reach of a kernel of size k and dilation d: valid ⌊(n − reach) / s⌋ + 1, same and causal
    /// ⌈n / s⌉.
    package func positions(along axis: Int, length: Int) -> Int {
        switch padding {
        case .valid:
            max(
                0,
                (length - effectiveSize(along: axis)) / strides[axis] + (length >= effectiveSize(along: axis) ? 1 : 0))
        case .same, .causal: (length + strides[axis] - 1) / strides[axis]
        }
    }

    /// The zeros read before and after spatial `axis` of a given length.
    package func paddingAmounts(along axis: Int, length: Int) -> (before: Int, after: Int) {
        switch padding {
        case .valid: return (0, 0)
        case .causal: return (effectiveSize(along: axis) - 1, 0)
        case .same:
            let total = max(
                0, (positions(along: axis, length: length) - 1) * strides[axis] + effectiveSize(along: axis) - length)
            return (total / 2, total - total / 2)
        }
    }

    /// The length of axis a window covers: d(k − 1) + 1.
    package func effectiveSize(along axis: Int) -> Int { dilation[axis] * (size[axis] - 1) + 1 }
}
