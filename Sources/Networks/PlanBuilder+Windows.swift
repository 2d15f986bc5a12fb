import Graphs
import Kernels
import Tensors

/// Layers that slide a window, dense layers, global pooling: all computed channels last.
extension PlanBuilder {
    /// `zeros`: how many come before the input along each axis, beside the window's own padding. `addend`: a tensor of
    /// the output's shape, added before the epilogue's rectifier. `summary`: what the kernel tells of the output where it
    /// can. `tensor`: the one this makes, if it may lie
    /// in its place of a concatenation's output.
    mutating func convolve(
        _ window: Window, _ zeros: [Int] = [], groups: Int, _ input: StoredTensor, _ shape: [Int],
        _ weights: AlignedFloats, _ epilogue: Epilogue, summarizing summary: Summarizing? = nil,
        adding addend: StoredTensor? = nil, as tensor: TensorID? = nil
    ) throws -> StoredTensor {
        let order = window.order, input = try arranged(input, order),
            addend = try addend.map { try arranged($0, order) }
        var convolution = ConvolutionShape(
            window, zeros: zeros, groups: groups, batch: batch, over: input, making: shape)
        convolution.expectedImages = expectedImages
        // The other tensor of a sum must have the layout of the sum.
        let place = addend == nil ? try place(tensor, order: order) : nil
        if let place { convolution.outputStep = place.step }
        if let summary, addend == nil,
            let (kernel, join) = program.options.backend.summarizedConvolution(
                convolution, weights: weights, epilogue: epilogue, pools: false, summary: summary,
                algorithms: program.options.convolutions)
        {
            let output = try place ?? allocate(shape, order: order)
            try emit(kernel, telling: join, input, into: output)
            return output
        }
        let kernel = kernel(convolution, weights, epilogue)
        let overwritten = addend.flatMap { kernel.overwritesOther && $0.buffer != input.buffer ? $0 : nil }
        let output = try place ?? overwritten.map { try target(like: $0) } ?? allocate(shape, order: order)
        emit(kernel, input, addend, into: output)
        return output
    }

    /// The same with 2 × 2 maximum pooling, which makes `tensor`, as one kernel; nil where there is none for it. The
    /// input lies channels last.
    mutating func convolve(
        _ window: Window, _ zeros: [Int], groups: Int, _ input: StoredTensor, _ shape: [Int], _ weights: AlignedFloats,
        _ epilogue: Epilogue, summarizing summary: Summarizing?, pooledTo tensor: TensorID
    ) throws -> StoredTensor? {
        let order = window.order, pooled = try self.shape(of: tensor)
        var convolution = ConvolutionShape(
            window, zeros: zeros, groups: groups, batch: batch, over: input, making: shape)
        convolution.expectedImages = expectedImages
        let windows = order.dropLast().map { (length: pooled[$0], pixels: shape[$0]) }
        guard windows.allSatisfy({ 2 * $0.length <= $0.pixels }) else { return nil }
        let place = try place(tensor, order: order)
        if let place { convolution.outputStep = place.step }
        let backend = program.options.backend, algorithms = program.options.convolutions
        let telling = summary.flatMap {
            backend.summarizedConvolution(
                convolution, weights: weights, epilogue: epilogue, pools: true, summary: $0, algorithms: algorithms)
        }
        let silent =
            summary == nil
            ? backend.pooledConvolution(convolution, weights: weights, epilogue: epilogue, algorithms: algorithms) : nil
        guard let kernel = telling?.kernel ?? silent else { return nil }
        let output = try place ?? allocate(pooled, order: order)
        try emit(kernel, telling: telling?.join, input, into: output)
        return output
    }

    private func kernel(_ shape: ConvolutionShape, _ weights: AlignedFloats, _ epilogue: Epilogue) -> any Kernel {
        program.options.backend.convolution(
            shape, weights: weights, epilogue: epilogue, algorithms: program.options.convolutions)
    }

