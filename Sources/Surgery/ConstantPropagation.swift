import Graphs
import Tensors

/// The value of every channel of every tensor, from the inputs forward.
///
/// A channel is constant when it holds one number at every position of the plane, whatever the input and its size. What
/// zero padding makes different at the border is not constant here.
struct ConstantPropagation {
    let graph: Graph
    let wiring: ChannelWiring
    let criteria: Criteria
    /// For each tensor the values of its channels; empty where the channels are unknown.
    private(set) var values: [[ChannelValue]]

    init(_ graph: Graph, _ wiring: ChannelWiring, _ criteria: Criteria) {
        self.graph = graph
        self.wiring = wiring
        self.criteria = criteria
        values = wiring.counts.map { Array(repeating: .alive, count: $0) }
        for id in graph.nodes.indices {
            for output in graph.nodes[id].outputs where wiring.counts[output] > 0 {
                values[output] = channels(of: id, output)
                for (held, proof) in [(criteria.observed, Proof.observed), (criteria.chosen, .chosen)] where !held.isEmpty {
                    for channel in values[output].indices {
                        guard let value = held[ChannelID(output, channel)] else { continue }
                        // What is better known stays; what follows from claims as weak as this one does not.
                        if case let .constant(_, known) = values[output][channel], known < proof { continue }
                        values[output][channel] = .constant(value, proof)
                    }
                }
            }
        }
    }

    private func channels(of id: NodeID, _ output: TensorID) -> [ChannelValue] {
        let layer = graph.layer(of: id), count = wiring.counts[output]
        switch layer.operation {
        case .input, .opaque, .layerNormalization, .normalization:
            return Array(repeating: .alive, count: count)
        case let .convolution(c): return combined(id, layer, count, c.activation)
        case let .separable(s): return combined(id, layer, count, s.activation)
        case let .transposed(t): return combined(id, layer, count, t.activation)
        case let .dense(d): return combined(id, layer, count, d.activation)
        case let .depthwise(d): return depthwise(id, layer, d)
        case .batchNormalization: return normalized(id, layer)
        case let .activation(a): return carried(id) { $0.mapped(a.value) }
        case .parametricReLU: return parametricReLU(id, layer)
        case let .rescaling(r):
            guard r.scale.count == 1, r.offset.count == 1 else { return Array(repeating: .alive, count: count) }
            return carried(id) { $0.mapped { $0 * Double(r.scale[0]) + Double(r.offset[0]) } }
        case let .padding(p):
            let pads = p.amounts.contains { $0.before != 0 || $0.after != 0 }
            return carried(id) { pads && $0.constant != 0 ? .alive : $0 }
        case .pooling, .globalPooling, .flatten, .reshape, .permute, .repeatVector, .cropping, .upsampling, .identity:
            return carried(id) { $0 }
        case let .merge(m): return merged(id, m, count)
        case .concatenate: return concatenated(id, count)
        }
    }

    /// The values of the single input, brought to the output's channels and changed by `change`.
    private func carried(_ id: NodeID, _ change: (ChannelValue) -> ChannelValue) -> [ChannelValue] {
        let output = graph.nodes[id].outputs[0], input = graph.nodes[id].inputs[0]
        guard case let .carried(source) = wiring.roles[id][0] else { return Array(repeating: .alive, count: wiring.counts[output]) }
        return source.map { change(values[input][$0]) }
    }

    /// A layer whose weights combine channels: constant where nothing alive is read with a nonzero weight.
    private func combined(_ id: NodeID, _ layer: Layer, _ count: Int, _ activation: Activation) -> [ChannelValue] {
        let reads = ChannelReads(graph, id)
        let bias = layer[.bias]
        let small = criteria.weight.map { reads.writtenNorms(below: $0) } ?? [:]
        let inputs = wiring.roles[id] == [.read] ? values[graph.nodes[id].inputs[0]] : []
        let sums = criteria.weight == nil && inputs.allSatisfy { $0 == .alive } ? [:] : reads.constants(of: inputs, zeroIsUnread: criteria.weight != nil)
        return (0..<count).map { filter in
            let own = bias.map { Double($0[filter]) } ?? 0
            if let exact = small[filter] { return ChannelValue.constant(own, exact ? .proven : .approximate).mapped(activation.value) }
            guard let (sum, proof) = sums[filter] else { return .alive }
            return ChannelValue.constant(own + sum, proof).mapped(activation.value)
        }
    }

