import Graphs

extension Activation {
    /// Keras 3's name of the function; nil where it has parameters that the name does not imply.
    var kerasName: String? {
        switch self {
        case .linear: "linear"
        case .rectifier: "relu"
        case .relu6: "relu6"
        case .elu(alpha: 1): "elu"
        case .selu: "selu"
        case .celu(alpha: 1): "celu"
        case .sigmoid: "sigmoid"
        case .hardSigmoid(slope: 1 / 6, offset: 0.5): "hard_sigmoid"
        case .tanh: "tanh"
        case .hardTanh: "hard_tanh"
        case .exponential: "exponential"
        case .softplus: "softplus"
        case .softsign: "softsign"
        case .swish: "silu"
        case .hardSwish: "hard_silu"
        case .gelu(approximate: false): "gelu"
        case .mish: "mish"
        case .logSigmoid: "log_sigmoid"
        case .tanhShrink: "tanh_shrink"
        case .hardShrink(threshold: 0.5): "hard_shrink"
        case .softShrink(threshold: 0.5): "soft_shrink"
        case .squareplus(b: 4): "squareplus"
        case .sparsePlus: "sparse_plus"
        case .sparseSigmoid: "sparse_sigmoid"
        case .softmax(axes: [-1]): "softmax"
        case .logSoftmax: "log_softmax"
        case .sparsemax: "sparsemax"
        case .relu, .elu, .celu, .hardSigmoid, .gelu, .hardShrink, .softShrink, .threshold, .squareplus, .softmax: nil
        }
    }

    /// Keras 3's layer of the function, and its parameters; nil where there is none.
    var kerasLayer: (className: String, config: JSON)? {
        switch self {
        case let .relu(nil, slope, 0) where slope != 0: ("LeakyReLU", ["negative_slope": .number(slope)])
        case let .relu(maximum, slope, threshold):
            (
                "ReLU",
                [
                    "max_value": maximum.map { .number($0) } ?? .null, "negative_slope": .number(slope),
                    "threshold": .number(threshold),
                ]
            )
        case let .elu(alpha): ("ELU", ["alpha": .number(alpha)])
        case let .softmax(axes): ("Softmax", ["axis": .axes(axes)])
        default: kerasName.map { ("Activation", ["activation": .string($0)]) }
        }
    }

    /// The value of `activation` in the config of a layer that applies the function itself: a name, or a layer; nil
    /// where Keras 3 has neither.
    var kerasArgument: JSON? {
        if let kerasName { return .string(kerasName) }
        return kerasLayer.map {
            [
                "module": "keras.layers", "class_name": .string($0.className), "config": $0.config,
                "registered_name": .null,
            ]
        }
    }
}
