import Graphs

/// Reads what a layer of one class computes; nil where its options go beyond what is understood, which makes it opaque.
typealias LayerParser = @Sendable (LayerReader) throws -> ParsedOperation?

/// Keras's classes, of all versions, that are understood. Every other one is opaque.
let layerParsers: [String: LayerParser] = [
    "Conv1D": { try $0.convolution(rank: 1) }, "Convolution1D": { try $0.convolution(rank: 1) },
    "AtrousConvolution1D": { try $0.convolution(rank: 1) },
    "Conv2D": { try $0.convolution(rank: 2) }, "Convolution2D": { try $0.convolution(rank: 2) },
    "AtrousConvolution2D": { try $0.convolution(rank: 2) },
    "DepthwiseConv1D": { try $0.depthwise(rank: 1) }, "DepthwiseConv2D": { try $0.depthwise(rank: 2) },
    "SeparableConv1D": { try $0.separable(rank: 1) }, "SeparableConvolution1D": { try $0.separable(rank: 1) },
    "SeparableConv2D": { try $0.separable(rank: 2) }, "SeparableConvolution2D": { try $0.separable(rank: 2) },
    "Conv1DTranspose": { try $0.transposed(rank: 1) }, "Convolution1DTranspose": { try $0.transposed(rank: 1) },
    "Conv2DTranspose": { try $0.transposed(rank: 2) }, "Convolution2DTranspose": { try $0.transposed(rank: 2) },
    "Dense": { try $0.dense() },

    "BatchNormalization": { try $0.batchNormalization() }, "BatchNormalizationV1": { try $0.batchNormalization() },
    "BatchNormalizationV2": { try $0.batchNormalization() }, "SyncBatchNormalization": { try $0.batchNormalization() },
    "LayerNormalization": { try $0.layerNormalization() },
    "Normalization": { try $0.normalization() },
    "Rescaling": { try $0.rescaling() },

    "Activation": { try .activation($0.activation()) },
    "ReLU": { try .activation($0.relu()) },
    "LeakyReLU": { try .activation(.relu(slope: $0.float("negative_slope", "alpha", or: 0.3))) },
    "ELU": { try .activation(.elu(alpha: $0.float("alpha", or: 1))) },
    "Softmax": { try $0.axes("axis", or: [-1]).map { .activation(.softmax(axes: $0)) } },
    "ThresholdedReLU": { try .activation(.threshold($0.float("theta", or: 1), value: 0)) },
    "PReLU": { try $0.parametricReLU() },

    "MaxPooling1D": { try $0.pooling(.max, rank: 1) }, "AveragePooling1D": { try $0.pooling(.average, rank: 1) },
    "MaxPooling2D": { try $0.pooling(.max, rank: 2) }, "AveragePooling2D": { try $0.pooling(.average, rank: 2) },
    "MaxPool1D": { try $0.pooling(.max, rank: 1) }, "AvgPool1D": { try $0.pooling(.average, rank: 1) },
    "MaxPool2D": { try $0.pooling(.max, rank: 2) }, "AvgPool2D": { try $0.pooling(.average, rank: 2) },
    "GlobalMaxPooling1D": { try $0.globalPooling(.max, rank: 1) },
    "GlobalAveragePooling1D": { try $0.globalPooling(.average, rank: 1) },
    "GlobalMaxPooling2D": { try $0.globalPooling(.max, rank: 2) },
    "GlobalAveragePooling2D": { try $0.globalPooling(.average, rank: 2) },
    "GlobalMaxPool1D": { try $0.globalPooling(.max, rank: 1) },
    "GlobalAvgPool1D": { try $0.globalPooling(.average, rank: 1) },
    "GlobalMaxPool2D": { try $0.globalPooling(.max, rank: 2) },
    "GlobalAvgPool2D": { try $0.globalPooling(.average, rank: 2) },

    "Flatten": { try ParsedOperation(.flatten($0.dataFormat)) },
    "Reshape": { try $0.reshape() },
    "Permute": { try $0.permute() },
    "RepeatVector": { try ParsedOperation(.repeatVector(RepeatVector(count: $0.size("n")))) },
    "ZeroPadding1D": { try $0.zeroPadding(rank: 1) }, "ZeroPadding2D": { try $0.zeroPadding(rank: 2) },
    "Cropping1D": { try $0.cropping(rank: 1) }, "Cropping2D": { try $0.cropping(rank: 2) },
    "UpSampling1D": { try $0.upsampling(rank: 1) }, "UpSampling2D": { try $0.upsampling(rank: 2) },

    "Add": { _ in .merge(.add) }, "Subtract": { _ in .merge(.subtract) }, "Multiply": { _ in .merge(.multiply) },
    // Keras 3's operation of this name takes the mean along an axis.
    "Average": { $0.config["axis"] == nil ? .merge(.average) : nil }, "Maximum": { _ in .merge(.maximum) },
    "Minimum": { _ in .merge(.minimum) },
    "Concatenate": { try $0.concatenate() },
    "Merge": { try $0.merge() },

    "Dropout": { try $0.dropout() }, "SpatialDropout1D": { _ in .identity }, "SpatialDropout2D": { _ in .identity },
    "GaussianNoise": { _ in .identity }, "GaussianDropout": { _ in .identity }, "AlphaDropout": { _ in .identity },
    "ActivityRegularization": { _ in .identity }, "Identity": { _ in .identity },
    // What changes pictures in training only.
    "RandomFlip": { _ in .identity }, "RandomRotation": { _ in .identity }, "RandomZoom": { _ in .identity },
    "RandomTranslation": { _ in .identity }, "RandomContrast": { _ in .identity },
    "RandomBrightness": { _ in .identity },
]

/// Keras 3's operations, which it keeps among the layers.
let operationParsers: [String: LayerParser] = [
    "Relu": { _ in .activation(.rectifier) }, "Relu6": { _ in .activation(.relu6) },
    "GetItem": { $0.item() }, "Split": { try $0.split() }, "Transpose": { $0.transpose() },
    "Sigmoid": { _ in .activation(.sigmoid) }, "HardSigmoid": { _ in .activation(.hardSigmoid()) },
    "Tanh": { _ in .activation(.tanh) },
    "Silu": { _ in .activation(.swish) }, "HardSilu": { _ in .activation(.hardSwish) },
    "Softplus": { _ in .activation(.softplus) },
    "LeakyRelu": { try .activation(.relu(slope: $0.float("negative_slope", or: 0.2))) },
    "Negative": { _ in ParsedOperation(.rescaling(Rescaling(scale: [-1]))) },
    "Mean": { try $0.reduction(.average) }, "Max": { try $0.reduction(.max) },
]

extension ParsedOperation {
    static var identity: ParsedOperation { ParsedOperation(.identity) }

    static func activation(_ activation: Activation) -> ParsedOperation {
        ParsedOperation(.activation(activation))
    }

    static func merge(_ kind: Merge.Kind) -> ParsedOperation { ParsedOperation(.merge(Merge(kind))) }
}