    /// One channel in, `multiplier` out. Kernel: window × channels × multiplier.
    private func depthwise(_ id: NodeID, _ layer: Layer, _ d: DepthwiseConvolution) -> [ChannelValue] {
        let output = graph.nodes[id].outputs[0], input = graph.nodes[id].inputs[0]
        guard let kernel = layer[.depthwiseKernel], case let .carried(source) = wiring.roles[id][0] else { return Array(repeating: .alive, count: wiring.counts[output]) }
        let bias = layer[.bias], count = source.count, taps = kernel.count / max(1, count)
        let padded = d.window.isPadded(graph.shapes[input])
        return source.indices.map { channel in
            let own = bias.map { Double($0[channel]) } ?? 0
            var sum = 0.0, squares = 0.0
            for tap in 0..<taps {
                let weight = Double(kernel[tap * count + channel])
                sum += weight
                squares += weight * weight
            }
            let value: ChannelValue
            if let threshold = criteria.weight, squares == 0 || squares.squareRoot() < Double(threshold) {
                value = .constant(own, squares == 0 ? .proven : .approximate)
            } else if case let .constant(a, proof) = values[input][source[channel]], a == 0 || !padded {
                value = .constant(own + a * sum, proof)
            } else {
                value = .alive
            }
            return value.mapped(d.activation.value)
        }
    }

    private func normalized(_ id: NodeID, _ layer: Layer) -> [ChannelValue] {
        let input = graph.nodes[id].inputs[0], output = graph.nodes[id].outputs[0]
        guard let mean = layer[.movingMean], let variance = layer[.movingVariance], case let .batchNormalization(norm) = layer.operation,
            case .carried = wiring.roles[id][0]
        else { return Array(repeating: .alive, count: wiring.counts[output]) }
        return values[input].enumerated().map { c, value in
            let gamma = layer[.gamma].map { Double($0[c]) } ?? 1, beta = layer[.beta].map { Double($0[c]) } ?? 0
            if let threshold = criteria.scale, gamma == 0 || abs(gamma) < Double(threshold) {
                if gamma == 0 { return .constant(beta, .proven) }
                // A proven constant input is better knowledge than the mean response.
                if !value.isProven { return .constant(beta, .approximate) }
            }
            return value.mapped { gamma * ($0 - Double(mean[c])) / (Double(variance[c]) + Double(norm.epsilon)).squareRoot() + beta }
        }
    }

    /// Slopes that differ over the plane make a negative constant depend on the position.
    private func parametricReLU(_ id: NodeID, _ layer: Layer) -> [ChannelValue] {
        let input = graph.nodes[id].inputs[0], output = graph.nodes[id].outputs[0]
        guard let alpha = layer[.alpha], let axis = wiring.axes[input], case .carried = wiring.roles[id][0], alpha.shape.indices.contains(axis) else {
            return Array(repeating: .alive, count: wiring.counts[output])
        }
        return values[input].enumerated().map { c, value in
            guard case let .constant(x, proof) = value, x < 0 else { return value }
            let slopes = alpha.shape[axis] == 1 ? alpha : alpha.gathered(axis: axis, [c])
            return slopes.elements.allSatisfy { $0 == slopes[0] } ? .constant(x * Double(slopes[0]), proof) : .alive
        }
    }

    private func merged(_ id: NodeID, _ merge: Merge, _ count: Int) -> [ChannelValue] {
        let inputs = graph.nodes[id].inputs
        return (0..<count).map { channel in
            let operands: [ChannelValue] = zip(inputs, wiring.roles[id]).map { input, role in
                switch role {
                case let .carried(source): values[input][source[channel]]
                case .broadcast: values[input][0]
                case .read, .pinned: .alive
                }
            }
            let constants = operands.compactMap { operand -> (Double, Proof)? in if case let .constant(v, p) = operand { (v, p) } else { nil } }
            if merge.kind == .multiply, let zero = constants.filter({ $0.0 == 0 }).min(by: { $0.1 < $1.1 }) { return .constant(0, zero.1) }
            guard constants.count == operands.count, let first = constants.first else { return .alive }
            let rest = constants.dropFirst().map(\.0)
            let value: Double = switch merge.kind {
            case .add: rest.reduce(first.0, +)
            case .subtract: rest.reduce(first.0, -)
            case .multiply: rest.reduce(first.0, *)
            case .average: rest.reduce(first.0, +) / Double(constants.count)
            case .maximum: rest.reduce(first.0, max)
            case .minimum: rest.reduce(first.0, min)
            }
            return .constant(value, constants.map(\.1).max() ?? .proven)
        }
    }

    private func concatenated(_ id: NodeID, _ count: Int) -> [ChannelValue] {
        let inputs = graph.nodes[id].inputs
        return (0..<count).map { channel in
            // Along another axis every input has its say; along the channels' axis one of them has.
            let parts = zip(inputs, wiring.roles[id]).compactMap { input, role -> ChannelValue? in
                guard case let .carried(source) = role else { return .alive }
                return source[channel] >= 0 ? values[input][source[channel]] : nil
            }
            guard case let .constant(value, _)? = parts.first, parts.allSatisfy({ $0.constant == value }) else { return .alive }
            let proof = parts.map { if case let .constant(_, proof) = $0 { proof } else { Proof.observed } }.max()
            return .constant(value, proof ?? .observed)
        }
    }
}
