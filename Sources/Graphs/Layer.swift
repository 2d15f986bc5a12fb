import Tensors

/// A layer of a model: what it computes and the weights it owns.
package struct Layer: Sendable {
    /// The checkpoint's name, unique within the model that holds the layer.
    package var name: String
    /// The names of the models around it, outermost first; empty for a layer of the model itself.
    package var path: [String]
    /// The class that the checkpoint says it is of.
    package var className: String
    package var operation: Operation
    /// In the order of the slots of its kind: trainable ones first, then moving statistics.
    package var weights: [Weight]
    /// Whether training leaves it as it is, because it or a model around it is not trainable.
    package var isFrozen = false
    /// Of an opaque layer, why it cannot be evaluated.
    package var obstacle = Obstacle.undeclared
    /// What training asks of it beside a small loss.
    package var regularization = Regularization()

    package init(
        name: String, path: [String] = [], className: String? = nil, operation: Operation, weights: [Weight] = []
    ) {
        (self.name, self.path) = (name, path)
        self.className = className ?? operation.kind.name
        (self.operation, self.weights) = (operation, weights)
    }

    /// The name with the models around it: `encoder/conv1`.
    package var qualifiedName: String { (path + [name]).joined(separator: "/") }

    /// The number of its weights, trained and not.
    package var parameters: Int { weights.reduce(0) { $0 + $1.tensor.count } }

    /// The weight of a role; nil where the layer has none (a convolution without bias, a BN without scale).
    package subscript(role: WeightRole) -> Tensor? {
        get { weights.first { $0.role == role }?.tensor }
        set {
            let index = weights.firstIndex { $0.role == role }
            switch (index, newValue) {
            case let (index?, tensor?): weights[index].tensor = tensor
            case let (index?, nil): weights.remove(at: index)
            case let (nil, tensor?): weights.append(Weight(role, tensor))
            case (nil, nil): break
            }
        }
    }
}

/// A tensor of numbers that a layer learnt or measured.
package struct Weight: Sendable {
    package var role: WeightRole
    package var tensor: Tensor

    package init(_ role: WeightRole, _ tensor: Tensor) {
        (self.role, self.tensor) = (role, tensor)
    }
}

/// What a weight is for; what its axes mean is said by the slots of the layer that owns it.
package enum WeightRole: Hashable, Sendable {
    case kernel, bias
    case depthwiseKernel, pointwiseKernel
    case gamma, beta, movingMean, movingVariance
    case alpha
    case mean, variance
    /// The n-th weight of an opaque layer, whose meaning is not known.
    case unknown(Int)

    /// Whether training changes it by gradient; the others are statistics.
    package var isTrainable: Bool {
        switch self {
        case .kernel, .bias, .depthwiseKernel, .pointwiseKernel, .gamma, .beta, .alpha: true
        case .movingMean, .movingVariance, .mean, .variance, .unknown: false
        }
    }
}