    mutating func convolve(
        _ separable: SeparableConvolution, _ input: StoredTensor, _ shape: [Int], _ weights: FilterWeights,
        _ epilogue: Epilogue, as tensor: TensorID?
    ) throws -> StoredTensor {
        guard let depthwise = weights.depthwise else { throw invalid("has no depthwise kernel") }
        let window = separable.window, channels = input.shape[window.channelAxis]
        var inner = shape
        inner[window.channelAxis] = channels.timesClamped(separable.multiplier)
        try bytes(of: inner)
        let middle = try convolve(window, groups: channels, input, inner, depthwise, Epilogue())
        let point = Window(size: window.size.map { _ in 1 }, dataFormat: window.dataFormat)
        return try convolve(point, groups: 1, middle, shape, weights.kernel, epilogue, as: tensor)
    }

    /// The adjoint of the convolution that makes the input's size out of the output's, as TensorFlow pads it.
    mutating func lower(
        _ transposed: TransposedConvolution, _ input: StoredTensor, _ shape: [Int], _ weights: AlignedFloats,
        _ epilogue: Epilogue
    ) throws -> StoredTensor {
        let window = transposed.window
        let input = try arranged(input, window.order), output = try allocate(shape, order: window.order)
        var convolution = ConvolutionShape(adjointOf: window, batch: batch, over: input, making: shape)
        convolution.expectedImages = expectedImages
        emit(
            program.options.backend.transposedConvolution(
                convolution, weights: weights, epilogue: epilogue, algorithms: program.options.convolutions), input,
            into: output)
        return output
    }

    /// A dense layer: a pointwise convolution of all that is not the last axis.
    mutating func multiply(
        _ input: StoredTensor, _ shape: [Int], _ weights: AlignedFloats, _ epilogue: Epilogue, as tensor: TensorID?
    ) throws -> StoredTensor {
        let last = input.rank - 1
        let input = input.order.last == last ? input : try arranged(input, Order.logical(input.rank))
        let output = try place(tensor, order: input.order) ?? allocate(shape, order: input.order)
        var convolution = ConvolutionShape(denseOver: input, batch: batch, making: shape)
        convolution.outputStep = output.step
        emit(kernel(convolution, weights, epilogue), input, into: output)
        return output
    }

    private static var mostPoolingSteps: Int { 1 << 31 }

    mutating func lower(_ pooling: Pooling, _ stage: Stage, _ input: StoredTensor, _ shape: [Int]) throws
        -> StoredTensor
    {
        let window = pooling.window, order = window.order
        let input = try arranged(input, order),
            output = try place(stage.output, order: order) ?? allocate(shape, order: order)
        let axes = window.slidingAxes(over: input, making: shape)
        // A window larger than any network's may lie around the whole image at every position.
        let taps = [axes.vertical, axes.horizontal].map { min($0.size, $0.input) }
        let steps = (shape + taps).reduce(1) { $0.timesClamped($1) }
        guard steps <= Self.mostPoolingSteps else {
            throw invalid("its windows cover \(steps) numbers for one image, \(Self.mostPoolingSteps) are the most")
        }
        emit(
            PoolingKernel(
                pooling.kind.reduction, images: batch, vertical: axes.vertical, horizontal: axes.horizontal,
                channels: shape[window.channelAxis], inputStep: input.step, outputStep: output.step), input,
            into: output)
        return output
    }

    mutating func lower(_ pooling: GlobalPooling, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        let order = Order.channelsLast(pooling.rank + 1, pooling.dataFormat)
        let input = try arranged(input, order),
            output = try allocate(shape, order: pooling.keepDimensions ? order : nil)
        let positions = order.dropLast().reduce(1) { $0 * input.shape[$1] }
        emit(
            GlobalPoolingKernel(pooling.kind.reduction, images: batch, positions: positions, channels: output.count),
            input, into: output)
        return output
    }
}

extension PoolingKind {
    package var reduction: PoolingKernel.Reduction {
        switch self {
        case .max: .max
        case .average: .average
        }
    }
}
