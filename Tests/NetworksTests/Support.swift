import Graphs
import Networks
import Tensors

extension Tensor {
    /// Uniform numbers in [−1, 1).
    static func random(_ shape: [Int], seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { _ in generator.uniform() * 2 - 1 })
    }

    /// 0, 1, 2, …
    static func counting(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape, (0..<Tensor.count(of: shape)).map(Float.init))
    }

    /// The largest difference relative to the largest element of `expected`.
    func deviation(from expected: Tensor) -> Float {
        guard shape == expected.shape else { return .infinity }
        let scale = expected.elements.reduce(1e-6) { max($0, abs($1)) }
        return zip(elements, expected.elements).reduce(0) {
            abs($1.0 - $1.1) <= .infinity ? max($0, abs($1.0 - $1.1) / scale) : .infinity
        }
    }
}

extension Graph {
    /// A graph of one layer, its inputs of the given shapes.
    static func of(_ operation: Operation, _ weights: [(WeightRole, Tensor)] = [], inputs: [TensorShape]) throws
        -> Graph
    {
        var graph = Graph()
        let tensors = try inputs.enumerated().map {
            try graph.add(Layer(name: "in\($0)", operation: .input(Input(shape: $1))))
        }
        let output = try graph.add(
            Layer(name: "layer", operation: operation, weights: weights.map { Weight($0, $1) }), tensors)
        graph.outputs = [output]
        return graph
    }

    mutating func input(_ shape: TensorShape) throws -> TensorID {
        try add(Layer(name: "in\(layers.count)", operation: .input(Input(shape: shape))))
    }

    /// Adds a layer called `name` with random weights of the shapes it asks for.
    mutating func add(_ name: String, _ operation: Operation, _ inputs: [TensorID]) throws -> TensorID {
        let shape = (inputs.first.flatMap { shapes[$0] } ?? []).map { $0 ?? 1 }
        return try add(
            Layer(
                name: name, operation: operation,
                weights: operation.randomWeights(input: shape, seed: UInt64(layers.count))), inputs)
    }
}

/// What one layer makes of inputs without their batch axis; all are one image.
func result(
    _ operation: Operation, _ weights: [(WeightRole, Tensor)] = [], _ inputs: Tensor...,
    backend: NetworkOptions = NetworkOptions(threads: 1)
) throws -> Tensor {
    let graph = try Graph.of(operation, weights, inputs: inputs.map { $0.shape.map { $0 } })
    let output = try Network(graph, options: backend).run(inputs.map { $0.reshaped([1] + $0.shape) })[0]
    return output.reshaped(Array(output.shape.dropFirst()))
}

extension Operation {
    /// Weights of the right shapes for an input of shape `input`, statistics positive.
    func randomWeights(input: [Int], seed: UInt64) -> [Weight] {
        func channels(_ window: Window) -> Int {
            window.dataFormat == .channelsLast ? input[input.count - 1] : input[0]
        }
        let shapes: [(WeightRole, [Int])] =
            switch self {
            case let .convolution(c):
                [(.kernel, c.window.size + [channels(c.window) / c.groups, c.filters]), (.bias, [c.filters])]
            case let .depthwise(d):
                [
                    (.depthwiseKernel, d.window.size + [channels(d.window), d.multiplier]),
                    (.bias, [channels(d.window) * d.multiplier]),
                ]
            case let .separable(s):
                [
                    (.depthwiseKernel, s.window.size + [channels(s.window), s.multiplier]),
                    (.pointwiseKernel, s.window.size.map { _ in 1 } + [channels(s.window) * s.multiplier, s.filters]),
                    (.bias, [s.filters]),
                ]
            case let .transposed(t):
                [(.kernel, t.window.size + [t.filters, channels(t.window)]), (.bias, [t.filters])]
            case let .dense(d): [(.kernel, [input[input.count - 1], d.units]), (.bias, [d.units])]
            case let .batchNormalization(b):
                [WeightRole.gamma, .beta, .movingMean, .movingVariance].map { ($0, [input[b.axis]]) }
            case let .layerNormalization(l): [WeightRole.gamma, .beta].map { ($0, l.axes.map { input[$0] }) }
            case let .parametricReLU(p): [(.alpha, input.enumerated().map { p.sharedAxes.contains($0) ? 1 : $1 })]
            case let .normalization(n): [WeightRole.mean, .variance].map { ($0, n.axes.map { input[$0] }) }
            default: []
            }
        return shapes.enumerated().map { index, entry in
            var tensor = Tensor.random(entry.1, seed: seed &* 31 &+ UInt64(index))
            if [.movingVariance, .variance].contains(entry.0) {
                tensor = Tensor(shape: tensor.shape, tensor.elements.map { abs($0) + 0.1 })
            }
            return Weight(entry.0, tensor)
        }
    }
}
