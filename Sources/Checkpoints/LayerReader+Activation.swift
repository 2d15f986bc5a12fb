import Graphs

extension LayerReader {
    /// The function in `activation`: a name, an activation layer, or none at all. Throws `UnknownFunction`.
    func activation() throws -> Activation {
        guard let json = value("activation") else { return .linear }
        if let name = KerasIdentity.function(json, version: version) {
            if name == "hard_sigmoid", version.major < 3 { return .hardSigmoid(slope: 0.2, offset: 0.5) }
            guard let activation = Activation.named[name] else { throw UnknownFunction(name: name) }
            return activation
        }
        let reader = LayerReader(entry: json, name: name, path: path, version: version)
        guard json["config"]?.object != nil, let parser = reader.parser,
            case let .activation(activation)? = try parser(reader)?.operation
        else {
            // Text is a name, that of a layer otherwise its class's, that of a function in its config.
            throw UnknownFunction(
                name: json.string ?? json["config"]?.string
                    ?? json["class_name"]?.string.flatMap { $0.hasPrefix("__") ? nil : $0 })
        }
        return activation
    }

    func relu() throws -> Activation {
        try .relu(
            maximum: optionalFloat("max_value"), slope: float("negative_slope", or: 0),
            threshold: float("threshold", or: 0))
    }

    func parametricReLU() throws -> ParsedOperation? {
        let shared = (value("shared_axes")?.array ?? []).map { ($0.int ?? 0) &- 1 }
        guard shared.allSatisfy({ (0..<8).contains($0) }) else {
            throw error("'shared_axes' should be axes counted from 1")
        }
        return ParsedOperation(.parametricReLU(ParametricReLU(sharedAxes: shared)))
    }
}

extension Activation {
    /// All of Keras 3's names, with the defaults of the functions (a layer's may differ), and older spellings.
    static let named: [String: Activation] = [
        "linear": .linear, "relu": .rectifier, "relu6": .relu6, "leaky_relu": .relu(slope: 0.2),
        "elu": .elu(), "selu": .selu, "celu": .celu(), "sigmoid": .sigmoid, "hard_sigmoid": .hardSigmoid(),
        "tanh": .tanh, "hard_tanh": .hardTanh, "exponential": .exponential, "softplus": .softplus,
        "softsign": .softsign, "silu": .swish, "swish": .swish, "hard_silu": .hardSwish, "hard_swish": .hardSwish,
        "gelu": .gelu(), "mish": .mish, "log_sigmoid": .logSigmoid, "tanh_shrink": .tanhShrink,
        "hard_shrink": .hardShrink(), "soft_shrink": .softShrink(),
        "squareplus": .squareplus(), "sparse_plus": .sparsePlus, "sparse_sigmoid": .sparseSigmoid,
        "softmax": .softmax(), "log_softmax": .logSoftmax, "sparsemax": .sparsemax,
    ]
}
