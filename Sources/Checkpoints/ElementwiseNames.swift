/// The classes and operations of Keras and TensorFlow that may be a function of single numbers, in case they are not
/// understood.
///
/// What is not in the list looks along an axis, has a state or takes several tensors, so that no declaration fits it.
enum ElementwiseNames {
    /// Layers whose function is the user's, and those that change pictures in training only, which are `linear`
    /// otherwise.
    private static let layers: Set<String> = [
        "Lambda", "Activation", "TensorFlowOpLayer", "SpatialDropout3D", "AugMix", "CutMix", "MixUp", "RandAugment",
        "RandomColorDegeneration", "RandomColorJitter", "RandomElasticTransform", "RandomErasing", "RandomGaussianBlur",
        "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomSaturation",
        "RandomSharpness", "RandomShear",
    ]

    /// Without underscores and case, so that Keras's `LeakyRelu` and TensorFlow's `nn.leaky_relu` are one.
    private static let operations = Set(
        """
        abs absolute add arccos arccosh arcsin arcsinh arctan arctanh cast ceil celu clip clipbyvalue copy cos cosh divide divnonan elu \
        erf erfc exp exp2 expm1 floor floordiv floordivide floormod gelu hardshrink hardsigmoid hardsilu hardswish hardtanh identity \
        leakyrelu log log10 log1p log2 logsigmoid maximum minimum mish mod multiply nantonum neg negative pow power reciprocal relu relu6 rint round \
        rsqrt selu sigmoid sign silu sin sinh softplus softshrink softsign sparseplus sparsesigmoid sqrt square squareplus sub subtract swish tan tanh \
        tanhshrink threshold truediv truedivide trunc xdivy xlogy
        """.split(separator: " ").map(String.init))

    /// Whether an entry of Keras's own may be one. `function` is what a `TFOpLambda` calls: `math.truediv`.
    static func contains(className: String, function: String?) -> Bool {
        if className == "TFOpLambda" {
            guard let last = function?.split(separator: ".").last else { return true }
            return operations.contains(last.filter { $0 != "_" }.lowercased())
        }
        return layers.contains(className) || operations.contains(className.filter { $0 != "_" }.lowercased())
    }
}
