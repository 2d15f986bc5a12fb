import Graphs
import Tensors

/// The largest deviation of a model's outputs that an approximate cut allows on images whose activations were seen.
///
/// Where a small scale or small weights are taken for a constant, its distance from what was seen is an error. From
/// there on errors are carried to the outputs channel by channel as layers can enlarge them at most: weights by the sum
/// of their magnitudes, activations by their Lipschitz constant, sums add. Rounding is not counted.
package struct DeviationBound {
    /// For each output of the model; infinite where a layer has no such constant, or where what was seen of data alone
    /// let channels go.
    package let outputs: [Double]

    /// The largest over the outputs; nil where it is not known.
    package var largest: Double? {
        let largest = outputs.max() ?? 0
        return largest.isFinite ? largest : nil
    }

    /// `seen`: what `places` asked to watch while the dense model ran on the images that the bound is about.
    package init(_ plan: SurgeryPlan, _ places: ApproximatePlaces, _ seen: ChannelRanges) {
        var errors = ErrorPropagation(plan, places, seen)
        for id in plan.dense.nodes.indices { errors.pass(id) }
        outputs = plan.dense.outputs.map { errors.compact[$0].max() ?? 0 }
    }
}

/// The errors of every channel of every tensor, from the inputs forward.
private struct ErrorPropagation {
    private let plan: SurgeryPlan
    private let graph: Graph
    private let wiring: ChannelWiring
    private let places: ApproximatePlaces
    private let seen: ChannelRanges
    private let held: [LayerKey: [HeldChannel]]
    /// For each tensor the channels that are in the compact model what they were taken for: cut, or made constant.
    private var replaced: IDArray<TensorID, [Bool]>
    /// For each tensor and channel the distance of the dense value from the constant it was taken for; 0 for live
    /// channels.
    private var constants: IDArray<TensorID, [Double]>
    /// For each tensor and channel the distance of the dense value from what the compact model has in its place.
    private(set) var compact: IDArray<TensorID, [Double]>

    init(_ plan: SurgeryPlan, _ places: ApproximatePlaces, _ seen: ChannelRanges) {
        self.plan = plan
        graph = plan.dense
        wiring = ChannelWiring(graph)
        (self.places, self.seen) = (places, seen)
        held = Dictionary(grouping: plan.held) { LayerKey(plan.graph.layers[$0.layer]) }
        // A tensor whose channels are not known counts as one channel.
        compact = wiring.counts.mapValues { Array(repeating: 0, count: max(1, $0)) }
        constants = compact
        replaced = graph.shapes.map { tensor, _ in
            let removed = Set(plan.removed(from: tensor))
            return (0..<max(1, plan.channelCount(tensor))).map { removed.contains($0) }
        }
    }

    mutating func pass(_ id: NodeID) {
        let node = graph.nodes[id], key = LayerKey(graph.layers[node.layer])
        guard let output = node.outputs.first else { return }
        // A sum that is gone is what is left of it.
        if case .merge = graph.layers[node.layer].operation, case let .bypassed(survivor)? = plan.sums.removals[key] {
            replaced[output] = replaced[node.inputs[survivor]]
        }
        for channel in held[key] ?? [] { replaced[output][channel.channel] = true }
        let arriving = passed(id) { compact[$0] }
        guard wiring.counts[output] > 0 else {
            for output in node.outputs { compact[output] = [arriving.max() ?? 0] }
            return
        }
        let values = plan.values[output]
        if values.contains(where: { $0.proof == .approximate }) {
            let carried = passed(id) { constants[$0] }, origins = origins(of: id)
            for (channel, value) in values.enumerated() where value.proof == .approximate {
                constants[output][channel] = origins[channel] ?? carried[channel]
            }
        }
        for (channel, value) in values.enumerated() {
            guard let proof = value.proof else { compact[output][channel] = arriving[channel]; continue }
            // Nothing bounds what data unseen may do.
            if proof > .approximate { constants[output][channel] = .infinity }
            if proof == .proven { continue }
            compact[output][channel] = replaced[output][channel] ? constants[output][channel] : arriving[channel]
        }
    }

    /// How far the channels approximated at a node are from their constants.
    private func origins(of id: NodeID) -> [Int: Double] {
        let channels = places.channels[id] ?? [], node = graph.nodes[id], layer = graph.layer(of: id)
        if channels.isEmpty { return [:] }
        guard case .normalization = layer.operation.kind.effect else {
            // What small weights make of the largest inputs.
            let made = passed(id) { seen.magnitudes(of: $0) }
            return Dictionary(uniqueKeysWithValues: channels.map { ($0, made[$0]) })
        }
        return channels.reduce(into: [:]) { result, channel in
            guard let constant = plan.values[node.outputs[0]][channel].constant,
                let normalized = NormalizedChannel(layer, channel)
            else { return }
            guard let range = seen[node.inputs[0]]?[channel], range.count > 0 else {
                return result[channel] = .infinity
            }
            // Taken off first: the slope's part would be lost beside a large shift.
            let offset = normalized.shift - constant
            result[channel] = [range.lowest, range.highest].map {
                abs(normalized.slope * ($0 - normalized.mean) + offset)
            }.max()
        }
    }

