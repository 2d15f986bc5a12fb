import Graphs
import Kernels
import Tensors

/// The intervals of every channel of every tensor, from the inputs forward.
struct RangePropagation {
    let graph: Graph
    let wiring: ChannelWiring
    let producers: IDArray<TensorID, NodeID?>
    private let box: InputBox
    private(set) var intervals: IDArray<TensorID, [Interval]>
    var beforeActivation: [TensorID: [Interval]] = [:]
    /// The sums that layers with weights make, before their own activation, and their biases.
    var sums: [TensorID: (sums: WeightedSums, bias: Tensor?)] = [:]
    /// What bounds sums by what the layer before reads, too; nil: nothing does. See `BackSubstitution`.
    let relaxation: WorkerPool?
    /// How many products that may still take, some minutes of one core at first; layers beyond keep their intervals.
    var productsLeft = 1 << 39

    init(_ graph: Graph, _ box: InputBox, relaxation: WorkerPool?) {
        (self.graph, self.box, self.relaxation) = (graph, box, relaxation)
        wiring = ChannelWiring(graph)
        producers = graph.producers
        intervals = wiring.counts.mapValues { Array(repeating: .unbounded, count: max(1, $0)) }
    }

    /// Sets what a node makes.
    mutating func pass(_ id: NodeID) {
        let node = graph.nodes[id]
        guard let output = node.outputs.first else { return }
        let width = intervals[output].count
        let made = made(id, width)
        precondition(made.count == width, "\(made.count) intervals for \(width) channels")
        intervals[output] = made
    }

    private mutating func made(_ id: NodeID, _ width: Int) -> [Interval] {
        let layer = graph.layer(of: id)
        switch layer.operation.kind.effect {
        case .source: return fed(id, width)
        case .unknown:
            if case let .layerNormalization(norm) = layer.operation { return normalized(id, norm, layer, width) }
            return Array(repeating: .unbounded, count: width)
        case .weights, .taps: return weighted(id, layer, width)
        case let .normalization(norm): return normalized(id, norm, layer, width)
        case let .function(activation):
            return activated(activation, elementwise(id, width), graph.shapes[graph.nodes[id].outputs[0]])
        case .slopes: return sloped(id, layer, width)
        case .affine: return scaled(id, layer, width)
        case .copy: return elementwise(id, width)
        case .move: return met(id, 0, width).map { $0 ?? .unbounded }
        case let .plane(change): return changed(id, change, width)
        case let .merge(kind): return merged(id, kind, width)
        case .concatenation: return concatenated(id, width)
        }
    }

    /// What the caller feeds.
    private func fed(_ id: NodeID, _ width: Int) -> [Interval] {
        guard let index = graph.inputs.firstIndex(where: { graph.nodes[id].outputs.contains($0) }),
            box.inputs.indices.contains(index), let range = box.inputs[index]
        else { return Array(repeating: .unbounded, count: width) }
        func interval(_ channel: Int) -> Interval {
            Interval(Double(range[channel].lowerBound), Double(range[channel].upperBound))
        }
        return range.channels == 1 || range.channels == width
            ? (0..<width).map(interval) : Array(repeating: (0..<range.channels).map(interval).hull, count: width)
    }

    /// The intervals of one input as the output's channels meet them; nil for a channel that none of the input's is a
    /// part of.
    func met(_ id: NodeID, _ position: Int, _ width: Int) -> [Interval?] {
        let own = intervals[graph.nodes[id].inputs[position]], roles = wiring.roles[id]
        switch roles.indices.contains(position) ? roles[position] : .broadcast {
        case let .passed(source) where source.count == width && source.allSatisfy({ $0 < own.count }):
            return source.map { $0 >= 0 ? own[$0] : nil }
        case let .joined(into) where into.count == own.count && into.allSatisfy({ $0 < width }):
            var result = [Interval?](repeating: nil, count: width)
            for (channel, target) in into.enumerated() {
                result[target] = result[target].map { $0.union(own[channel]) } ?? own[channel]
            }
            return result
        case .passed, .joined, .broadcast, .read, .pinned: return Array(repeating: own.hull, count: width)
        }
    }

