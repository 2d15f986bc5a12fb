import Graphs
import Tensors
import TestSupport

/// Layers with weights.
extension RandomGraph {
    func weights(_ shape: [Int], scale: Float = 1) -> Tensor {
        Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { _ in (random.uniform() * 2 - 1) * scale })
    }

    /// A kernel whose outputs are about as large as its inputs.
    private func kernel(_ shape: [Int], reads: Int) -> Tensor {
        weights(shape, scale: 1.7 / Float(max(1, reads)).squareRoot())
    }

    private func window(_ rank: Int, _ format: DataFormat, plain: Bool = false) -> Window {
        var size = (0..<rank).map { _ in random.pick([1, 2, 3, 3, 3, 4]) }
        if random.chance(0.25) { size = size.map { _ in 1 } }
        var strides: [Int]?, dilation: [Int]?
        if !plain, random.chance(0.2) {
            strides = Array(repeating: 2, count: rank)
        } else if !plain, random.chance(0.15) {
            dilation = Array(repeating: 2, count: rank)
        }
        var padding: Padding = random.chance(0.6) ? .same : .valid
        if rank == 1, format == .channelsLast, random.chance(0.3) { padding = .causal }
        if plain { padding = .same }
        return Window(size: size, strides: strides, dilation: dilation, padding: padding, dataFormat: format)
    }

    private func bias(_ count: Int) -> [Weight] { random.chance(0.5) ? [Weight(.bias, weights([count]))] : [] }

    private func fused() -> Activation { random.chance(0.6) ? .linear : anyActivation() }

    /// Filters of all-zero weights, or weights next to nothing, along `axis`; returns which.
    private func silence(_ kernel: inout Tensor, axis: Int) -> [Int] {
        guard random.chance(traits.mortality / 2) else { return [] }
        return (0..<kernel.shape[axis]).filter { filter in
            guard random.chance(traits.mortality) else { return false }
            kernel.clear(axis: axis, filter, factor: random.chance(0.1) ? 1e-12 : 0)
            return true
        }
    }

    @discardableResult
    func convolution(
        _ x: TensorID, filters: Int? = nil, groups wanted: Int? = nil, plain: Bool = false, linear: Bool = false,
        isHead: Bool = false
    ) throws -> TensorID {
        let rank = shape(x).count - 1
        guard rank == 1 || rank == 2 else { throw Rejected() }
        let window = window(rank, format(x), plain: plain), inputs = try length(x, window.channelAxis)
        var filters = filters ?? 1 + random.below(8), groups = 1
        if let wanted {
            guard inputs % wanted == 0 else { throw Rejected() }
            groups = wanted
        } else if !plain, !isHead, random.chance(0.25),
            let divisor = (2...4).filter({ inputs % $0 == 0 }).randomElement(using: &random)
        {
            groups = divisor
            filters *= groups
        }
        var kernel = kernel(window.size + [inputs / groups, filters], reads: window.size.reduce(inputs / groups, *))
        let silent = isHead ? [] : silence(&kernel, axis: rank + 1)
        let operation = Operation.convolution(
            Convolution(filters: filters, window: window, groups: groups, activation: linear ? .linear : fused()))
        let y = try add(operation, [x], [Weight(.kernel, kernel)] + bias(filters))
        for filter in silent { plant(.weight, y, filter) }
        return y
    }

    @discardableResult
    func depthwise(_ x: TensorID) throws -> TensorID {
        let rank = shape(x).count - 1, window = window(rank, format(x)), inputs = try length(x, window.channelAxis)
        let multiplier = random.chance(0.25) ? 2 : 1
        var kernel = kernel(window.size + [inputs * multiplier], reads: window.size.reduce(1, *))
        let silent = silence(&kernel, axis: rank)
        let operation = Operation.depthwise(
            DepthwiseConvolution(multiplier: multiplier, window: window, activation: fused()))
        let y = try add(
            operation, [x],
            [Weight(.depthwiseKernel, kernel.reshaped(window.size + [inputs, multiplier]))] + bias(inputs * multiplier))
        for filter in silent { plant(.weight, y, filter) }
        return y
    }

    @discardableResult
    func separable(_ x: TensorID) throws -> TensorID {
        let rank = shape(x).count - 1, window = window(rank, format(x)), inputs = try length(x, window.channelAxis)
        let multiplier = random.chance(0.25) ? 2 : 1, filters = 1 + random.below(8)
        let taps = kernel(window.size + [inputs, multiplier], reads: window.size.reduce(1, *))
        var point = kernel(window.size.map { _ in 1 } + [inputs * multiplier, filters], reads: inputs * multiplier)
        let silent = silence(&point, axis: rank + 1)
        let operation = Operation.separable(
            SeparableConvolution(filters: filters, multiplier: multiplier, window: window, activation: fused()))
        let y = try add(
            operation, [x], [Weight(.depthwiseKernel, taps), Weight(.pointwiseKernel, point)] + bias(filters))
        for filter in silent { plant(.weight, y, filter) }
        return y
    }

    @discardableResult
    func transposed(_ x: TensorID) throws -> TensorID {
        let rank = shape(x).count - 1
        var window = window(rank, format(x), plain: true)
        window.padding = random.chance(0.5) ? .same : .valid
        if random.chance(0.5) { window.strides = window.strides.map { _ in 2 } }
        let inputs = try length(x, window.channelAxis), filters = 1 + random.below(6)
        var kernel = kernel(window.size + [filters, inputs], reads: window.size.reduce(inputs, *))
        let silent = silence(&kernel, axis: rank)
        let y = try add(
            .transposed(TransposedConvolution(filters: filters, window: window, activation: fused())), [x],
            [Weight(.kernel, kernel)] + bias(filters))
        for filter in silent { plant(.weight, y, filter) }
        return y
    }

    @discardableResult
    func dense(_ x: TensorID, isHead: Bool = false) throws -> TensorID {
        let inputs = try length(x, shape(x).count - 1), units = 1 + random.below(8)
        var kernel = kernel([inputs, units], reads: inputs)
        let silent = isHead ? [] : silence(&kernel, axis: 1)
        let y = try add(
            .dense(Dense(units: units, activation: isHead && random.chance(0.3) ? .softmax() : fused())), [x],
            [Weight(.kernel, kernel)] + bias(units))
        for filter in silent { plant(.weight, y, filter) }
        return y
    }

    @discardableResult
    func normalization(_ x: TensorID) throws -> TensorID {
        var axis = channelAxis(x)
        if random.chance(0.05) { axis = random.below(shape(x).count) }
        let count = try length(x, axis)
        var gamma = Tensor((0..<count).map { _ in random.uniform() + 0.5 }), beta = weights([count])
        var dead: [(PlantedDeath.Kind, Int)] = []
        let isWhole = random.chance(traits.mortality / 8), isZero = isWhole && random.chance(0.3)
        for channel in 0..<count where isWhole || random.chance(traits.mortality) {
            beta[channel] =
                isZero ? 0 : random.pick([0, 0.5, 1, -0.5, -1, 0.25, -5, random.uniform(), -random.uniform()])
            let isSmall = random.chance(0.2)
            gamma[channel] = isSmall ? random.pick([1e-7, -1e-7]) : 0
            dead.append(
                (
                    isSmall
                        ? .smallScale
                        : beta[channel] == 0 ? .scaleZero : beta[channel] > 0 ? .scalePositive : .scaleNegative, channel
                ))
        }
        var all = [Weight(.gamma, gamma), Weight(.beta, beta)]
        if random.chance(0.05) {
            (all, dead) = ([Weight(.beta, beta)], [])
        } else if random.chance(0.05) {
            (all, dead) = ([Weight(.gamma, gamma)], [])
        }
        let variance = Tensor((0..<count).map { _ in random.uniform() + 0.5 })
        let y = try add(
            .batchNormalization(BatchNormalization(axis: axis)), [x],
            all + [Weight(.movingMean, weights([count], scale: 0.5)), Weight(.movingVariance, variance)])
        if axis == channelAxis(x) { for (kind, channel) in dead { plant(kind, y, channel) } }
        return y
    }

    @discardableResult
    func slopes(_ x: TensorID) throws -> TensorID {
        let rank = shape(x).count
        let isShared = (0..<rank).map { axis in
            graph.shapes[x]?[axis] == nil || (axis != channelAxis(x) && random.chance(0.6)) || random.chance(0.1)
        }
        let alpha = weights((0..<rank).map { isShared[$0] ? 1 : shape(x)[$0] })
        return try add(
            .parametricReLU(ParametricReLU(sharedAxes: (0..<rank).filter { isShared[$0] })), [x],
            [Weight(.alpha, alpha)])
    }

    /// Layer normalization, or normalization by a dataset's statistics.
    func wholeNormalization(_ x: TensorID) throws {
        let axis = channelAxis(x), count = try length(x, axis)
        if random.chance(0.5) {
            try add(
                .layerNormalization(LayerNormalization(axes: [axis])), [x],
                [Weight(.gamma, weights([count])), Weight(.beta, weights([count]))])
        } else {
            let variance = Tensor((0..<count).map { _ in random.uniform() + 0.5 })
            try add(
                .normalization(Normalization(axes: [axis])), [x],
                [Weight(.mean, weights([count])), Weight(.variance, variance)])
        }
    }

    /// Convolution, normalization, activation.
    func block(_ x: TensorID) throws { try activation(normalization(convolution(x, linear: random.chance(0.9)))) }

    /// Convolutions that keep the shape, added to their input or put beside it.
    func residual(_ x: TensorID) throws {
        let shape = shape(x), axis = channelAxis(x)
        var y = try convolution(x, filters: shape[axis], plain: true, linear: true)
        if random.chance(0.5) {
            y = try convolution(activation(normalization(y)), filters: shape[axis], plain: true, linear: true)
        }
        if random.chance(0.7) { y = try normalization(y) }
        if random.chance(0.3) {
            let inputs = [[x, y], [y, x], [x, y, x], [y, x, y]]
            try add(.concatenate(Concatenate(axis: axis)), random.pick(inputs))
        } else if random.chance(0.3) {
            try add(.merge(Merge(.add)), random.pick([[x, y, x], [y, y, x], [y, x, normalization(x)]]))
        } else {
            try add(.merge(Merge(random.pick([.add, .add, .add, .multiply, .average, .maximum, .subtract]))), [x, y])
        }
    }

    /// Squeeze and excite: one factor for each channel.
    func gate(_ x: TensorID) throws {
        let format = format(x), rank = shape(x).count - 1
        let pooled = try add(
            .globalPooling(GlobalPooling(.average, rank: rank, keepDimensions: true, dataFormat: format)), [x])
        let window = Window(size: Array(repeating: 1, count: rank), dataFormat: format),
            inputs = try length(x, window.channelAxis)
        let filters = random.chance(0.3) ? 1 : inputs
        let operation = Operation.convolution(
            Convolution(
                filters: filters, window: window, activation: random.pick([.sigmoid, .rectifier, .hardSigmoid()])))
        let factors = try add(
            operation, [pooled],
            [Weight(.kernel, kernel(window.size + [inputs, filters], reads: inputs))] + bias(filters))
        try add(.merge(Merge(.multiply)), random.chance(0.5) ? [x, factors] : [factors, x])
    }

    /// One layer that reads two tensors whose channels died alike, or not quite.
    func twins(_ x: TensorID) throws {
        let filters = 2 + random.below(5)
        let first = try activation(normalization(convolution(x, filters: filters, linear: true)))
        let other = random.chance(0.5) ? x : recent()
        var second = try normalization(convolution(other, filters: filters, linear: true))
        let twin = graph.nodes[graph.nodes.lastID].layer
        if random.chance(0.7),
            let norm = graph.nodes.first(where: { $0.outputs[0] == first }).flatMap({ node in
                graph.nodes.first { $0.outputs == node.inputs }
            }),
            var gamma = graph.layers[twin][.gamma], var beta = graph.layers[twin][.beta],
            let model = graph.layers[norm.layer][.gamma], let shift = graph.layers[norm.layer][.beta],
            model.count == gamma.count, shift.count == beta.count
        {
            for channel in 0..<gamma.count where model[channel] == 0 && random.chance(0.8) {
                gamma[channel] = 0
                beta[channel] = random.chance(0.7) ? shift[channel] : 0.75
            }
            setWeight(twin, .gamma, gamma)
            setWeight(twin, .beta, beta)
        }
        if let last = graph.nodes.last(where: { $0.outputs[0] == first }) { second = try recall(last.layer, [second]) }
        let reader =
            random.chance(0.3) ? try dense(first) : random.chance(0.2) ? try separable(first) : try convolution(first)
        guard let layer = graph.nodes.first(where: { $0.outputs[0] == reader })?.layer else { throw Rejected() }
        let again = try recall(layer, [second])
        if random.chance(0.5) { try merge(again) }
    }
}
