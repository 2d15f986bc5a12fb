/// From which release on Keras has a name, and up to which.
struct KerasReleases: Sendable {
    private let first: (major: Int, minor: Int)
    private let last: (major: Int, minor: Int)
    /// Whether it was TensorFlow's Keras alone that had the name before 2.4.
    private let onlyTensorFlow: Bool

    init(from major: Int, _ minor: Int, to last: (Int, Int) = (.max, .max), onlyTensorFlow: Bool = false) {
        first = (major, minor)
        self.last = last
        self.onlyTensorFlow = onlyTensorFlow
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
        (
            KerasReleases(from: 1, 0),
            """
            Sequential Model InputLayer Dense Convolution1D Convolution2D Convolution3D SeparableConvolution1D SeparableConvolution2D Deconvolution2D \
            BatchNormalization Activation LeakyReLU ELU ThresholdedReLU PReLU ParametricSoftplus SReLU \
            MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D \
            GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D \
            Flatten Reshape Permute RepeatVector ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D \
            UpSampling1D UpSampling2D UpSampling3D Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianNoise GaussianDropout \
            ActivityRegularization Masking Lambda Highway MaxoutDense LocallyConnected1D LocallyConnected2D \
            SimpleRNN GRU LSTM ConvLSTM2D Embedding TimeDistributed Bidirectional
            """
        ),
        (KerasReleases(from: 1, 0, to: (1, 99)), "AtrousConvolution1D AtrousConvolution2D"),
        (KerasReleases(from: 1, 0, to: (2, 1)), "Merge"),
        (
            KerasReleases(from: 2, 0),
            """
            Conv1D Conv2D Conv3D DepthwiseConv2D SeparableConv2D Conv2DTranspose Conv3DTranspose Convolution1DTranspose Convolution2DTranspose \
            MaxPool1D MaxPool2D AvgPool1D AvgPool2D GlobalMaxPool1D GlobalMaxPool2D GlobalAvgPool1D GlobalAvgPool2D \
            Add Multiply Average Maximum Concatenate Subtract Dot AlphaDropout RNN StackedRNNCells GRUCell LSTMCell SimpleRNNCell CuDNNGRU CuDNNLSTM
            """
        ),
        (KerasReleases(from: 2, 1), "SeparableConv1D Softmax ReLU Minimum"),
        (KerasReleases(from: 2, 1, to: (2, 99), onlyTensorFlow: true), "BatchNormalizationV1 BatchNormalizationV2"),
        (
            KerasReleases(from: 2, 2, onlyTensorFlow: true),
            "LayerNormalization Attention AdditiveAttention DenseFeatures TensorFlowOpLayer"
        ),
        (KerasReleases(from: 2, 3, to: (2, 99), onlyTensorFlow: true), "SyncBatchNormalization"),
        (
            KerasReleases(from: 2, 3, onlyTensorFlow: true),
            """
            Functional Normalization Rescaling Resizing CenterCrop RandomCrop RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast \
            RandomHeight RandomWidth Discretization CategoryEncoding TextVectorization
            """
        ),
        (
            KerasReleases(from: 2, 4),
            "Conv1DTranspose MultiHeadAttention EinsumDense TFOpLambda SlicingOpLambda ClassMethod InstanceMethod InstanceProperty StringLookup IntegerLookup Hashing"
        ),
        (KerasReleases(from: 2, 7), "DepthwiseConv1D ConvLSTM1D ConvLSTM3D UnitNormalization"),
        (
            KerasReleases(from: 2, 9),
            "RandomBrightness GroupNormalization SpectralNormalization HashedCrossing FeatureSpace Identity"
        ),
        (
            KerasReleases(from: 3, 0),
            "GroupQueryAttention TorchModuleWrapper JaxLayer FlaxLayer TFSMLayer MelSpectrogram RMSNormalization"
        ),
    ])

    /// Functions that an `activation` names, also the spelling `relu6` of Keras's own MobileNet.
    static let functions = table([
        (KerasReleases(from: 1, 0), "softmax elu softplus softsign relu tanh sigmoid hard_sigmoid linear"),
        (KerasReleases(from: 2, 0), "selu relu6"),
        (KerasReleases(from: 2, 2), "exponential"),
        (KerasReleases(from: 2, 3, onlyTensorFlow: true), "swish"),
        (KerasReleases(from: 2, 4), "gelu"),
        (KerasReleases(from: 2, 12), "mish"),
        (KerasReleases(from: 3, 0), "leaky_relu silu log_softmax"),
        (KerasReleases(from: 3, 1), "hard_silu hard_swish"),
        (KerasReleases(from: 3, 7), "soft_shrink squareplus celu glu tanh_shrink hard_tanh hard_shrink log_sigmoid"),
        (KerasReleases(from: 3, 8), "sparse_plus sparsemax threshold"),
        (KerasReleases(from: 3, 9), "sparse_sigmoid"),
    ])

    /// What Keras 3 has as a layer and as an operation.
    static let layersAndOperations: Set<String> = [
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "Reshape", "Softmax",
    ]

    /// Keras 3 resolves these names in a list of functions, but stores its own function under another one.
    static let aliases: Set<String> = ["swish", "hard_swish"]

    private static func table(_ rows: [(KerasReleases, String)]) -> [String: KerasReleases] {
        rows.reduce(into: [:]) { table, row in
            for name in row.1.split(separator: " ") { table[String(name)] = row.0 }
        }
    }
}
