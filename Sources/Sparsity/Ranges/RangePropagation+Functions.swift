import Graphs
import Tensors

/// Normalizations and functions: layers that compute each element from the one at its place, or from all of an image.
extension RangePropagation {
    /// γ · (x − μ) / √(σ² + ε) + β; folded into the weights of a layer in front of it, as kernels do it.
    func normalized(_ id: NodeID, _ norm: BatchNormalization, _ layer: Layer, _ width: Int) -> [Interval] {
        guard let affine = norm.affine(layer), affine.scale.count == width else {
            return Array(repeating: .unbounded, count: width)
        }
        let input = graph.nodes[id].inputs[0]
        if let (sums, bias) = linearSums(of: input), sums.lower.count == width, wiring.axes[input] == norm.axis {
            return sums.intervals(
                scale: { affine.scale[$0] }, bias: bias, shift: { affine.shift[$0] })
        }
        return zip(elementwise(id, width), zip(affine.scale, affine.shift)).map { $0.mapped(by: $1) }
    }

    /// x · scale + shift along whatever axes.
    func scaled(_ id: NodeID, _ layer: Layer, _ width: Int) -> [Interval] {
        let output = graph.nodes[id].outputs[0]
        guard let affine = layer.operation.kind.affine(layer), let rank = graph.shapes[output]?.count else {
            return Array(repeating: .unbounded, count: width)
        }
        let factors = Array(zip(affine.scale, affine.shift)), own = elementwise(id, width)
        let axes = affine.axes.map { $0 < 0 ? $0 + rank : $0 }
        if factors.count == width, axes.count == 1, axes[0] == wiring.axes[output] {
            return zip(own, factors).map { $0.mapped(by: $1) }
        }
        return own.map { interval in factors.map { interval.mapped(by: $0) }.hull }
    }

    /// By Samuelson's inequality no number is further from the mean of n than √(n − 1) deviations.
    func normalized(_ id: NodeID, _ norm: LayerNormalization, _ layer: Layer, _ width: Int) -> [Interval] {
        let input = graph.nodes[id].inputs[0], whole = intervals[input].hull, shape = graph.shapes[input] ?? []
        let lengths = norm.axes.map { shape.indices.contains($0) ? shape[$0] : nil }
        guard let count = elementCount(lengths), norm.epsilon > 0, whole.isBounded else {
            return Array(repeating: .unbounded, count: width)
        }
        let root = 1 / Double(norm.epsilon).squareRoot(), farthest = Double(max(0, count - 1)).squareRoot()
        let exact =
            norm.rootMeanSquare
            ? Interval(min(0, whole.lower * root), max(0, whole.upper * root)) : Interval(-farthest, farthest)
        // The mean is rounded before it is taken off, and a variance of 0 enlarges that most.
        let normal = exact.widened(by: Rounding.error(operations: 8, of: whole.magnitude * root + farthest))
        let gamma = layer[.gamma], beta = norm.rootMeanSquare ? nil : layer[.beta]
        let isPerChannel = norm.axes.count == 1 && norm.axes.first == wiring.axes[input] && count == width
        func factors(_ tensor: Tensor?, _ neutral: Double) -> [Double] {
            tensor?.elements.map(Double.init) ?? Array(repeating: neutral, count: count)
        }
        let made = zip(factors(gamma, 1), factors(beta, 0)).map { normal.mapped(by: $0) }
        return isPerChannel && made.count == width ? made : Array(repeating: made.hull, count: width)
    }

    /// max(x, 0) + α · min(x, 0).
    func sloped(_ id: NodeID, _ layer: Layer, _ width: Int) -> [Interval] {
        let own = elementwise(id, width)
        guard let alpha = layer[.alpha], alpha.count > 0 else { return Array(repeating: .unbounded, count: width) }
        var slopes = Array(repeating: [Double.infinity, -Double.infinity], count: width)
        let axis = wiring.axes[graph.nodes[id].outputs[0]].flatMap { alpha.shape.indices.contains($0) ? $0 : nil }
        let isPerChannel = axis.map { alpha.shape[$0] == width } ?? false
        let inner = axis.map { alpha.shape[($0 + 1)...].reduce(1, *) } ?? 1
        for (place, slope) in alpha.elements.enumerated() {
            let channels = isPerChannel ? (place / inner % width)..<(place / inner % width + 1) : 0..<width
            for channel in channels {
                slopes[channel] = [min(slopes[channel][0], Double(slope)), max(slopes[channel][1], Double(slope))]
            }
        }
        return zip(own, slopes).map { x, slopes in
            if !x.isBounded || x.lower >= 0 { return x }
            let below = Interval(x.lower, min(0, x.upper)).multiplied(by: Interval(slopes[0], slopes[1])),
                error = Rounding.error(operations: 1, of: below.magnitude)
            let negative = below.widened(by: error)
            return x.upper < 0 ? negative : negative.union(Interval(0, x.upper))
        }
    }

    /// A function of each number, or of vectors of a tensor of `shape`.
    func activated(_ activation: Activation, _ given: [Interval], _ shape: TensorShape?) -> [Interval] {
        if activation.isElementwise { return given.map { activation.image(of: $0) } }
        let whole = given.hull, count = given.count
        func all(_ interval: Interval) -> [Interval] { Array(repeating: interval, count: count) }
        guard whole.isBounded else { return all(.unbounded) }
        switch activation {
        case .softmax: return all(Interval(0, 1 + Rounding.error(operations: 16, of: 1)))
        case .logSoftmax:
            // x less the largest, and the logarithm of a sum from 1 to the number of elements.
            guard let length = shape?.last.flatMap({ $0 }) else { return all(.unbounded) }
            let spread = whole.upper - whole.lower + log2(length)
            return all(
                Interval(-spread, 0).widened(by: Rounding.error(operations: 32, of: whole.magnitude + spread + 1)))
        case .linear, .relu, .elu, .selu, .celu, .sigmoid, .hardSigmoid, .tanh, .hardTanh, .exponential, .softplus,
            .softsign,
            .swish, .hardSwish, .gelu, .mish, .logSigmoid, .tanhShrink, .hardShrink, .softShrink, .threshold,
            .squareplus,
            .sparsePlus, .sparseSigmoid, .sparsemax:
            return all(.unbounded)
        }
    }

    /// No less than the natural logarithm of a number of elements.
    private func log2(_ count: Int) -> Double { Double(Int.bitWidth - max(1, count).leadingZeroBitCount) }
}

extension Interval {
    /// x · scale + shift as a kernel computes it, scale and shift rounded.
    fileprivate func mapped(by factors: (scale: Double, shift: Double)) -> Interval {
        if !isBounded { return self }
        let size = abs(factors.scale) * magnitude + abs(factors.shift)
        return scaled(by: factors.scale).shifted(by: factors.shift)
            .widened(by: Rounding.error(operations: 6, of: size))
    }
}
