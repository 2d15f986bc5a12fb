import Graphs

extension LayerReader {
    /// The layer's regularizers and constraints, whatever its kind.
    ///
    /// L1, L2 and both of Keras's own are read as what they are. All else (orthogonal ones, a user's, those of outputs,
    /// every constraint) is kept by name: Keras's training heeds it, and whoever trains without it has to say so.
    var regularization: Regularization {
        var result = Regularization()
        for (key, value) in config.object ?? [:] where !value.isNull {
            if key.hasSuffix("_regularizer") {
                let role = Self.regularizedRoles[String(key.dropLast("_regularizer".count))]
                if let role, let regularizer = value.regularizer {
                    if regularizer != .init() { result.regularizers[role] = regularizer }
                } else if value.regularizer != .init() {
                    result.others.append("\(key) (\(value.objectName))")
                }
            } else if key.hasSuffix("_constraint") {
                result.others.append("\(key) (\(value.objectName))")
            }
        }
        return result
    }

    /// The weight that each key's beginning is about; `W` and `b` are Keras 1's.
    private static let regularizedRoles: [String: WeightRole] = [
        "kernel": .kernel, "W": .kernel, "bias": .bias, "b": .bias, "depthwise": .depthwiseKernel,
        "pointwise": .pointwiseKernel, "gamma": .gamma, "beta": .beta, "alpha": .alpha,
    ]
}

extension JSON {
    /// λ₁ and λ₂ of one of Keras's L1, L2 and L1L2; nil for any other object.
    ///
    /// Keras 2 and 3: `{"class_name": "L2", "config": {"l2": 1e-4}}`; Keras 1: `{"name": "L1L2Regularizer", "l1": 0,
    /// "l2": 1e-4}`, earlier `WeightRegularizer`. A name alone, as people write it by hand, stands for the class with
    /// its defaults.
    fileprivate var regularizer: Regularization.Regularizer? {
        guard KerasIdentity.isOwn(object: self) else { return nil }
        let config = self["config"] ?? self
        /// Nil where it is no number.
        func factor(_ key: String, _ absent: Double) -> Double? {
            guard let value = config[key], !value.isNull else { return absent }
            return (value["value"] ?? value["config"]?["value"] ?? value).double.flatMap { $0.isFinite ? $0 : nil }
        }
        switch objectName {
        case "L1", "l1": return factor("l1", 0.01).map { .init(l1: $0) }
        case "L2", "l2": return factor("l2", 0.01).map { .init(l2: $0) }
        case "L1L2", "L1L2Regularizer", "WeightRegularizer":
            guard let l1 = factor("l1", 0), let l2 = factor("l2", 0) else { return nil }
            return .init(l1: l1, l2: l2)
        default: return nil
        }
    }

    /// What an object of a config is called: its class, a function's name, or Keras 1's name.
    fileprivate var objectName: String {
        let className = self["class_name"]?.string
        return (className == "function" ? self["config"]?.string : nil) ?? className ?? self["name"]?.string ?? string
            ?? kind
    }
}
