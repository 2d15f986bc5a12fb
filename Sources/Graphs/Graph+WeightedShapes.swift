import Tensors

/// The layers that own weights: shapes, and what their weights must look like.
extension ShapeRule {
    func convolution(_ c: Convolution, _ input: TensorShape?) throws -> TensorShape {
        try windowed(c.window, input) { channels in
            guard c.groups > 0, c.filters % c.groups == 0, (channels ?? c.groups) % c.groups == 0 else {
                throw invalid("\(c.groups) groups divide neither its \(c.filters) filters nor its input evenly")
            }
            try check(.kernel, c.window.size + [channels.map { $0 / c.groups }, c.filters])
            try check(.bias, [c.filters], required: false)
            return c.filters
        }
    }

    func depthwise(_ d: DepthwiseConvolution, _ input: TensorShape?) throws -> TensorShape {
        try windowed(d.window, input) { channels in
            try require([d.multiplier], atLeast: 1, "its depth multiplier")
            let channels = channels ?? layer[.depthwiseKernel]?.shape.dropLast().last
            try check(.depthwiseKernel, d.window.size + [channels, d.multiplier])
            try check(.bias, [channels.map { $0 * d.multiplier }], required: false)
            return channels.map { $0 * d.multiplier }
        }
    }

    func separable(_ s: SeparableConvolution, _ input: TensorShape?) throws -> TensorShape {
        try windowed(s.window, input) { channels in
            try require([s.multiplier], atLeast: 1, "its depth multiplier")
            let channels = channels ?? layer[.depthwiseKernel]?.shape.dropLast().last
            try check(.depthwiseKernel, s.window.size + [channels, s.multiplier])
            try check(.pointwiseKernel, s.window.size.map { _ in 1 } + [channels.map { $0 * s.multiplier }, s.filters])
            try check(.bias, [s.filters], required: false)
            return s.filters
        }
    }

    func transposed(_ t: TransposedConvolution, _ input: TensorShape?) throws -> TensorShape {
        try check(t.window)
        if t.window.padding == .causal { throw invalid("a transposed convolution has no causal padding") }
        if let padding = t.outputPadding {
            try require(padding, atLeast: 0, "its output padding")
            if padding.count != t.window.rank {
                throw invalid("its output padding \(padding) needs one length for each of \(t.window.rank) axes")
            }
        }
        let (spatial, channels) = try split(input, rank: t.window.rank, t.window.dataFormat)
        try check(.kernel, t.window.size + [t.filters, channels])
        try check(.bias, [t.filters], required: false)
        let lengths = spatial.enumerated().map { axis, n in n.map { t.outputLength(along: axis, input: $0) } }
        if lengths.contains(where: { ($0 ?? 1) <= 0 }) {
            throw invalid("nothing is left of its input \(input?.text ?? "")")
        }
        return join(lengths, t.filters, t.window.dataFormat)
    }

    func dense(_ d: Dense, _ input: TensorShape?) throws -> TensorShape? {
        guard let input else {
            try check(.kernel, [nil, d.units])
            return nil
        }
        guard let last = input.last else {
            throw GraphError.rank(layer: layer.qualifiedName, expected: "at least a vector", found: input)
        }
        try check(.kernel, [last, d.units])
        try check(.bias, [d.units], required: false)
        return input.dropLast() + [d.units]
    }

    /// A layer that keeps its input's shape and has weights as long as `axes`.
    func perAxis(_ axes: [Int], _ input: TensorShape?, roles: [WeightRole]) throws -> TensorShape? {
        guard let input else { return nil }
        guard axes.allSatisfy(input.indices.contains) else {
            throw GraphError.rank(
                layer: layer.qualifiedName, expected: "an input with axis \((axes.max() ?? 0) &+ 1)", found: input)
        }
        for role in roles { try check(role, axes.map { input[$0] }, required: false) }
        return input
    }

    func parametricReLU(_ p: ParametricReLU, _ input: TensorShape?) throws -> TensorShape? {
        guard let input else { return nil }
        try check(.alpha, input.enumerated().map { axis, length in p.sharedAxes.contains(axis) ? 1 : length })
        return input
    }

    /// The shape behind a sliding window; `outputChannels` checks the weights and says how many channels come out.
    func windowed(_ window: Window, _ input: TensorShape?, outputChannels: (Int?) throws -> Int?) throws -> TensorShape
    {
        try check(window)
        let (spatial, channels) = try split(input, rank: window.rank, window.dataFormat)
        let lengths = spatial.enumerated().map { axis, n in n.map { window.positions(along: axis, length: $0) } }
        if lengths.contains(where: { ($0 ?? 1) <= 0 }) {
            throw invalid("its window \(window.size) does not fit into its input \(input?.text ?? "")")
        }
        return join(lengths, try outputChannels(channels), window.dataFormat)
    }

    private func check(_ window: Window) throws {
        try require(window.size, atLeast: 1, "its window")
        try require(window.strides, atLeast: 1, "its strides")
        try require(window.dilation, atLeast: 1, "its dilation")
        guard window.rank > 0, window.strides.count == window.rank, window.dilation.count == window.rank else {
            throw invalid(
                "window \(window.size), strides \(window.strides) and dilation \(window.dilation) need one length for each axis"
            )
        }
    }

    /// The spatial axes and the channel axis of an input that must have `rank` spatial axes; all unknown behind an
    /// opaque layer.
    func split(_ input: TensorShape?, rank: Int, _ format: DataFormat) throws -> (spatial: [Int?], channels: Int?) {
        guard let input else { return ([Int?](repeating: nil, count: rank), nil) }
        guard input.count == rank + 1 else {
            throw GraphError.rank(
                layer: layer.qualifiedName, expected: "\(rank) spatial axes and channels", found: input)
        }
        return format == .channelsLast ? (Array(input.dropLast()), input[rank]) : (Array(input.dropFirst()), input[0])
    }

    func join(_ spatial: [Int?], _ channels: Int?, _ format: DataFormat) -> TensorShape {
        format == .channelsLast ? spatial + [channels] : [channels] + spatial
    }

    /// Holds a weight against the shape asked for; nil entries take any length.
    private func check(_ role: WeightRole, _ expected: [Int?], required: Bool = true) throws {
        guard let tensor = layer[role] else {
            if required { throw invalid("its weight '\(role)' is missing") }
            return
        }
        let fits =
            tensor.shape.count == expected.count && zip(tensor.shape, expected).allSatisfy { $1 == nil || $0 == $1 }
        if !fits {
            throw GraphError.weightShape(
                layer: layer.qualifiedName, weight: "\(role)", expected: expected.map { $0 ?? -1 }, found: tensor.shape)
        }
    }
}

extension TransposedConvolution {
    /// The output length along a spatial axis, as Keras has it, with reach d(k − 1) + 1:
    /// without output padding n · s for same, n · s + max(reach − s, 0) for valid; with it
    /// (n − 1) · s + reach − 2 · ⌊reach / 2⌋ + p for same, (n − 1) · s + reach + p for valid.
    package func outputLength(along axis: Int, input n: Int) -> Int {
        let stride = window.strides[axis], reach = window.effectiveSize(along: axis)
        guard let outputPadding else {
            return window.padding == .same ? n * stride : n * stride + max(reach - stride, 0)
        }
        return (n - 1) * stride + reach - (window.padding == .same ? 2 * (reach / 2) : 0) + outputPadding[axis]
    }
}
