import Graphs
import Kernels
import Networks

extension TrainingProgramBuilder {
    /// Lowers one layer; returns its output, or of the last one the input of its softmax: the loss takes logits.
    mutating func lower(_ layer: Layer, _ inputs: [DifferentiableTensor], shape: [Int], isLast: Bool) throws
        -> DifferentiableTensor
    {
        guard let input = inputs.first else { throw invalid("has no input") }
        switch layer.operation {
        case .convolution, .depthwise, .separable, .transposed, .dense:
            let output = try lowerFilters(layer.operation, input, shape)
            return try apply(layer.operation.activation ?? .linear, to: output, isLast: isLast)
        case let .batchNormalization(norm): return try lower(norm, layer, input, nil)
        case let .activation(activation): return try apply(activation, to: input, isLast: isLast)
        case let .pooling(pooling): return try lower(pooling, input, shape)
        case let .globalPooling(pooling): return try lower(pooling, input, shape)
        case let .flatten(format):
            return try viewed(
                arranged(input, Order.flattening(input.shape.count, format)), shape: shape,
                order: Order.logical(shape.count))
        case .reshape:
            return try viewed(
                arranged(input, Order.logical(input.shape.count)), shape: shape, order: Order.logical(shape.count))
        case let .permute(permute):
            let order = input.values.order.compactMap { permute.order.firstIndex(of: $0) }
            return try viewed(input, shape: permute.order.map { input.shape[$0] }, order: order)
        case let .padding(padding): return try embed(input, in: shape, padding.amounts, padding.dataFormat)
        case let .cropping(cropping): return try cut(input, to: shape, cropping.amounts, cropping.dataFormat)
        case let .slice(slice):
            return try cut(input, to: shape, offset: slice.start * input.values.strides[slice.axis])
        case let .upsampling(upsampling) where upsampling.interpolation == .nearest:
            return try lower(upsampling, input, shape)
        case let .merge(merge): return try lower(merge, inputs, shape)
        case let .concatenate(concatenate): return try lower(concatenate, inputs, shape)
        case .identity, .input: return input
        case let .dropout(rate) where rate > 0 && rate < 1:
            let output = try make(like: input)
            return emit(
                DropoutOperation(
                    input: input, output: output, dropout: Dropout(rate: rate, count: batch * input.count), seed: seed,
                    position: position))
        case .dropout: return input
        case .rescaling: return try transform(layer, input, missing: "has no scale or no offset")
        case .normalization:
            return try transform(layer, input, missing: "was never adapted: it has no mean and variance")
        case let .layerNormalization(norm): return try lower(norm, input)
        case .parametricReLU: return try lowerSlopes(layer, input)
        case .upsampling, .repeatVector, .opaque: throw unsupported
        }
    }

    private mutating func apply(_ activation: Activation, to input: DifferentiableTensor, isLast: Bool) throws
        -> DifferentiableTensor
    {
        let rank = input.shape.count
        func counted(_ axes: [Int]) -> [Int] { axes.map { $0 < 0 ? $0 + rank : $0 } }
        switch activation {
        case .linear: return input
        case let .softmax(axes) where isLast && counted(axes) == [rank - 1]:
            guard input.shape.last == input.count else {
                throw TrainingError.notAClassifier(
                    reason: "ends in \(input.count / (input.shape.last ?? 1)) softmaxes beside each other")
            }
            return input
        case .logSoftmax, .sparsemax: throw unsupported
        // Its outputs are no logits, and the cross-entropy of a softmax is not the loss it was made for.
        case _ where isLast: throw TrainingError.notAClassifier(reason: "ends in an activation other than softmax")
        case let .softmax(axes):
            let (input, rows, length) = try rows(of: input, along: counted(axes))
            return emit(
                KernelOperation(
                    input: input, output: try make(like: input),
                    kernel: SoftmaxKernel(.softmax, rows: rows, length: length),
                    gradient: SoftmaxGradient(rows: rows, length: length), backwardReads: (false, true),
                    worksInPlace: true))
        default:
            guard let function = activation.function else { throw unsupported }
            return try apply(function, to: input)
        }
    }

    private mutating func apply(_ function: PointwiseFunction, to input: DifferentiableTensor) throws
        -> DifferentiableTensor
    {
        let count = batch * input.count
        return emit(
            KernelOperation(
                input: input, output: try make(like: input), kernel: PointwiseKernel(function, count: count),
                gradient: PointwiseGradient(function, count: count), worksInPlace: true))
    }

