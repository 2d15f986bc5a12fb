import Graphs

extension LayerReader {
    /// The function in `activation`: a name, an activation layer, or none at all. Throws `UnknownActivation`.
    func activation() throws -> Activation { try activation(value("activation") ?? .string("linear")) }

    private func activation(_ json: JSON) throws -> Activation {
        if let name = json.string {
            guard let activation = Activation(named: name, version: version) else { throw UnknownActivation() }
            return activation
        }
        guard let className = json["class_name"]?.string, let config = json["config"] else { throw UnknownActivation() }
        if let name = config.string { return try activation(.string(name)) }
        let reader = LayerReader(entry: .object(["class_name": .string(className), "config": config]), name: name, path: path, version: version)
        guard let parser = layerParsers[className], case let .activation(activation)? = try parser(reader)?.operation else { throw UnknownActivation() }
        return activation
    }

    func relu() throws -> Activation {
        try .relu(maximum: optionalFloat("max_value"), slope: float("negative_slope", or: 0), threshold: float("threshold", or: 0))
    }

    func parametricReLU() throws -> ParsedOperation? {
        let shared = (value("shared_axes")?.array ?? []).map { ($0.int ?? 0) &- 1 }
        guard shared.allSatisfy({ (0..<8).contains($0) }) else { throw error("'shared_axes' should be axes counted from 1") }
        return ParsedOperation(operation: .parametricReLU(ParametricReLU(sharedAxes: shared)), roles: [.alpha])
    }
}

extension Activation {
    /// The function Keras knows by `name`, as `version` computes it; nil for other names.
    init?(named name: String, version: KerasVersion) {
        switch name {
        case "hard_sigmoid" where version.major < 3: self = .hardSigmoid(slope: 0.2, offset: 0.5)
        default:
            guard let activation = Self.named[name] else { return nil }
            self = activation
        }
    }

    /// All of Keras 3's names, with the defaults of the functions (a layer's may differ), and older spellings.
    static let named: [String: Activation] = [
        "linear": .linear, "relu": .rectifier, "relu6": .relu6, "leaky_relu": .relu(slope: 0.2),
        "elu": .elu(), "selu": .selu, "celu": .celu(), "sigmoid": .sigmoid, "hard_sigmoid": .hardSigmoid(),
        "tanh": .tanh, "hard_tanh": .hardTanh, "exponential": .exponential, "softplus": .softplus, "softsign": .softsign,
        "silu": .swish, "swish": .swish, "hard_silu": .hardSwish, "hard_swish": .hardSwish, "gelu": .gelu(), "mish": .mish,
        "log_sigmoid": .logSigmoid, "tanh_shrink": .tanhShrink, "hard_shrink": .hardShrink(), "soft_shrink": .softShrink(),
        "squareplus": .squareplus(), "sparse_plus": .sparsePlus, "sparse_sigmoid": .sparseSigmoid,
        "softmax": .softmax(), "log_softmax": .logSoftmax, "sparsemax": .sparsemax,
    ]
}
