import Graphs
import Kernels
import Networks
import Tensors

/// Layers that slide a window, and dense layers: all computed channels last.
extension TrainingProgramBuilder {
    /// What the filters make, their activation not yet applied.
    mutating func lowerFilters(_ operation: Operation, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        switch operation {
        case let .convolution(c): return try convolve(c.window, groups: c.groups, input, shape, .kernel, .bias)
        case let .depthwise(d):
            return try convolve(
                d.window, groups: input.shape[d.window.channelAxis], input, shape, .depthwiseKernel, .bias)
        case let .separable(s):
            var inner = shape
            inner[s.window.channelAxis] = input.shape[s.window.channelAxis].timesClamped(s.multiplier)
            let middle = try convolve(
                s.window, groups: input.shape[s.window.channelAxis], input, inner, .depthwiseKernel, nil)
            return try convolve(
                Window(size: s.window.size.map { _ in 1 }, dataFormat: s.window.dataFormat), groups: 1, middle, shape,
                .pointwiseKernel, .bias)
        case let .transposed(t): return try lower(t, input, shape)
        default: return try multiply(input, shape)
        }
    }

    private mutating func convolve(
        _ window: Window, groups: Int, _ input: DifferentiableTensor, _ shape: [Int], _ kernelRole: WeightRole,
        _ biasRole: WeightRole?
    ) throws -> DifferentiableTensor {
        let input = try arranged(input, window.order),
            output = try make(shape, order: window.order, requiresGradient: requiresGradient(input))
        let convolution = ConvolutionShape(window, groups: groups, batch: batch, over: input.values, making: shape)
        guard let kernel = parameter(kernelRole), kernel.count == convolution.weightCount else {
            throw invalid("has no weights of its sizes")
        }
        return emit(
            ConvolutionOperation(
                convolution, input: input, output: output, kernel: kernel, bias: biasRole.flatMap { parameter($0) }))
    }

    /// The adjoint of the convolution that makes the input's size out of the output's, as TensorFlow pads it.
    private mutating func lower(_ transposed: TransposedConvolution, _ input: DifferentiableTensor, _ shape: [Int])
        throws
        -> DifferentiableTensor
    {
        let window = transposed.window
        let input = try arranged(input, window.order),
            output = try make(shape, order: window.order, requiresGradient: requiresGradient(input))
        let convolution = ConvolutionShape(adjointOf: window, batch: batch, over: input.values, making: shape)
        guard let kernel = parameter(.kernel), kernel.count == convolution.weightCount else {
            throw invalid("has no weights of its sizes")
        }
        return emit(
            TransposedOperation(convolution, input: input, output: output, kernel: kernel, bias: parameter(.bias)))
    }

    /// A dense layer: a pointwise convolution of all that is not the last axis.
    private mutating func multiply(_ input: DifferentiableTensor, _ shape: [Int]) throws -> DifferentiableTensor {
        let last = input.shape.count - 1
        let input = input.values.order.last == last ? input : try arranged(input, Order.logical(last + 1))
        let output = try make(shape, order: input.values.order, requiresGradient: requiresGradient(input))
        let convolution = ConvolutionShape(denseOver: input.values, batch: batch, making: shape)
        guard let kernel = parameter(.kernel), kernel.count == convolution.weightCount else {
            throw invalid("has no weights of its sizes")
        }
        return emit(
            ConvolutionOperation(convolution, input: input, output: output, kernel: kernel, bias: parameter(.bias)))
    }

    mutating func lower(_ pooling: Pooling, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let window = pooling.window, input = try arranged(input, window.order)
        let output = try make(shape, order: window.order, requiresGradient: input.requiresGradient),
            axes = window.slidingAxes(over: input.values, making: shape)
        return emit(
            PoolingOperation(
                pooling.kind.reduction, images: batch, vertical: axes.vertical, horizontal: axes.horizontal,
                channels: shape[window.channelAxis],
                input: input, output: output, isGlobal: false))
    }

    mutating func lower(_ pooling: GlobalPooling, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let order = Order.channelsLast(pooling.rank + 1, pooling.dataFormat)
        let input = try arranged(input, order)
        let output = try make(
            shape, order: pooling.keepDimensions ? order : nil, requiresGradient: input.requiresGradient)
        func whole(_ length: Int) -> SlidingAxis { SlidingAxis(input: length, output: 1, size: length) }
        let lengths = order.dropLast().map { input.shape[$0] }
        return emit(
            PoolingOperation(
                pooling.kind.reduction, images: batch, vertical: whole(lengths[0]),
                horizontal: whole(lengths.count > 1 ? lengths[1] : 1), channels: output.count,
                input: input, output: output, isGlobal: true))
    }
}