    /// Those of the first input of a layer that keeps every element at its place, whether or not channels may go.
    func elementwise(_ id: NodeID, _ width: Int) -> [Interval] {
        let node = graph.nodes[id], own = intervals[node.inputs[0]]
        if own.count == width, wiring.axes[node.inputs[0]] == wiring.axes[node.outputs[0]] { return own }
        return met(id, 0, width).map { $0 ?? .unbounded }
    }

    private func concatenated(_ id: NodeID, _ width: Int) -> [Interval] {
        var result = [Interval?](repeating: nil, count: width)
        for position in graph.nodes[id].inputs.indices {
            for (channel, own) in met(id, position, width).enumerated() {
                guard let own else { continue }
                result[channel] = result[channel].map { $0.union(own) } ?? own
            }
        }
        return result.map { $0 ?? .unbounded }
    }

    /// Each step of a sum or a product rounds once.
    private func merged(_ id: NodeID, _ kind: Merge.Kind, _ width: Int) -> [Interval] {
        let inputs = graph.nodes[id].inputs.indices.map { met(id, $0, width) }
        return (0..<width).map { channel in
            let operands = inputs.compactMap { $0[channel] }
            guard operands.count == inputs.count, operands.allSatisfy(\.isBounded), let first = operands.first else {
                return .unbounded
            }
            let rest = operands.dropFirst(), steps = Double(operands.count) + 1
            let total = operands.reduce(0) { $0 + $1.magnitude }
            func rounded(_ exact: Interval, of size: Double) -> Interval {
                rest.isEmpty ? exact : exact.widened(by: Rounding.error(operations: steps, of: size))
            }
            switch kind {
            case .add:
                return rounded(rest.reduce(first) { Interval($0.lower + $1.lower, $0.upper + $1.upper) }, of: total)
            case .subtract:
                return rounded(rest.reduce(first) { Interval($0.lower - $1.upper, $0.upper - $1.lower) }, of: total)
            case .average:
                let sum = rest.reduce(first) { Interval($0.lower + $1.lower, $0.upper + $1.upper) }
                return rounded(sum.scaled(by: 1 / Double(operands.count)), of: total)
            case .multiply:
                let product = rest.reduce(first) { $0.multiplied(by: $1) }
                return rounded(product, of: operands.reduce(1) { $0 * $1.magnitude })
            case .maximum: return rest.reduce(first) { Interval(max($0.lower, $1.lower), max($0.upper, $1.upper)) }
            case .minimum: return rest.reduce(first) { Interval(min($0.lower, $1.lower), min($0.upper, $1.upper)) }
            }
        }
    }

    /// Layers that change the plane: what they put in is 0, and averages and interpolations stay inside.
    private func changed(_ id: NodeID, _ change: PlaneChange, _ width: Int) -> [Interval] {
        let own = met(id, 0, width).map { $0 ?? .unbounded }
        func rounded(_ operations: Double) -> [Interval] {
            own.map { $0.isBounded ? $0.widened(by: Rounding.error(operations: operations, of: $0.magnitude)) : $0 }
        }
        switch change {
        case let .padding(padding):
            let isPadded = padding.amounts.contains { $0.before > 0 || $0.after > 0 }
            return isPadded ? own.map { $0.union(.zero) } : own
        case .cropping: return own
        case let .upsampling(upsampling): return upsampling.interpolation == .nearest ? own : rounded(16)
        case let .pooling(pooling):
            return pooling.kind == .max ? own : rounded(Double(pooling.window.size.reduce(1, *)) + 2)
        case let .globalPooling(pooling):
            if pooling.kind == .max { return own }
            // Lines first, then their sums: twice the root of the positions, of which there are no 2³⁰.
            let positions = graph.shapes[graph.nodes[id].inputs[0]].flatMap { elementCount($0) } ?? 1 << 30
            return rounded(2 * Double(positions).squareRoot() + 4)
        }
    }
}
