import Graphs
import Tensors

/// The value of every channel of every tensor, from the inputs forward.
///
/// A channel is constant when it holds one number at every position of the plane, whatever the input and its size, and
/// a plane of numbers when zero padding made its border different, whatever the input.
struct ConstantPropagation {
    let graph: Graph
    let wiring: ChannelWiring
    let criteria: Criteria
    /// For each tensor the values of its channels; empty where the channels are unknown.
    private(set) var values: IDArray<TensorID, [ChannelValue]>
    /// What is left for planes of numbers: what they hold, and what computing them takes. Far more than networks need;
    /// what would go beyond counts as alive.
    private var budget = PlaneCost(numbers: 1 << 25, steps: 1 << 30)

    init(_ graph: Graph, _ wiring: ChannelWiring, _ criteria: Criteria) {
        (self.graph, self.wiring, self.criteria) = (graph, wiring, criteria)
        values = wiring.counts.mapValues { Array(repeating: .alive, count: $0) }
        for id in graph.nodes.indices {
            let inputs = Set(graph.nodes[id].inputs).map { ($0, values[$0]) }, makesPlane = planes(at: id)
            let count = inputs.map { $1.count(where: makesPlane) }.max() ?? 0
            if budget.pay(PlaneCost(of: id, planes: count, graph, wiring)) {
                propagate(through: id)
            } else {
                for (input, known) in inputs { values[input] = known.map { makesPlane($0) ? .alive : $0 } }
                propagate(through: id)
                for (input, known) in inputs { values[input] = known }
            }
        }
    }

    /// Sets the values of what a node makes.
    private mutating func propagate(through id: NodeID) {
        for output in graph.nodes[id].outputs where wiring.counts[output] > 0 {
            values[output] = channels(of: id, wiring.counts[output]) ?? values[output]
            for channel in values[output].indices where criteria.silent.contains(ChannelID(output, channel)) {
                if !values[output][channel].isProven { values[output][channel] = .constant(0, .inBox) }
            }
            for (held, proof) in [(criteria.observed, Proof.observed), (criteria.chosen, .chosen)]
            where !held.isEmpty {
                for channel in values[output].indices {
                    guard let value = held[ChannelID(output, channel)] else { continue }
                    // What is better known stays; what follows from claims as weak as this one does not.
                    if let known = values[output][channel].proof, known < proof { continue }
                    values[output][channel] = .constant(value, proof)
                }
            }
        }
    }

    /// What is known of the `count` channels that a node makes; nil where all are alive.
    private func channels(of id: NodeID, _ count: Int) -> [ChannelValue]? {
        let layer = graph.layer(of: id)
        switch layer.operation.kind.effect {
        case .source, .unknown: return nil
        case .weights: return combined(id, layer, count, layer.operation.activation ?? .linear)
        case let .taps(window): return tapped(id, layer, window)
        case let .normalization(norm): return normalized(id, layer, norm)
        case let .function(activation): return passed(id) { value, _ in value.mapped(activation.value) }
        case .slopes: return parametricReLU(id, layer)
        case .affine:
            guard let affine = layer.operation.kind.affine(layer), affine.axes.isEmpty else { return nil }
            return passed(id) { value, _ in value.mapped { $0 * affine.scale[0] + affine.shift[0] } }
        case let .plane(change): return changed(id, change)
        case .move: return moved(id)
        case .copy: return passed(id) { value, _ in value }
        case let .merge(kind): return merged(id, kind, count)
        case .concatenation: return concatenated(id, count)
        }
    }

    /// The values of the single input, brought to the output's channels and changed by `change`, which is also told the
    /// input's channel; nil where the output's channels are not the input's.
    private func passed(_ id: NodeID, _ change: (ChannelValue, _ channel: Int) -> ChannelValue) -> [ChannelValue]? {
        guard case let .passed(source) = wiring.roles[id][0] else { return nil }
        let input = graph.nodes[id].inputs[0]
        return source.map { change(values[input][$0], $0) }
    }

    /// The values of a channel over its plane; nil for what is alive, or where the plane's size is open.
    private func plane(of tensor: TensorID, _ channel: Int) -> PlaneMap? {
        guard values[tensor][channel] != .alive, let shape = graph.shapes[tensor], let axis = wiring.axes[tensor] else {
            return nil
        }
        return PlaneMap(shape: shape, channelAxis: axis, repeating: 0).flatMap { values[tensor][channel].map(over: $0) }
    }

