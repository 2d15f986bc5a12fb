import Foundation
import Graphs
import Tensors

/// A network as the definitions have it, in Float64 and in training mode: what gradients are checked against.
///
/// Tensors are row-major over (image, axes…). Batch normalizations use the batch's statistics, dropout is left out.
struct DoubleNetwork {
    struct Array {
        var shape: [Int]
        var values: [Double]
        var count: Int { values.count }

        init(_ shape: [Int], _ values: [Double]? = nil) {
            self.shape = shape
            self.values = values ?? .init(repeating: 0, count: shape.reduce(1, *))
        }

        /// Axis i of the result is axis `order[i]`.
        func transposed(_ order: [Int]) -> Array {
            var result = Array(order.map { shape[$0] })
            for (position, index) in Indices(result.shape).enumerated() {
                var source = [Int](repeating: 0, count: shape.count)
                for (axis, from) in order.enumerated() { source[from] = index[axis] }
                result.values[position] = self[source]
            }
            return result
        }

        func offset(_ index: [Int]) -> Int { zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 } }
        subscript(index: [Int]) -> Double {
            get { values[offset(index)] }
            set { values[offset(index)] = newValue }
        }
    }

    /// All positions of a shape, row-major.
    struct Indices: Sequence, IteratorProtocol {
        private let shape: [Int]
        private var next0: [Int]?
        init(_ shape: [Int]) { (self.shape, next0) = (shape, shape.contains(0) ? nil : shape.map { _ in 0 }) }
        mutating func next() -> [Int]? {
            guard let result = next0 else { return nil }
            var index = result, axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
            next0 = axis < 0 ? nil : index
            return result
        }
    }

    var graph: Graph
    /// The weights of each layer, in its order.
    var weights: IDArray<LayerID, [Array]>

    init(_ graph: Graph) {
        self.graph = graph
        weights = graph.layers.mapValues {
            $0.weights.map { Array($0.tensor.shape, $0.tensor.elements.map(Double.init)) }
        }
    }

    /// The mean cross-entropy of the labels under the softmax of the logits.
    func loss(_ images: Array, labels: [Int], smoothing: Double = 0) -> Double {
        let logits = logits(images), classes = logits.shape[1]
        var total = 0.0
        for (row, label) in labels.enumerated() {
            let scores = (0..<classes).map { logits.values[row * classes + $0] }, top = scores.max() ?? 0
            let log0 = top + log(scores.reduce(0) { $0 + exp($1 - top) })
            for (index, score) in scores.enumerated() {
                total += ((index == label ? 1 - smoothing : 0) + smoothing / Double(classes)) * (log0 - score)
            }
        }
        return total / Double(labels.count)
    }

    func logits(_ images: Array) -> Array {
        var tensors: [TensorID: Array] = [:]
        for node in graph.nodes {
            let layer = graph.layers[node.layer]
            if case .input = layer.operation { tensors[node.outputs[0]] = images; continue }
            let isLast = node.outputs[0] == graph.outputs[0]
            tensors[node.outputs[0]] = compute(
                layer, node.layer, node.inputs.compactMap { tensors[$0] }, isLast: isLast)
        }
        return tensors[graph.outputs[0]]!
    }

    private func weight(_ layer: LayerID, _ role: WeightRole) -> Array? {
        graph.layers[layer].weights.firstIndex { $0.role == role }.map { weights[layer][$0] }
    }

    private func compute(_ layer: Layer, _ id: LayerID, _ inputs: [Array], isLast: Bool) -> Array {
        let x = inputs[0]
        switch layer.operation {
        case let .convolution(c):
            return act(
                c.activation, biased(convolve(x, weight(id, .kernel)!, c.window, groups: c.groups), id, c.window),
                isLast)
        case let .depthwise(d):
            return act(
                d.activation, biased(depthwise(x, weight(id, .depthwiseKernel)!, d.window), id, d.window), isLast)
        case let .separable(s):
            let middle = depthwise(x, weight(id, .depthwiseKernel)!, s.window)
            let point = Window(size: s.window.size.map { _ in 1 }, dataFormat: s.window.dataFormat)
            return act(
                s.activation, biased(convolve(middle, weight(id, .pointwiseKernel)!, point, groups: 1), id, s.window),
                isLast)
        case let .transposed(t):
            return act(t.activation, biased(transpose(x, weight(id, .kernel)!, t.window, id), id, t.window), isLast)
        case let .dense(d):
            let kernel = weight(id, .kernel)!, (n, m) = (kernel.shape[0], kernel.shape[1])
            var y = Array(x.shape.dropLast() + [m])
            for row in 0..<x.count / n {
                for column in 0..<m {
                    y.values[row * m + column] = (0..<n).reduce(weight(id, .bias)?.values[column] ?? 0) {
                        $0 + x.values[row * n + $1] * kernel.values[$1 * m + column]
                    }
                }
            }
            return act(d.activation, y, isLast)
        case let .batchNormalization(norm): return normalize(x, norm, id)
        case let .layerNormalization(norm): return normalize(x, norm, id)
        case .parametricReLU:
            let alpha = weight(id, .alpha)!
            var y = x
            for (position, index) in Indices(x.shape).enumerated() where x.values[position] < 0 {
                y.values[position] *= alpha[zip(index.dropFirst(), alpha.shape).map { $1 == 1 ? 0 : $0 }]
            }
            return y
        case let .activation(a): return act(a, x, isLast)
        case let .pooling(p): return pool(x, p)
        case let .globalPooling(p):
            let last = channelsLast(x, p.dataFormat), spatial = Swift.Array(last.shape[1..<1 + p.rank])
            let y = pool(last, Pooling(p.kind, window: Window(size: spatial)))
            if !p.keepDimensions { return Array([y.shape[0], y.shape[y.shape.count - 1]], y.values) }
            return channelsBack(y, p.dataFormat)
        case let .flatten(format):
            let last = x.shape.count > 2 ? channelsLast(x, format) : x
            return Array([x.shape[0], x.count / x.shape[0]], last.values)
        case let .reshape(r): return Array([x.shape[0]] + r.target, x.values)
        case let .permute(p): return x.transposed([0] + p.order.map { $0 + 1 })
        case let .padding(p): return move(x, p.amounts.map { (-$0.before, $0.after) }, p.dataFormat)
        case let .cropping(c): return move(x, c.amounts.map { ($0.before, -$0.after) }, c.dataFormat)
        case let .slice(s):
            var shape = x.shape
            shape[s.axis + 1] = s.stop - s.start
            var y = Array(shape)
            for index in Indices(shape) { var from = index; from[s.axis + 1] += s.start; y[index] = x[from] }
            return y
        case let .upsampling(u):
            var shape = x.shape
            let axes = u.dataFormat == .channelsLast ? 1..<1 + u.factors.count : 2..<2 + u.factors.count
            for (axis, factor) in zip(axes, u.factors) { shape[axis] *= factor }
            var y = Array(shape)
            for index in Indices(shape) {
                var from = index; for (axis, factor) in zip(axes, u.factors) { from[axis] /= factor };
                y[index] = x[from]
            }
            return y
        case let .merge(m): return merge(inputs, m.kind)
        case let .concatenate(c):
            var shape = x.shape
            shape[c.axis + 1] = inputs.reduce(0) { $0 + $1.shape[c.axis + 1] }
            var y = Array(shape), start = 0
            for input in inputs {
                for index in Indices(input.shape) { var to = index; to[c.axis + 1] += start; y[to] = input[index] }
                start += input.shape[c.axis + 1]
            }
            return y
        case .identity, .dropout: return x
        case let .rescaling(r):
            var y = x
            let last = x.shape[x.shape.count - 1]
            for i in y.values.indices {
                let c = i % last
                y.values[i] =
                    x.values[i] * Double(r.scale.count == 1 ? r.scale[0] : r.scale[c])
                    + Double(r.offset.count == 1 ? r.offset[0] : r.offset[c])
            }
            return y
        default: fatalError("no definition of \(layer.operation.kind.name) here")
        }
    }

    private func act(_ activation: Activation, _ x: Array, _ isLast: Bool) -> Array {
        if case let .softmax(axes) = activation { return isLast ? x : softmax(x, axes) }
        var y = x
        y.values = x.values.map { activation.inDouble($0) }
        return y
    }

    private func channelsLast(_ x: Array, _ format: DataFormat) -> Array {
        format == .channelsLast ? x : x.transposed([0] + Swift.Array(2..<x.shape.count) + [1])
    }

    private func channelsBack(_ x: Array, _ format: DataFormat) -> Array {
        format == .channelsLast ? x : x.transposed([0, x.shape.count - 1] + Swift.Array(1..<x.shape.count - 1))
    }

    private func biased(_ x: Array, _ id: LayerID, _ window: Window) -> Array {
        guard let bias = weight(id, .bias) else { return x }
        var y = x
        for (position, index) in Indices(x.shape).enumerated() {
            y.values[position] += bias.values[index[1 + window.channelAxis]]
        }
        return y
    }

    /// Calls `body` for each pair of output and input positions that a tap joins.
    private func slide(
        _ window: Window, _ input: [Int], _ body: (_ output: [Int], _ input: [Int], _ tap: [Int]) -> Void
    ) {
        let output = (0..<window.rank).map { window.positions(along: $0, length: input[$0]) }
        for position in Indices(output) {
            for tap in Indices(window.size) {
                let place = (0..<window.rank).map { axis in
                    position[axis] * window.strides[axis] + tap[axis] * window.dilation[axis]
                        - window.paddingAmounts(along: axis, length: input[axis]).before
                }
                if zip(place, input).allSatisfy({ $0 >= 0 && $0 < $1 }) { body(position, place, tap) }
            }
        }
    }

    private func convolve(_ x0: Array, _ kernel: Array, _ window: Window, groups: Int) -> Array {
        let x = channelsLast(x0, window.dataFormat), rank = window.rank, spatial = Swift.Array(x.shape[1..<1 + rank])
        let filters = kernel.shape[rank + 1], perGroup = kernel.shape[rank]
        var y = Array([x.shape[0]] + (0..<rank).map { window.positions(along: $0, length: spatial[$0]) } + [filters])
        for image in 0..<x.shape[0] {
            slide(window, spatial) { output, input, tap in
                for filter in 0..<filters {
                    let group = filter / (filters / groups)
                    for channel in 0..<perGroup {
                        y[[image] + output + [filter]] +=
                            x[[image] + input + [group * perGroup + channel]] * kernel[tap + [channel, filter]]
                    }
                }
            }
        }
        return channelsBack(y, window.dataFormat)
    }

    private func depthwise(_ x0: Array, _ kernel: Array, _ window: Window) -> Array {
        let x = channelsLast(x0, window.dataFormat), rank = window.rank, spatial = Swift.Array(x.shape[1..<1 + rank])
        let channels = kernel.shape[rank], multiplier = kernel.shape[rank + 1]
        var y = Array(
            [x.shape[0]] + (0..<rank).map { window.positions(along: $0, length: spatial[$0]) } + [channels * multiplier]
        )
        for image in 0..<x.shape[0] {
            slide(window, spatial) { output, input, tap in
                for c in 0..<channels {
                    for m in 0..<multiplier {
                        y[[image] + output + [c * multiplier + m]] += x[[image] + input + [c]] * kernel[tap + [c, m]]
                    }
                }
            }
        }
        return channelsBack(y, window.dataFormat)
    }

    private func transpose(_ x0: Array, _ kernel: Array, _ window: Window, _ id: LayerID) -> Array {
        let x = channelsLast(x0, window.dataFormat), rank = window.rank
        let node = graph.nodes.first { $0.layer == id }!
        let shape = graph.shapes[node.outputs[0]]!.map { $0! }
        let spatial =
            window.dataFormat == .channelsLast ? Swift.Array(shape.dropLast()) : Swift.Array(shape.dropFirst())
        let filters = kernel.shape[rank], channels = kernel.shape[rank + 1]
        var y = Array([x.shape[0]] + spatial + [filters])
        for image in 0..<x.shape[0] {
            for position in Indices(Swift.Array(x.shape[1..<1 + rank])) {
                for tap in Indices(window.size) {
                    let place = (0..<rank).map { axis in
                        let total =
                            window.padding == .valid
                            ? 0
                            : max(
                                0,
                                (x.shape[1 + axis] - 1) * window.strides[axis] + window.effectiveSize(along: axis)
                                    - spatial[axis])
                        return position[axis] * window.strides[axis] + tap[axis] * window.dilation[axis] - total / 2
                    }
                    guard zip(place, spatial).allSatisfy({ $0 >= 0 && $0 < $1 }) else { continue }
                    for f in 0..<filters {
                        for c in 0..<channels {
                            y[[image] + place + [f]] += x[[image] + position + [c]] * kernel[tap + [f, c]]
                        }
                    }
                }
            }
        }
        return channelsBack(y, window.dataFormat)
    }

    private func pool(_ x0: Array, _ pooling: Pooling) -> Array {
        let window = pooling.window, x = channelsLast(x0, window.dataFormat), rank = window.rank,
            spatial = Swift.Array(x.shape[1..<1 + rank])
        let channels = x.shape[rank + 1]
        var y = Array([x.shape[0]] + (0..<rank).map { window.positions(along: $0, length: spatial[$0]) } + [channels]),
            counts = y
        if pooling.kind == .max { y.values = y.values.map { _ in -.infinity } }
        for image in 0..<x.shape[0] {
            slide(window, spatial) { output, input, _ in
                for c in 0..<channels {
                    let value = x[[image] + input + [c]], place = [image] + output + [c]
                    y[place] = pooling.kind == .max ? max(y[place], value) : y[place] + value
                    counts[place] += 1
                }
            }
        }
        if pooling.kind == .average { for i in y.values.indices { y.values[i] /= counts.values[i] } }
        return channelsBack(y, window.dataFormat)
    }

    private func normalize(_ x: Array, _ norm: BatchNormalization, _ id: LayerID) -> Array {
        let channels = x.shape[norm.axis + 1]
        var sums = [Double](repeating: 0, count: channels), squares = sums, y = x
        let count = Double(x.count / channels)
        let owner = Indices(x.shape).map { $0[norm.axis + 1] }
        for (i, c) in owner.enumerated() { sums[c] += x.values[i] / count }
        for (i, c) in owner.enumerated() { squares[c] += (x.values[i] - sums[c]) * (x.values[i] - sums[c]) / count }
        if graph.layers[id].isFrozen {
            (sums, squares) = (weight(id, .movingMean)!.values, weight(id, .movingVariance)!.values)
        }
        for (i, c) in owner.enumerated() {
            let scaled = (x.values[i] - sums[c]) / (squares[c] + Double(norm.epsilon)).squareRoot()
            y.values[i] = (weight(id, .gamma)?.values[c] ?? 1) * scaled + (weight(id, .beta)?.values[c] ?? 0)
        }
        return y
    }

    /// The positions that share all but the places along `axes`, which do not count the images.
    private func groups(_ shape: [Int], _ axes: [Int]) -> [[Int]] {
        let kept = shape.indices.filter { !axes.map { $0 < 0 ? $0 + shape.count : $0 + 1 }.contains($0) }
        return Swift.Array(
            Dictionary(grouping: Indices(shape).enumerated()) { place in kept.map { place.element[$0] } }.values.map {
                $0.map(\.offset)
            })
    }

    private func softmax(_ x: Array, _ axes: [Int]) -> Array {
        var y = x
        for group in groups(x.shape, axes) {
            let sum = group.reduce(0) { $0 + exp(x.values[$1]) }
            for i in group { y.values[i] = exp(x.values[i]) / sum }
        }
        return y
    }

    private func normalize(_ x: Array, _ norm: LayerNormalization, _ id: LayerID) -> Array {
        var y = x
        for group in groups(x.shape, norm.axes) {
            let n = Double(group.count), mean = group.reduce(0) { $0 + x.values[$1] } / n
            let variance = group.reduce(0) { $0 + (x.values[$1] - mean) * (x.values[$1] - mean) } / n
            for (place, i) in group.enumerated() {
                let scaled =
                    (x.values[i] - (norm.rootMeanSquare ? 0 : mean)) / (variance + Double(norm.epsilon)).squareRoot()
                let beta = norm.rootMeanSquare ? 0 : weight(id, .beta)?.values[place] ?? 0
                y.values[i] = (weight(id, .gamma)?.values[place] ?? 1) * scaled + beta
            }
        }
        return y
    }

    /// Each spatial axis from its first shift on, longer or shorter at its end.
    private func move(_ x: Array, _ shifts: [(first: Int, last: Int)], _ format: DataFormat) -> Array {
        let axes = Swift.Array(format == .channelsLast ? 1..<1 + shifts.count : 2..<2 + shifts.count)
        var shape = x.shape
        for (axis, shift) in zip(axes, shifts) { shape[axis] += shift.last - shift.first }
        var y = Array(shape)
        for index in Indices(shape) {
            var from = index
            for (axis, shift) in zip(axes, shifts) { from[axis] += shift.first }
            if zip(from, x.shape).allSatisfy({ $0 >= 0 && $0 < $1 }) { y[index] = x[from] }
        }
        return y
    }

    private func merge(_ inputs: [Array], _ kind: Merge.Kind) -> Array {
        let rank = inputs.map(\.shape.count).max()!
        // Missing axes come directly behind the image.
        let wide = inputs.map {
            Array([$0.shape[0]] + .init(repeating: 1, count: rank - $0.shape.count) + $0.shape.dropFirst(), $0.values)
        }
        let shape = (0..<rank).map { axis in wide.map { $0.shape[axis] }.max()! }
        var y = Array(shape)
        for index in Indices(shape) {
            let values = wide.map { input in input[zip(index, input.shape).map { $1 == 1 ? 0 : $0 }] }
            y[index] =
                switch kind {
                case .add: values.reduce(0, +)
                case .subtract: values[0] - values[1]
                case .multiply: values.reduce(1, *)
                case .average: values.reduce(0, +) / Double(values.count)
                case .maximum: values.max()!
                case .minimum: values.min()!
                }
        }
        return y
    }
}

