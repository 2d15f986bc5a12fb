import Graphs
import Surgery
import Tensors
import TestSupport

/// Random graphs of the usual parts, with scales and weights that are small by random degrees.
struct ApproximateGraphs {
    private var random: SeededGenerator
    private let make: GraphMaker

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed &* 7919)
        make = GraphMaker(seed: seed, format: seed.isMultiple(of: 3) ? .channelsFirst : .channelsLast)
    }

    /// Under these all that `graph` makes small counts as dead.
    static var criteria: Criteria {
        var criteria = Criteria()
        (criteria.scale, criteria.weight) = (2e-2, 2e-2)
        return criteria
    }

    mutating func graph() throws -> Graph {
        var x = try block(make.input(5 + below(3), 5 + below(3), 1 + below(3)), 3 + below(5))
        for _ in 0..<(2 + below(3)) { x = try part(x) }
        let side = try make.conv(x, 2, 1, bias: true)
        x = try below(2) == 0 ? make.globalPool(x) : make.flatten(x)
        x = try make.dense(make.relu(make.norm(make.dense(x, 6))), 3)
        if below(2) == 0 { x = try make.add(.activation(.softmax()), [x]) }
        return shrunk(below(2) == 0 ? make.finished(x) : make.finished(x, side))
    }

    private mutating func below(_ limit: Int) -> Int { random.below(limit) }

    private mutating func block(_ x: TensorID, _ filters: Int) throws -> TensorID {
        let isLarge = (make.graph.shapes[x] ?? []).allSatisfy { $0 ?? 0 >= 3 }
        return try activated(
            make.norm(make.conv(x, filters, 1 + 2 * below(2), padding: isLarge && below(2) == 0 ? .valid : .same)))
    }

    private mutating func activated(_ x: TensorID) throws -> TensorID {
        let choices: [Activation] = [
            .rectifier, .relu6, .relu(slope: 0.2), .tanh, .sigmoid, .swish, .elu(), .gelu(), .hardSwish, .linear,
        ]
        return try make.add(.activation(choices[below(2) == 0 ? 0 : below(choices.count)]), [x])
    }

    private mutating func part(_ x: TensorID) throws -> TensorID {
        let count = make.channels(x)
        switch below(12) {
        case 0, 1: return try block(x, 3 + below(5))
        case 2:
            let kinds: [Merge.Kind] = [.add, .add, .subtract, .average, .maximum, .minimum]
            return try activated(make.merge(kinds[below(kinds.count)], [x, make.norm(make.conv(x, count))]))
        case 3: return try make.merge(.multiply, [x, make.norm(make.conv(x, count))])
        case 4:
            var gate = try make.add(
                .globalPooling(GlobalPooling(.average, keepDimensions: true, dataFormat: make.format)), [x])
            gate = try make.conv(make.norm(make.conv(gate, 3, 1)), count, 1, bias: true, activation: .sigmoid)
            return try make.merge(.multiply, [x, gate])
        case 5: return try make.concatenate([x, activated(make.norm(make.conv(x, 3)))])
        case 6: return try activated(make.norm(make.depthwise(x, multiplier: 1 + below(2))))
        case 7: return try activated(make.norm(make.separable(x, 4)))
        case 8: return try make.pool(below(2) == 0 ? .max : .average, x, padding: .same)
        case 9: return try make.conv(x, 4, groups: count.isMultiple(of: 2) ? 2 : 1)
        case 10:
            let window = Window(size: [3, 3], strides: [2, 2], padding: .same, dataFormat: make.format)
            return try make.add(
                .transposed(TransposedConvolution(filters: 4, window: window)), [x],
                [Weight(.kernel, make.weights([3, 3, 4, count]))])
        default:
            let slopes = try make.add(
                .parametricReLU(ParametricReLU()), [x],
                [Weight(.alpha, make.weights((make.graph.shapes[x] ?? []).map { $0 ?? 1 }))])
            return try make.add(
                .padding(ZeroPadding(amounts: [Amounts(1, 0), Amounts(0, 1)], dataFormat: make.format)), [slopes])
        }
    }

    /// A third of the scales fall to 1e-7…1e-2, a few to 0; so do the weights of some filters. Never of a whole layer.
    private mutating func shrunk(_ graph: Graph) -> Graph {
        var graph = graph
        for layer in graph.layers.indices {
            if case .batchNormalization = graph.layers[layer].operation, let count = graph.layers[layer][.gamma]?.count
            {
                for channel in 1..<max(1, count) where below(3) == 0 {
                    graph.layers[layer][.gamma]?[channel] = below(8) == 0 ? 0 : degree()
                }
            }
            guard case .convolution = graph.layers[layer].operation, let kernel = graph.layers[layer][.kernel],
                let filters = kernel.shape.last
            else { continue }
            for filter in 1..<max(1, filters) where below(10) == 0 {
                let factor = degree() / 4
                for position in stride(from: filter, to: kernel.count, by: filters) {
                    graph.layers[layer][.kernel]?[position] *= factor
                }
            }
        }
        return graph
    }

    /// ±10^−2…−7.
    private mutating func degree() -> Float {
        var result: Float = below(2) == 0 ? 1e-2 : -1e-2
        for _ in 0..<below(6) { result /= 10 }
        return result * (random.uniform() * 0.9 + 0.1)
    }
}