    /// Layers that give elements other places and change none of them: each goes with what is known of it.
    private func moved(_ id: NodeID) -> [ChannelValue]? {
        let output = graph.nodes[id].outputs[0], input = graph.nodes[id].inputs[0]
        var parts = [[Int]](repeating: [], count: wiring.counts[output])
        switch wiring.roles[id][0] {
        case let .passed(source): for (channel, from) in source.enumerated() { parts[channel] = [from] }
        case let .joined(into): for (channel, target) in into.enumerated() { parts[target].append(channel) }
        case .broadcast, .read, .pinned: return nil
        }
        // Only where channels differ over positions must it be known which is which.
        lazy var places = PlaceMove(graph, id, wiring)
        lazy var known = values[input].map { value -> [Double]? in
            if case let .plane(map, _) = value { map.values } else { value.constant.map { [$0] } }
        }
        return parts.enumerated().map { channel, sources in
            let proofs = sources.compactMap { values[input][$0].proof }
            guard proofs.count == sources.count, let proof = proofs.max() else { return .alive }
            if let constant = values[input][sources[0]].constant,
                sources.allSatisfy({ values[input][$0].constant == constant })
            {
                return .constant(constant, proof)
            }
            guard let places else { return .alive }
            let moved = places.origins(of: channel).compactMap { from, position in
                known[from].flatMap { $0.count == 1 ? $0[0] : $0.indices.contains(position) ? $0[position] : nil }
            }
            return places.value(moved, proof)
        }
    }

    /// Layers that change the plane. All but zero padding leave a constant as it is.
    private func changed(_ id: NodeID, _ change: PlaneChange) -> [ChannelValue]? {
        passed(id) { value, channel in
            if let constant = value.constant {
                guard case let .padding(p) = change, constant != 0,
                    p.amounts.contains(where: { $0.before != 0 || $0.after != 0 })
                else { return value }
            }
            guard let proof = value.proof, let map = plane(of: graph.nodes[id].inputs[0], channel) else {
                return .alive
            }
            return map.changed(change).map { ChannelValue($0, proof) } ?? .alive
        }
    }

    /// A layer whose weights combine channels: constant where nothing alive is read with a nonzero weight.
    private func combined(_ id: NodeID, _ layer: Layer, _ count: Int, _ activation: Activation) -> [ChannelValue] {
        let reads = ChannelReads(graph, id)
        let bias = layer[.bias]
        let small = criteria.weight.map { reads.writtenNorms(below: $0) } ?? [:]
        let inputs = wiring.roles[id] == [.read] ? values[graph.nodes[id].inputs[0]] : []
        let sums =
            criteria.weight == nil && inputs.allSatisfy { $0 == .alive }
            ? [:] : reads.constants(of: inputs, zeroIsUnread: criteria.weight != nil)
        return (0..<count).map { filter in
            let own = bias.map { Double($0[filter]) } ?? 0
            if let exact = small[filter] {
                return ChannelValue.constant(own, exact ? .proven : .approximate).mapped(activation.value)
            }
            guard let (sum, proof) = sums[filter] else { return .alive }
            return ChannelValue.constant(own + sum, proof).mapped(activation.value)
        }
    }