extension Activation {
    /// The formula in Float64.
    fileprivate func inDouble(_ x: Double) -> Double {
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
        switch self {
        case .linear: return x
        case let .relu(maximum, slope, threshold):
            return x <= Double(threshold)
                ? Double(slope) * (x - Double(threshold)) : min(x, maximum.map(Double.init) ?? .infinity)
        case let .elu(alpha): return x > 0 ? x : Double(alpha) * expm1(x)
        case .selu: return 1.050_700_987_355_480_5 * (x > 0 ? x : 1.673_263_242_354_377_2 * expm1(x))
        case let .celu(alpha): return max(x, 0) + Double(alpha) * expm1(min(x, 0) / Double(alpha))
        case .sigmoid: return sigmoid(x)
        case let .hardSigmoid(slope, offset): return min(max(Double(slope) * x + Double(offset), 0), 1)
        case .tanh: return Foundation.tanh(x)
        case .hardTanh: return min(max(x, -1), 1)
        case .exponential: return exp(x)
        case .softplus: return softplus(x)
        case .softsign: return x / (1 + abs(x))
        case .swish: return x * sigmoid(x)
        case .hardSwish: return x * min(max(x / 6 + 0.5, 0), 1)
        case let .gelu(approximate):
            return approximate
                ? 0.5 * x * (1 + Foundation.tanh(0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x)))
                : 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .mish: return x * Foundation.tanh(softplus(x))
        case .logSigmoid: return -softplus(-x)
        case .tanhShrink: return x - Foundation.tanh(x)
        case let .hardShrink(t): return abs(x) <= Double(t) ? 0 : x
        case let .softShrink(t): return x > Double(t) ? x - Double(t) : (x < -Double(t) ? x + Double(t) : 0)
        case let .threshold(t, value): return x > Double(t) ? x : Double(value)
        case let .squareplus(b): return (x + (x * x + Double(b)).squareRoot()) / 2
        case .sparsePlus: return x <= -1 ? 0 : (x >= 1 ? x : (x + 1) * (x + 1) / 4)
        case .sparseSigmoid: return min(max(0.5 * x + 0.5, 0), 1)
        case .softmax, .logSoftmax, .sparsemax: fatalError("mixes positions")
        }
    }
}
