/// What a layer computes: the closed set of layers this project understands, and `opaque` for all others.
///
/// What a kind can say of itself it says in its own file, under `Operations`. Switches over this are exhaustive, so
/// that a new kind is a compile error wherever something must be decided about it.
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
    case dropout(rate: Float)
    case identity
    case rescaling(Rescaling)
    case normalization(Normalization)
    case opaque(Opaque)

    /// What the layer's kind says of itself.
    package var kind: any LayerKind {
        switch self {
        case let .input(kind): kind
        case let .convolution(kind): kind
        case let .depthwise(kind): kind
        case let .separable(kind): kind
        case let .transposed(kind): kind
        case let .dense(kind): kind
        case let .batchNormalization(kind): kind
        case let .layerNormalization(kind): kind
        case let .activation(kind): kind
        case let .parametricReLU(kind): kind
        case let .pooling(kind): kind
        case let .globalPooling(kind): kind
        case let .flatten(format): Flatten(format)
        case let .reshape(kind): kind
        case let .permute(kind): kind
        case let .repeatVector(kind): kind
        case let .padding(kind): kind
        case let .cropping(kind): kind
        case let .upsampling(kind): kind
        case let .slice(kind): kind
        case let .merge(kind): kind
        case let .concatenate(kind): kind
        case let .dropout(rate): Dropout(rate: rate)
        case .identity: Identity()
        case let .rescaling(kind): kind
        case let .normalization(kind): kind
        case let .opaque(kind): kind
        }
    }

    /// The same for layers whose weights make filters; nil for others.
    package var filters: (any FilterKind)? { kind as? any FilterKind }
    /// The activation a layer applies to what its weights make; nil for layers without filters.
    package var activation: Activation? { filters?.activation }
    /// The number of groups in which a layer's filters read its input channels.
    package var groups: Int { filters?.kernel?.groups ?? 1 }
    /// Whether what the layer computes is not known.
    package var isOpaque: Bool { if case .opaque = self { true } else { false } }
}
