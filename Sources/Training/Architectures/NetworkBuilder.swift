import Graphs
import Networks
import Tensors

/// Puts layers together under the names that Keras users give them, with fresh weights.
struct NetworkBuilder {
    let seed: UInt64
    let design: NetworkDesign
    private(set) var graph = Graph()

    private static let largestKernel = 1 << 30
    /// The elements of all kernels so far.
    private var total = 0

    init(seed: UInt64, design: NetworkDesign) {
        (self.seed, self.design) = (seed, design)
    }

    mutating func input() throws -> TensorID {
        try graph.add(Layer(name: "input", operation: .input(Input(shape: design.inputShape.map { $0 }))))
    }

    /// A square 2D convolution with "same" padding.
    mutating func convolution(
        _ name: String, _ x: TensorID, filters: Int, kernel: Int, stride: Int = 1, hasBias: Bool = false
    ) throws -> TensorID {
        let window = Window(size: [kernel, kernel], strides: [stride, stride], padding: .same)
        let weights =
            try self.kernel(name, [kernel, kernel, length(of: x, axis: 2), filters]) + (hasBias ? [bias(filters)] : [])
        return try graph.add(
            Layer(name: name, operation: .convolution(Convolution(filters: filters, window: window)), weights: weights),
            [x])
    }

    mutating func dense(_ name: String, _ x: TensorID, units: Int, hasBias: Bool) throws -> TensorID {
        let weights = try kernel(name, [length(of: x, axis: 0), units]) + (hasBias ? [bias(units)] : [])
        return try graph.add(Layer(name: name, operation: .dense(Dense(units: units)), weights: weights), [x])
    }

    /// ε and momentum are PyTorch's (which calls the latter 0.1).
    mutating func normalization(_ name: String, _ x: TensorID) throws -> TensorID {
        let axis = (graph.shapes[x]?.count ?? 1) - 1, channels = length(of: x, axis: axis)
        let values: [(WeightRole, Float)] = [(.beta, design.beta), (.movingMean, 0), (.movingVariance, 1)]
        let weights =
            [Weight(.gamma, scales(name, channels))]
            + values.map { Weight($0, Tensor(shape: [channels], repeating: $1)) }
        return try graph.add(
            Layer(
                name: name,
                operation: .batchNormalization(BatchNormalization(axis: axis, epsilon: 1e-5, momentum: 0.9)),
                weights: weights), [x])
    }

    mutating func activation(_ name: String, _ x: TensorID) throws -> TensorID {
        try add(name, .activation(design.activation), x)
    }

    /// conv, bn, relu of that number.
    mutating func filtered(_ number: String, _ x: TensorID, filters: Int, kernel: Int, stride: Int = 1) throws
        -> TensorID
    {
        let sums = try convolution("conv\(number)", x, filters: filters, kernel: kernel, stride: stride)
        return try activation("relu\(number)", normalization("bn\(number)", sums))
    }

    mutating func add(_ name: String, _ operation: Operation, _ inputs: TensorID...) throws -> TensorID {
        try graph.add(Layer(name: name, operation: operation), inputs)
    }

    mutating func pooling(
        _ kind: PoolingKind, _ name: String, _ x: TensorID, size: Int, stride: Int, padding: Padding = .valid
    ) throws -> TensorID {
        try add(
            name,
            .pooling(Pooling(kind, window: Window(size: [size, size], strides: [stride, stride], padding: padding))), x)
    }

    mutating func globalPooling(_ x: TensorID) throws -> TensorID {
        try add("global_pool", .globalPooling(GlobalPooling(.average)), x)
    }

    mutating func dropout(_ name: String, rate: Float, _ x: TensorID) throws -> TensorID {
        rate > 0 ? try add(name, .dropout(rate: rate), x) : x
    }

    /// Hidden dense layers with BN, whose shifts stand in for biases.
    mutating func hidden(_ units: [Int], _ x: TensorID) throws -> TensorID {
        try units.enumerated().reduce(x) { x, layer in
            let number = layer.offset + 1
            let normalized = try normalization(
                "fc\(number)_bn", dense("fc\(number)", x, units: layer.element, hasBias: false))
            return try dropout(
                "fc\(number)_dropout", rate: design.dropout ?? 0, activation("fc\(number)_relu", normalized))
        }
    }

    /// Hidden dense layers with biases and no BN.
    mutating func plain(_ units: [Int], dropout rate: Float, _ x: TensorID) throws -> TensorID {
        try units.enumerated().reduce(x) { x, layer in
            let number = layer.offset + 1, sums = try dense("fc\(number)", x, units: layer.element, hasBias: true)
            return try dropout("fc\(number)_dropout", rate: rate, activation("fc\(number)_relu", sums))
        }
    }

    /// The last layers, on a vector for each image.
    mutating func classify(_ x: TensorID) throws {
        let logits = try dense("logits", x, units: design.classes, hasBias: true)
        graph.outputs = [try add("softmax", .activation(.softmax()), logits)]
    }

    private func length(of tensor: TensorID, axis: Int) -> Int {
        guard let length = graph.shapes[tensor]?[axis] else {
            preconditionFailure("named networks have inputs of known shape")
        }
        return length
    }

    private func bias(_ count: Int) -> Weight { Weight(.bias, Tensor(shape: [count])) }

    /// Uniform in ±√2 · √(6 / (fan in + fan out)), a fan being channels times the window's area: Glorot & Bengio 2010
    /// with the gain that ReLU asks for, so that the variance is 4 / (fan in + fan out).
    ///
    /// Throws `tooLarge` where a kernel, or all of them with gradients and an optimizer's state, are beyond memory.
    private mutating func kernel(_ name: String, _ shape: [Int]) throws -> [Weight] {
        guard let count = elementCount(shape), count <= Self.largestKernel,
            (total + count).timesClamped(4 * 4) <= SystemResources.memory
        else { throw ArchitectureError.tooLarge(network: design.network, layer: name, shape: shape) }
        total += count
        let fans = shape.dropLast(2).reduce(1, *) * (shape[shape.count - 2] + shape[shape.count - 1])
        let limit = Float((12 / Double(fans)).squareRoot())
        return [Weight(.kernel, drawn(name, shape) { limit * (2 * $0 - 1) })]
    }

    private func scales(_ name: String, _ channels: Int) -> Tensor {
        switch design.gamma {
        case let .constant(value): Tensor(shape: [channels], repeating: value)
        case .uniform: drawn(name, [channels]) { $0 }
        }
    }

    /// A tensor of `value(u)`, u drawn evenly from 0 to 1, of a layer's own seed.
    private func drawn(_ name: String, _ shape: [Int], _ value: (Float) -> Float) -> Tensor {
        var seeds = SeededGenerator(seed: seed), tensor = Tensor(shape: shape)
        // FNV-1a of the name: a layer's weights do not change with what else is in the network.
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var random = SeededGenerator(seed: seeds.next() ^ hash)
        tensor.withMutableSpan { elements in
            for index in elements.indices { elements[index] = value(random.uniform()) }
        }
        return tensor
    }
}
