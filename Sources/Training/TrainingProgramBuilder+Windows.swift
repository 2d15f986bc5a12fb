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
        case .dense: return try multiply(input, shape)
        default: throw unsupported
        }
    }

    private mutating func convolve(
        _ window: Window, groups: Int, _ input: DifferentiableTensor, _ shape: [Int], _ kernelRole: WeightRole,
        _ biasRole: WeightRole?
    ) throws -> DifferentiableTensor {
        let input = try arranged(input, window.order),
            output = try make(shape, order: window.order, requiresGradient: requiresGradient(input))
        let convolution = ConvolutionShape(window, groups: groups, batch: batch, over: input.values, making: shape)
        return try emit(convolution, input, output, kernelRole, biasRole)
    }

    /// A convolution, or the adjoint of `shape`, with the weights of the layer being lowered.
    private mutating func emit(
        _ shape: ConvolutionShape, isTransposed: Bool = false, _ input: DifferentiableTensor,
        _ output: DifferentiableTensor, _ kernelRole: WeightRole = .kernel, _ biasRole: WeightRole? = .bias
    ) throws -> DifferentiableTensor {
        guard let kernel = parameter(kernelRole), kernel.count == shape.weightCount else {
            throw invalid("has no weights of its sizes")
        }
        return emit(
            ConvolutionOperation(
                shape, isTransposed: isTransposed, input: input, output: output, kernel: kernel,
                bias: biasRole.flatMap { parameter($0) }))
    }

    /// The adjoint of the convolution that makes the input's size out of the output's, as TensorFlow pads it.
    private mutating func lower(_ transposed: TransposedConvolution, _ input: DifferentiableTensor, _ shape: [Int])
        throws -> DifferentiableTensor
    {
        let window = transposed.window
        let input = try arranged(input, window.order),
            output = try make(shape, order: window.order, requiresGradient: requiresGradient(input))
        let convolution = ConvolutionShape(adjointOf: window, batch: batch, over: input.values, making: shape)
        return try emit(convolution, isTransposed: true, input, output)
    }

    /// A dense layer: a pointwise convolution of all that is not the last axis.
    private mutating func multiply(_ input: DifferentiableTensor, _ shape: [Int]) throws -> DifferentiableTensor {
        let last = input.shape.count - 1
        let input = input.values.order.last == last ? input : try arranged(input, Order.logical(last + 1))
        let output = try make(shape, order: input.values.order, requiresGradient: requiresGradient(input))
        return try emit(ConvolutionShape(denseOver: input.values, batch: batch, making: shape), input, output)
    }

    mutating func lower(_ pooling: Pooling, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let window = pooling.window, input = try arranged(input, window.order)
        let output = try make(shape, order: window.order, requiresGradient: input.requiresGradient),
            axes = window.slidingAxes(over: input.values, making: shape), channels = shape[window.channelAxis]
        let kernel = PoolingKernel(
            pooling.kind.reduction, images: batch, vertical: axes.vertical, horizontal: axes.horizontal,
            channels: channels)
        let gradient = PoolingGradient(
            pooling.kind.reduction, images: batch, vertical: axes.vertical, horizontal: axes.horizontal,
            channels: channels)
        return emit(
            KernelOperation(input: input, output: output, kernel: kernel, gradient: gradient, worksInPlace: false))
    }

    mutating func lower(_ pooling: GlobalPooling, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let order = Order.channelsLast(pooling.rank + 1, pooling.dataFormat)
        let input = try arranged(input, order)
        let output = try make(
            shape, order: pooling.keepDimensions ? order : nil, requiresGradient: input.requiresGradient)
        // The gradient is that of a window as large as the image.
        let axes = order.dropLast().map { input.shape[$0] }.map { SlidingAxis(input: $0, output: 1, size: $0) },
            vertical = axes[0], horizontal = axes.count > 1 ? axes[1] : .pointwise(1)
        let kernel = GlobalPoolingKernel(
            pooling.kind.reduction, images: batch, positions: vertical.input * horizontal.input, channels: output.count)
        let gradient = PoolingGradient(
            pooling.kind.reduction, images: batch, vertical: vertical, horizontal: horizontal, channels: output.count)
        return emit(
            KernelOperation(input: input, output: output, kernel: kernel, gradient: gradient, worksInPlace: false))
    }
}
