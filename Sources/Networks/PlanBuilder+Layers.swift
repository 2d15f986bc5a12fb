import Graphs
import Kernels

extension PlanBuilder {
    /// Lays out one stage; returns where its output lies. `shape` is the output's.
    mutating func lower(_ layer: Layer, _ stage: Stage, _ inputs: [StoredTensor], shape: [Int]) throws -> StoredTensor {
        guard let input = inputs.first else { throw invalid("has no input") }
        switch layer.operation {
        case .convolution, .depthwise, .separable, .transposed, .dense:
            return try lowerFilters(layer, stage, input, inputs.dropFirst().first, shape)
        case .batchNormalization:
            return try transform("batch normalization", layer, input, missing: "has no moving statistics")
        case let .layerNormalization(norm): return try lower(norm, layer, input)
        case let .activation(activation): return try apply(activation, to: input)
        case let .parametricReLU(parametric): return try lower(parametric, layer, input)
        case let .pooling(pooling): return try lower(pooling, stage, input, shape)
        case let .globalPooling(pooling): return try lower(pooling, input, shape)
        case let .flatten(format): return try viewed(arranged(input, Order.flattening(input.rank, format)), shape)
        case .reshape: return try viewed(arranged(input, Order.logical(input.rank)), shape)
        case let .permute(permute): return permuted(input, permute.order)
        case .repeatVector: return try repeated(input, shape)
        case let .padding(padding): return try lower(padding, input, shape)
        case let .cropping(cropping): return try lower(cropping, input, shape)
        case let .upsampling(upsampling): return try lower(upsampling, stage, input, shape)
        case let .slice(slice): return try lower(slice, input, shape)
        case .dropout, .identity: return input
        case .rescaling: return try transform("rescaling", layer, input, missing: "has no scale or no offset")
        case .normalization:
            return try transform(
                "normalization", layer, input, missing: "was never adapted: it has no mean and variance")
        case let .merge(merge): return try lower(merge, stage, inputs, shape)
        case let .concatenate(concatenate): return try lower(concatenate, stage, inputs)
        case .input: return input
        case let .opaque(opaque): throw NetworkError.opaque(layer: self.layer, className: opaque.className)
        }
    }

    /// The kernels of a layer with filters, and what its stage does to their output.
    private mutating func lowerFilters(
        _ layer: Layer, _ stage: Stage, _ input: StoredTensor, _ addend: StoredTensor?, _ shape: [Int]
    ) throws -> StoredTensor {
        guard let weights = program.weights[stage.node], weights.kernel.count > 0 else {
            throw invalid("has no weights")
        }
        if let window = layer.operation.filters?.slidingWindow, !window.isPossible {
            throw invalid("has window \(window.size), strides \(window.strides), dilation \(window.dilation)")
        }
        let absorbed = stage.activation.map { program.graph.layer(of: $0).operation }
        let activation: Activation =
            if case let .activation(outer)? = absorbed { outer } else { layer.operation.activation ?? .linear }
        let made = stage.unpooled(in: program.graph)
        if postpones(activation.rectifier, of: made) { postponed = activation.rectifier }
        let epilogue = Epilogue(bias: weights.bias, rectifier: postponed == nil ? activation.rectifier : nil)
        var zeros: [Int] = []
        if let padding = stage.padding, case let .padding(around) = program.graph.layer(of: padding).operation {
            zeros = around.amounts.map(\.before)
        }
        // Another activation than a rectifier comes after the kernel.
        let tensor = activation.rectifier != nil || activation == .linear ? stage.output : nil
        var input = input, output: StoredTensor
        if case let .convolution(c) = layer.operation, stage.pooling != nil, tensor != nil {
            input = try arranged(input, c.window.order)
            let summary = summarizing(made, axis: c.window.channelAxis, activation)
            if summary != nil || !isSummarized(made),
                let pooled = try convolve(
                    c.window, zeros, groups: c.groups, input, shape, weights.kernel, epilogue, summarizing: summary,
                    pooledTo: stage.output)
            {
                try summarize(pooled, of: made)
                return pooled
            }
        }
        switch layer.operation {
        case let .convolution(c):
            output = try convolve(
                c.window, zeros, groups: c.groups, input, shape, weights.kernel, epilogue,
                summarizing: summarizing(made, axis: c.window.channelAxis, activation), adding: addend,
                as: stage.pooling == nil ? tensor : nil)
        case let .depthwise(d):
            output = try convolve(
                d.window, zeros, groups: input.shape[d.window.channelAxis], input, shape, weights.kernel, epilogue,
                as: tensor)
        case let .separable(s): output = try convolve(s, input, shape, weights, epilogue, as: tensor)
        case let .transposed(t): output = try lower(t, input, shape, weights.kernel, epilogue)
        case .dense: output = try multiply(input, shape, weights.kernel, epilogue, as: tensor)
        default: throw invalid("makes filters in a way that is not known")
        }
        if activation.rectifier == nil { output = try apply(activation, to: output) }
        guard let pooling = stage.pooling, case let .pooling(window) = program.graph.layer(of: pooling).operation else {
            return output
        }
        try summarize(output, of: made)
        enter(program.graph.layer(of: pooling))
        return try lower(window, stage, output, try self.shape(of: stage.output))
    }

    /// The same memory under another shape of as many elements.
    private func viewed(_ tensor: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        let result = StoredTensor(buffer: tensor.buffer, shape: shape, order: Order.logical(shape.count))
        guard shape.allSatisfy({ $0 >= 0 }), result.count == tensor.count else {
            throw invalid("cannot give its input \(tensor.shape) the shape \(shape)")
        }
        return result
    }

    /// Axis i of the result is axis `order[i]` of the tensor, where it lies already.
    private func permuted(_ tensor: StoredTensor, _ order: [Int]) -> StoredTensor {
        StoredTensor(
            buffer: tensor.buffer, shape: order.map { tensor.shape[$0] },
            order: tensor.order.compactMap { order.firstIndex(of: $0) })
    }
}

extension Operation {
    /// Whether a call with so many inputs reads channels that are a slice of wider pixels. What only hands its input on
    /// reads nothing.
    func readsSlices(of inputs: Int) -> Bool {
        switch self {
        case .merge: inputs > 1
        case .convolution, .depthwise, .separable, .dense, .pooling, .batchNormalization, .parametricReLU, .rescaling,
            .normalization, .concatenate, .padding, .cropping, .slice:
            true
        case let .upsampling(upsampling): upsampling.interpolation == .nearest
        case .input, .transposed, .layerNormalization, .activation, .globalPooling, .flatten, .reshape, .permute,
            .repeatVector, .dropout, .identity, .opaque:
            false
        }
    }
}

extension Order {
    /// Keras flattens a `channels_first` tensor as if it were channels last, so that Dense layers keep their meaning.
    package static func flattening(_ rank: Int, _ format: DataFormat) -> [Int] {
        rank > 1 ? channelsLast(rank, format) : logical(rank)
    }
}