    /// The largest error of each output channel of a node when its inputs have these errors.
    private func passed(_ id: NodeID, _ errors: (TensorID) -> [Double]) -> [Double] {
        let node = graph.nodes[id], layer = graph.layers[node.layer]
        let width = node.outputs.first.map { max(1, wiring.counts[$0]) } ?? 1
        func all(_ error: Double) -> [Double] { Array(repeating: error, count: width) }
        let arriving = node.inputs.indices.map { met(id, $0, width, errors) }
        let largest = arriving.joined().max() ?? 0
        if largest == 0 { return all(0) }
        let first = arriving.first ?? all(0)
        switch layer.operation.kind.effect {
        case .source: return all(0)
        case .unknown: return all(.infinity)
        case .weights, .taps:
            let kind = layer.operation.kind
            guard let (map, kernel) = layer.connections(kind.kernel) else { return all(.infinity) }
            // The errors of the input as the rows of the kernel read them.
            let own = errors(node.inputs[0]), isApart = wiring.axes[node.inputs[0]] == wiring.axes[node.outputs[0]]
            var arriving =
                own.count == map.inputs && isApart ? own : Array(repeating: own.max() ?? 0, count: map.inputs)
            if let (map, taps) = layer.connections(kind.taps) {
                arriving = map.absoluteSums(of: taps, reading: arriving)
            }
            return activated(
                layer.operation.activation ?? .linear, map.absoluteSums(of: kernel, reading: arriving))
        case .normalization:
            let count = layer[.movingVariance]?.count ?? width,
                errors = first.count == count ? first : Array(repeating: largest, count: count)
            return errors.enumerated().map { channel, error in
                NormalizedChannel(layer, channel).map { times(abs($0.slope), error) } ?? .infinity
            }
        case let .function(activation): return activated(activation, first)
        case .slopes:
            let slope = layer[.alpha]?.elements.reduce(1) { max($0, abs(Double($1))) } ?? .infinity
            return first.map { times($0, slope) }
        case .affine:
            let scale = layer.operation.kind.affine(layer)?.scale.map(abs).max() ?? .infinity
            return first.map { times($0, scale) }
        // An average, or an interpolation, is nowhere larger than what it is made of.
        case .copy, .move, .plane: return first
        case .concatenation, .merge(.maximum), .merge(.minimum): return combined(arriving, max)
        case .merge(.add), .merge(.subtract): return combined(arriving, +)
        case .merge(.average): return combined(arriving, +).map { $0 / Double(arriving.count) }
        case .merge(.multiply):
            return multiplied(arriving, node.inputs.indices.map { met(id, $0, width) { seen.magnitudes(of: $0) } })
        }
    }

    /// The errors of one input as the output's channels meet them.
    private func met(_ id: NodeID, _ position: Int, _ width: Int, _ errors: (TensorID) -> [Double]) -> [Double] {
        let own = errors(graph.nodes[id].inputs[position])
        switch wiring.roles[id][position] {
        case let .passed(source) where own.count > (source.max() ?? 0): return source.map { $0 >= 0 ? own[$0] : 0 }
        case let .joined(into) where own.count == into.count:
            var result = [Double](repeating: 0, count: width)
            for (channel, target) in into.enumerated() { result[target] = max(result[target], own[channel]) }
            return result
        case .passed, .joined, .broadcast, .read, .pinned: return Array(repeating: own.max() ?? 0, count: width)
        }
    }

    /// Functions of a vector mix what they look at, whatever lies along it.
    private func activated(_ activation: Activation, _ errors: [Double]) -> [Double] {
        let inputs = activation.isElementwise ? errors : Array(repeating: errors.max() ?? 0, count: errors.count)
        return inputs.map { activation.largestChange(for: $0) }
    }

    private func combined(_ inputs: [[Double]], _ combine: (Double, Double) -> Double) -> [Double] {
        inputs.dropFirst().reduce(inputs.first ?? []) { zip($0, $1).map(combine) }
    }

    /// |a'b' − ab| ≤ |b| · |a' − a| + |a| · |b' − b| + |a' − a| · |b' − b|, factor by factor.
    private func multiplied(_ errors: [[Double]], _ sizes: [[Double]]) -> [Double] {
        errors[0].indices.map { channel in
            zip(errors, sizes).dropFirst().reduce((error: errors[0][channel], size: sizes[0][channel])) {
                product, factor in
                let (error, size) = (factor.0[channel], factor.1[channel])
                let total = times(product.error, size) + times(product.size, error) + times(product.error, error)
                return (total, times(product.size, size))
            }.error
        }
    }

    /// 0 × ∞ is 0 here: what is known to be zero contributes nothing, however large its factor.
    private func times(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
}