    mutating func lower(
        _ norm: BatchNormalization, _ layer: Layer, _ input: DifferentiableTensor, _ rectifier: Rectifier?
    ) throws -> DifferentiableTensor {
        if !isTrainable {
            // By the moving statistics, which stay as they are, as do γ and β.
            let output = try transform(layer, input, missing: "has no moving statistics")
            return try rectifier.map { try apply(.rectifier($0), to: output) } ?? output
        }
        let (input, rows, channels) = try rows(of: input, along: [norm.axis])
        let gamma = parameter(.gamma), beta = parameter(.beta)
        guard let mean = bank.measured(layerID, .movingMean), let variance = bank.measured(layerID, .movingVariance)
        else { throw invalid("has no moving statistics") }
        let requiresGradient = input.requiresGradient || gamma != nil || beta != nil
        return emit(
            NormalizationOperation(
                input: input, output: try make(like: input, requiresGradient: requiresGradient), gamma: gamma,
                beta: beta, movingMean: mean.lowerBound, movingVariance: variance.lowerBound, momentum: norm.momentum,
                statistics: allocate(2 * channels), channels: channels,
                kernel: BatchNormalizationKernel(
                    rows: rows, channels: channels, epsilon: norm.epsilon, rectifier: rectifier)))
    }

    private mutating func lower(_ norm: LayerNormalization, _ input: DifferentiableTensor) throws
        -> DifferentiableTensor
    {
        let (input, rows, length) = try rows(of: input, along: norm.axes)
        let gamma = parameter(.gamma), beta = norm.rootMeanSquare ? nil : parameter(.beta)
        let requiresGradient = input.requiresGradient || (gamma != nil || beta != nil) && isTrainable
        return emit(
            LayerNormalizationOperation(
                input: input, output: try make(like: input, requiresGradient: requiresGradient), gamma: gamma,
                beta: beta,
                kernel: DifferentiableLayerNormalization(
                    rows: rows, length: length, epsilon: norm.epsilon, centered: !norm.rootMeanSquare)))
    }

    private mutating func lowerSlopes(_ layer: Layer, _ input: DifferentiableTensor) throws -> DifferentiableTensor {
        guard let slopes = parameter(.alpha), let shape = layer[.alpha]?.shape else { throw invalid("has no slopes") }
        let (input, rows, count) = try rows(of: input, along: shape.indices.filter { shape[$0] != 1 })
        return emit(
            SlopeOperation(
                input: input, output: try make(like: input, requiresGradient: requiresGradient(input)), slopes: slopes,
                kernel: DifferentiablePReLU(rows: rows, slopes: count)))
    }

    /// The tensor with `axes` innermost in memory, in this order: so many rows of such a length.
    private mutating func rows(of input: DifferentiableTensor, along axes: [Int]) throws -> (
        input: DifferentiableTensor, rows: Int, length: Int
    ) {
        guard Set(axes).count == axes.count, axes.allSatisfy(input.shape.indices.contains) else {
            throw invalid("names axes \(axes) of its input \(input.shape)")
        }
        let length = axes.reduce(1) { $0 * input.shape[$1] }
        return (
            try arranged(input, input.values.order.filter { !axes.contains($0) } + axes), batch * input.count / length,
            length
        )
    }

    /// x · scale + shift, which lie along the axes that the kind says; `missing`: what a layer without them lacks.
    private mutating func transform(_ layer: Layer, _ input: DifferentiableTensor, missing: String) throws
        -> DifferentiableTensor
    {
        guard let affine = layer.operation.kind.affine(layer) else { throw invalid(missing) }
        let output = try make(like: input)
        var slope = affine
        slope.shift = affine.shift.map { _ in 0 }
        guard let forward = affine.kernel("rescaling", batch: batch, from: input.values, to: output.values),
            let backward = slope.kernel("rescaling", batch: batch, from: input.values, to: output.values)
        else { throw invalid("has \(affine.scale.count) factors for its input \(input.shape)") }
        return emit(
            LinearOperation(input: input, output: output, forwardKernels: [forward], backwardKernels: [backward]))
    }
}

extension Operation {
    /// Whether each image's numbers come out as they went in, in their order.
    var keepsScores: Bool {
        switch self {
        case .identity, .reshape, .flatten(.channelsLast), .activation(.linear): true
        case .input, .convolution, .depthwise, .separable, .transposed, .dense, .batchNormalization,
            .layerNormalization, .activation, .parametricReLU, .pooling, .globalPooling, .flatten, .permute,
            .repeatVector, .padding, .cropping, .upsampling, .slice, .merge, .concatenate, .dropout, .rescaling,
            .normalization, .opaque:
            false
        }
    }

    /// Whether numbers that are probabilities come out as something like it.
    var combinesScores: Bool {
        switch kind.effect {
        case let .merge(kind): kind != .multiply
        case .concatenation, .plane(.pooling), .plane(.globalPooling): true
        case .source, .unknown, .copy, .move, .plane(.padding), .plane(.cropping), .plane(.upsampling), .function,
            .slopes, .normalization, .affine, .weights, .taps:
            if case .slice = self { true } else { keepsScores }
        }
    }
}
