/// From which release on Keras has some names, and up to which.
struct KerasReleases: Sendable {
    private let first: (major: Int, minor: Int)
    private let last: (major: Int, minor: Int)
    /// Whether it was TensorFlow's Keras alone that had the name before 2.4.
    private let onlyTensorFlow: Bool

    fileprivate let names: String

    /// `names`: what it holds for, between spaces.
    init(
        from major: Int, _ minor: Int, to last: (Int, Int) = (.max, .max), onlyTensorFlow: Bool = false, _ names: String
    ) {
        first = (major, minor)
        (self.last, self.onlyTensorFlow, self.names) = (last, onlyTensorFlow, names)
    }

    func contains(_ version: KerasVersion) -> Bool {
        let number = (version.major, version.minor)
        return number >= first && (number.0 < last.0 || number <= last || version.minor == .max && number.0 == last.0)
            && (!onlyTensorFlow || version.major > 2 || version.isTensorFlow)
    }
}

/// The names under which Keras has layers, models and activation functions.
///
/// A file of Keras 1 or 2, and a legacy file of Keras 3, holds a class by its bare name. A name that the Keras which
/// wrote it did not have yet belongs to somebody else: `LayerNormalization` in a file of Keras 2.2 is a package's.
enum KerasNames {
    static let classes = table([
        .init(
            from: 1, 0,
            """
            Sequential Model InputLayer Dense Convolution1D Convolution2D Convolution3D SeparableConvolution1D SeparableConvolution2D Deconvolution2D \
            BatchNormalization Activation LeakyReLU ELU ThresholdedReLU PReLU ParametricSoftplus SReLU \
            MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D \
            GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D \
            Flatten Reshape Permute RepeatVector ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D \
            UpSampling1D UpSampling2D UpSampling3D Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianNoise GaussianDropout \
            ActivityRegularization Masking Lambda Highway MaxoutDense LocallyConnected1D LocallyConnected2D \
            SimpleRNN GRU LSTM ConvLSTM2D Embedding TimeDistributed Bidirectional
            """),
        .init(from: 1, 0, to: (1, 99), "AtrousConvolution1D AtrousConvolution2D"),
        .init(from: 1, 0, to: (2, 1), "Merge"),
        .init(
            from: 2, 0,
            """
            Conv1D Conv2D Conv3D DepthwiseConv2D SeparableConv2D Conv2DTranspose Conv3DTranspose Convolution1DTranspose Convolution2DTranspose \
            MaxPool1D MaxPool2D AvgPool1D AvgPool2D GlobalMaxPool1D GlobalMaxPool2D GlobalAvgPool1D GlobalAvgPool2D \
            Add Multiply Average Maximum Concatenate Subtract Dot AlphaDropout RNN StackedRNNCells GRUCell LSTMCell SimpleRNNCell CuDNNGRU CuDNNLSTM
            """),
        .init(from: 2, 1, "SeparableConv1D Softmax ReLU Minimum"),
        .init(from: 2, 1, to: (2, 99), onlyTensorFlow: true, "BatchNormalizationV1 BatchNormalizationV2"),
        .init(
            from: 2, 2, onlyTensorFlow: true,
            "LayerNormalization Attention AdditiveAttention DenseFeatures TensorFlowOpLayer"),
        .init(from: 2, 3, to: (2, 99), onlyTensorFlow: true, "SyncBatchNormalization"),
        .init(
            from: 2, 3, onlyTensorFlow: true,
            """
            Functional Normalization Rescaling Resizing CenterCrop RandomCrop RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast \
            RandomHeight RandomWidth Discretization CategoryEncoding TextVectorization
            """),
        .init(
            from: 2, 4,
            "Conv1DTranspose MultiHeadAttention EinsumDense TFOpLambda SlicingOpLambda ClassMethod InstanceMethod InstanceProperty StringLookup IntegerLookup Hashing"
        ),
        .init(from: 2, 7, "DepthwiseConv1D ConvLSTM1D ConvLSTM3D UnitNormalization"),
        .init(
            from: 2, 9,
            "RandomBrightness GroupNormalization SpectralNormalization HashedCrossing FeatureSpace Identity"),
        .init(
            from: 3, 0,
            "GroupQueryAttention TorchModuleWrapper JaxLayer FlaxLayer TFSMLayer MelSpectrogram RMSNormalization"),
    ])

    /// Functions that an `activation` names, also the spelling `relu6` of Keras's own MobileNet.
    static let functions = table([
        .init(from: 1, 0, "softmax elu softplus softsign relu tanh sigmoid hard_sigmoid linear"),
        .init(from: 2, 0, "selu relu6"),
        .init(from: 2, 2, "exponential"),
        .init(from: 2, 3, onlyTensorFlow: true, "swish"),
        .init(from: 2, 4, "gelu"),
        .init(from: 2, 12, "mish"),
        .init(from: 3, 0, "leaky_relu silu log_softmax"),
        .init(from: 3, 1, "hard_silu hard_swish"),
        .init(from: 3, 7, "soft_shrink squareplus celu glu tanh_shrink hard_tanh hard_shrink log_sigmoid"),
        .init(from: 3, 8, "sparse_plus sparsemax threshold"),
        .init(from: 3, 9, "sparse_sigmoid"),
    ])

    /// What Keras 3 has as a layer and as an operation.
    static let layersAndOperations: Set<String> = [
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "Reshape", "Softmax",
    ]

    /// Keras 3 resolves these names in a list of functions, but stores its own function under another one.
    static let aliases: Set<String> = ["swish", "hard_swish"]

    private static func table(_ rows: [KerasReleases]) -> [String: KerasReleases] {
        rows.reduce(into: [:]) { table, row in
            for name in row.names.split(separator: " ") { table[String(name)] = row }
        }
    }
}
