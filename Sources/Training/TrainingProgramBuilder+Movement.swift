import Graphs
import Kernels
import Networks

/// Layers that put elements elsewhere or combine tensors; the backward pass is the adjoint of the forward pass.
extension TrainingProgramBuilder {
    /// Zeros around the input.
    mutating func embed(_ input: DifferentiableTensor, in shape: [Int], _ amounts: [Amounts], _ format: DataFormat)
        throws -> DifferentiableTensor
    {
        let output = try make(shape, order: input.values.order, requiresGradient: input.requiresGradient)
        let (pad, crop) = moves(input, output, output.values.offset(leavingOut: amounts, format))
        return emit(LinearOperation(input: input, output: output, forwardKernels: pad, backwardKernels: crop))
    }

    mutating func cut(_ input: DifferentiableTensor, to shape: [Int], _ amounts: [Amounts], _ format: DataFormat) throws
        -> DifferentiableTensor
    {
        try cut(input, to: shape, offset: input.values.offset(leavingOut: amounts, format))
    }

    /// A part of the input that begins `offset` floats from its own beginning.
    mutating func cut(_ input: DifferentiableTensor, to shape: [Int], offset: Int) throws -> DifferentiableTensor {
        let output = try make(shape, order: input.values.order, requiresGradient: input.requiresGradient)
        let (pad, crop) = moves(output, input, offset)
        return emit(LinearOperation(input: input, output: output, forwardKernels: crop, backwardKernels: pad))
    }

    /// The kernels that put `part` into `whole`, a tensor of the same order, from `offset` floats on, zeros around it;
    /// and those that take it out again.
    private func moves(_ part: DifferentiableTensor, _ whole: DifferentiableTensor, _ offset: Int) -> (
        pad: [any Kernel], crop: [any Kernel]
    ) {
        let into = NestedLoop(batch: batch, from: part.values, to: whole.values, shape: part.shape),
            outOf = NestedLoop(batch: batch, from: whole.values, to: part.values)
        return (
            [FillKernel(0, count: batch * whole.count), CopyKernel("pad", into, outputOffset: offset)],
            [CopyKernel("crop", outOf, inputOffset: offset)]
        )
    }

    /// Nearest neighbour: the backward pass sums the copies of each position, an average pooling times their number.
    mutating func lower(_ upsampling: UpSampling, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let rank = upsampling.factors.count, order = Order.channelsLast(rank + 1, upsampling.dataFormat)
        let input = try arranged(input, order),
            output = try make(shape, order: order, requiresGradient: input.requiresGradient)
        let axes = (0..<rank).map {
            SlidingAxis(
                input: shape[order[$0]], output: input.shape[order[$0]], size: upsampling.factors[$0],
                stride: upsampling.factors[$0])
        }
        let pooling = PoolingKernel(
            .average, images: batch, vertical: axes[0], horizontal: rank > 1 ? axes[1] : .pointwise(1),
            channels: input.shape[order[rank]])
        let copies = Float(upsampling.factors.reduce(1, *))
        return emit(
            LinearOperation(
                input: input, output: output,
                forwardKernels: [upsampling.copies(batch: batch, from: input.values, to: output.values)],
                backwardKernels: [pooling],
                backwardFactor: PointwiseKernel(.divided(by: 1 / copies), count: batch * input.count)))
    }

    mutating func lower(_ merge: Merge, _ inputs: [DifferentiableTensor], _ shape: [Int]) throws -> DifferentiableTensor
    {
        guard let leader = inputs.first(where: { $0.shape.count == shape.count }) else {
            throw invalid("has no input of rank \(shape.count)")
        }
        guard inputs.count > 1 else { return leader }
        let output = try make(
            shape, order: leader.values.order, requiresGradient: inputs.contains { $0.requiresGradient })
        let kernels = inputs.indices.dropFirst().map { index in
            let first = index == 1 ? inputs[0].values : output.values, other = inputs[index].values
            return BinaryKernel(
                merge.kind.operation,
                NestedLoop(
                    batch: batch, over: output.values, first: first.strides(broadcastTo: shape),
                    second: other.strides(broadcastTo: shape), imageStrides: (first.count, other.count)))
        }
        let order = output.values.order
        let gradient = MergeGradient(
            merge.kind.combination, images: batch, lengths: order.map { shape[$0] },
            strides: inputs.map { input in
                let all = input.values.strides(broadcastTo: shape)
                return order.map { all[$0] }
            }, counts: inputs.map(\.count))
        let division =
            merge.kind == .average
            ? PointwiseKernel(.divided(by: Float(inputs.count)), count: batch * output.count) : nil
        return emit(
            MergeOperation(inputs: inputs, output: output, kernels: kernels, division: division, gradient: gradient))
    }

    mutating func lower(_ concatenate: Concatenate, _ inputs: [DifferentiableTensor], _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let order = inputs[0].values.order
        let inputs = try inputs.map { try arranged($0, order) }
        let output = try make(shape, order: order, requiresGradient: inputs.contains { $0.requiresGradient })
        let stride = output.values.strides[concatenate.axis]
        var offset = 0, forwardKernels: [CopyKernel] = [], backwardKernels: [CopyKernel] = []
        for input in inputs {
            let into = NestedLoop(batch: batch, from: input.values, to: output.values, shape: input.shape),
                outOf = NestedLoop(batch: batch, from: output.values, to: input.values)
            forwardKernels.append(CopyKernel("concatenate", into, outputOffset: offset))
            backwardKernels.append(CopyKernel("slice", outOf, inputOffset: offset))
            offset += input.shape[concatenate.axis] * stride
        }
        return emit(
            ConcatenationOperation(
                inputs: inputs, output: output, forwardKernels: forwardKernels, backwardKernels: backwardKernels))
    }
}

extension Merge.Kind {
    fileprivate var combination: MergeGradient.Combination {
        switch self {
        case .add: .sum
        case .subtract: .difference
        case .multiply: .product
        case .average: .mean
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }
}