    /// One channel in, `multiplier` out. Kernel: window × channels × multiplier.
    private func tapped(_ id: NodeID, _ layer: Layer, _ window: Window) -> [ChannelValue]? {
        let input = graph.nodes[id].inputs[0]
        guard let kernel = layer.operation.kind.kernel.flatMap({ layer[$0.role] }),
            case let .passed(source) = wiring.roles[id][0]
        else { return nil }
        let bias = layer[.bias], count = source.count, taps = kernel.count / max(1, count)
        let padded = window.isPadded(graph.shapes[input])
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
            } else if let map = plane(of: input, source[channel]), let proof = values[input][source[channel]].proof {
                let weights = (0..<taps).map { Double(kernel[$0 * count + channel]) }
                value = map.convolved(weights, window).mapped { $0 + own }.map { ChannelValue($0, proof) } ?? .alive
            } else {
                value = .alive
            }
            return value.mapped((layer.operation.activation ?? .linear).value)
        }
    }

    private func normalized(_ id: NodeID, _ layer: Layer, _ norm: BatchNormalization) -> [ChannelValue]? {
        guard let mean = layer[.movingMean], let variance = layer[.movingVariance] else { return nil }
        let output = graph.nodes[id].outputs[0]
        return passed(id) { value, c in
            let gamma = layer[.gamma].map { Double($0[c]) } ?? 1, beta = layer[.beta].map { Double($0[c]) } ?? 0
            if let threshold = criteria.scale, gamma == 0 || abs(gamma) < Double(threshold) {
                if gamma == 0 { return .constant(beta, .proven) }
                // A proven constant input is better knowledge than the mean response.
                if !value.isProven { return .constant(criteria.responses[ChannelID(output, c)] ?? beta, .approximate) }
            }
            return value.mapped {
                gamma * ($0 - Double(mean[c])) / (Double(variance[c]) + Double(norm.epsilon)).squareRoot() + beta
            }
        }
    }

    /// Slopes that differ over the plane make a negative constant depend on the position.
    private func parametricReLU(_ id: NodeID, _ layer: Layer) -> [ChannelValue]? {
        let input = graph.nodes[id].inputs[0]
        guard let alpha = layer[.alpha], let axis = wiring.axes[input], alpha.shape.indices.contains(axis) else {
            return nil
        }
        return passed(id) { value, c in
            if case .alive = value { return .alive }
            if let constant = value.constant, constant >= 0 { return value }
            let slopes = alpha.shape[axis] == 1 ? alpha : alpha.gathered(axis: axis, [c])
            if slopes.elements.allSatisfy({ $0 == slopes[0] }) {
                return value.mapped { $0 < 0 ? $0 * Double(slopes[0]) : $0 }
            }
            guard let shape = graph.shapes[input], var map = plane(of: input, c), let proof = value.proof else {
                return .alive
            }
            let places = slopes.places(repeatedOver: shape.enumerated().map { $0 == axis ? 1 : $1 ?? 0 })
            for position in map.values.indices where map.values[position] < 0 {
                map.values[position] *= Double(slopes[places[position]])
            }
            return ChannelValue(map, proof)
        }
    }

    private func merged(_ id: NodeID, _ kind: Merge.Kind, _ count: Int) -> [ChannelValue] {
        let inputs = graph.nodes[id].inputs
        return (0..<count).map { channel in
            let operands: [ChannelValue] = zip(inputs, wiring.roles[id]).map { input, role in
                switch role {
                case let .passed(source): values[input][source[channel]]
                case .broadcast: values[input][0]
                case .joined, .read, .pinned: .alive
                }
            }
            if kind == .multiply, let zero = operands.filter({ $0.constant == 0 }).compactMap(\.proof).min() {
                return .constant(0, zero)
            }
            let proofs = operands.compactMap(\.proof)
            guard proofs.count == operands.count, let proof = proofs.max() else { return .alive }
            let constants = operands.compactMap(\.constant)
            if constants.count == operands.count { return .constant(kind.combined(constants), proof) }
            // Maps meet position by position: every operand must have the output's plane.
            let output = graph.nodes[id].outputs[0]
            guard inputs.allSatisfy({ graph.shapes[$0] == graph.shapes[output] }), let shape = graph.shapes[output],
                let axis = wiring.axes[output], var plane = PlaneMap(shape: shape, channelAxis: axis, repeating: 0)
            else { return .alive }
            let maps = operands.compactMap { $0.map(over: plane) }
            guard maps.count == operands.count else { return .alive }
            for position in plane.values.indices {
                plane.values[position] = kind.combined(maps.map { $0.values[position] })
            }
            return ChannelValue(plane, proof)
        }
    }

    /// Along another axis every input has its say; along the channels' axis one of them has.
    private func concatenated(_ id: NodeID, _ count: Int) -> [ChannelValue]? {
        var joined = [ChannelValue?](repeating: nil, count: count)
        for (input, role) in zip(graph.nodes[id].inputs, wiring.roles[id]) {
            guard case .passed = role else { return nil }
            role.forEachPair { channel, own in
                let value = values[input][own]
                joined[channel] = joined[channel].map { $0.alike(value) } ?? value
            }
        }
        return joined.map { $0 ?? .alive }
    }
}

extension Tensor {
    /// For each element of a tensor of `lengths`, row-major, the element of this one that stands for it, whose axes are
    /// as long or 1.
    fileprivate func places(repeatedOver lengths: [Int]) -> [Int] {
        (0..<lengths.reduce(1, *)).map { element in
            var rest = element, stride = 1, place = 0
            for (length, own) in zip(lengths, shape).reversed() {
                if own > 1 { place += rest % length * stride }
                rest /= length
                stride *= own
            }
            return place
        }
    }
}

extension ChannelValue {
    /// What holds wherever either of two values is: their number, where both are constant and the same.
    fileprivate func alike(_ other: ChannelValue) -> ChannelValue {
        guard let number = constant, number == other.constant, let proof = [self, other].compactMap(\.proof).max()
        else { return .alive }
        return .constant(number, proof)
    }
}

extension Merge.Kind {
    /// What the layer makes of one number from each of its inputs.
    fileprivate func combined(_ numbers: [Double]) -> Double {
        guard let first = numbers.first else { return 0 }
        let rest = numbers.dropFirst()
        return switch self {
        case .add: rest.reduce(first, +)
        case .subtract: rest.reduce(first, -)
        case .multiply: rest.reduce(first, *)
        case .average: rest.reduce(first, +) / Double(numbers.count)
        case .maximum: rest.reduce(first, max)
        case .minimum: rest.reduce(first, min)
        }
    }
}
