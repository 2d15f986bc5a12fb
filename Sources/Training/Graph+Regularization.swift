import Graphs

/// What training makes of the regularizers and constraints that a checkpoint's layers ask for, in words.
extension Graph {
    /// The regularizers that every step applies: `L2 0.0001 on the kernel of 'conv1', 'conv2' and 3 more`. In the order of
    /// the layers, one line for each regularizer on the weights of one kind; layers that are not trainable have none, as in Keras.
    package var appliedRegularizers: [String] {
        var places: [(what: String, layer: String)] = []
        for layer in layers where !layer.isFrozen {
            for weight in layer.weights where weight.role.isTrainable {
                guard let regularizer = layer.regularization.regularizers[weight.role] else { continue }
                places.append(("\(regularizer.words) on the \(weight.role.words)", layer.qualifiedName))
            }
        }
        return Self.grouped(places)
    }

    /// What is asked for and not done: `activity_regularizer (L2) of 'conv1'`. Of layers that are not trainable only what is
    /// about outputs.
    package var unappliedRegularization: [String] {
        Self.grouped(
            layers.flatMap { layer in
                layer.regularization.others.filter { !layer.isFrozen || $0.hasPrefix("activity") }.map {
                    ($0, layer.qualifiedName)
                }
            })
    }

    private static func grouped(_ places: [(what: String, layer: String)]) -> [String] {
        var names: [String: [String]] = [:], order: [String] = []
        for (what, layer) in places {
            if names[what] == nil { order.append(what) }
            names[what, default: []].append("'\(layer)'")
        }
        return order.map { what in
            let layers = names[what] ?? [], shown = layers.prefix(5).joined(separator: ", ")
            return "\(what) of \(shown)\(layers.count > 5 ? " and \(layers.count - 5) more" : "")"
        }
    }
}

extension Regularization.Regularizer {
    fileprivate var words: String {
        ([("L1", l1), ("L2", l2)].filter { $0.1 != 0 }.map { "\($0.0) \($0.1)" }).joined(separator: " and ")
    }
}

extension WeightRole {
    fileprivate var words: String {
        switch self {
        case .kernel: "kernel"
        case .bias: "bias"
        case .depthwiseKernel: "depthwise kernel"
        case .pointwiseKernel: "pointwise kernel"
        case .gamma: "scale γ"
        case .beta: "shift β"
        case .alpha: "slopes"
        case .movingMean, .mean: "mean"
        case .movingVariance, .variance: "variance"
        case let .unknown(number): "weight \(number)"
        }
    }
}
