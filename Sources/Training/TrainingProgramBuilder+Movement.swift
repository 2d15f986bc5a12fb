import Graphs
import Kernels
import Networks

/// Layers that put elements elsewhere or combine tensors; the backward pass is the adjoint of the forward pass.
extension TrainingProgramBuilder {
    /// Zeros around the input.
    mutating func embed(_ input: DifferentiableTensor, in shape: [Int], _ amounts: [Amounts], _ format: DataFormat)
        throws
        -> DifferentiableTensor
    {
        let output = try make(shape, order: input.values.order, requiresGradient: input.requiresGradient)
        let offset = offset(of: amounts, format, in: output.values)
        return emit(
            LinearOperation(
                input: input, output: output,
                forwardKernels: [
                    .init(kernel: FillKernel(0, count: batch * output.count)),
                    .init(kernel: CopyKernel("pad", walk(input, to: output, from: input), outputOffset: offset)),
                ],
                backwardKernels: [
                    .init(kernel: CopyKernel("crop", walk(input, to: input, from: output), inputOffset: offset))
                ]))
    }

    mutating func cut(_ input: DifferentiableTensor, to shape: [Int], _ amounts: [Amounts], _ format: DataFormat) throws
        -> DifferentiableTensor
    {
        try cut(input, to: shape, offset: offset(of: amounts, format, in: input.values))
    }

    /// A part of the input that begins `offset` floats from its own beginning.
    mutating func cut(_ input: DifferentiableTensor, to shape: [Int], offset: Int) throws -> DifferentiableTensor {
        let output = try make(shape, order: input.values.order, requiresGradient: input.requiresGradient)
        return emit(
            LinearOperation(
                input: input, output: output,
                forwardKernels: [
                    .init(kernel: CopyKernel("crop", walk(output, to: output, from: input), inputOffset: offset))
                ],
                backwardKernels: [
                    .init(kernel: FillKernel(0, count: batch * input.count)),
                    .init(kernel: CopyKernel("pad", walk(output, to: input, from: output), outputOffset: offset)),
                ]))
    }

    /// Walks the positions of `part` in two tensors of the same order.
    private func walk(_ part: DifferentiableTensor, to: DifferentiableTensor, from: DifferentiableTensor) -> NestedLoop
    {
        let writes = to.values.strides, reads = from.values.strides
        return NestedLoop(
            lengths: [batch] + part.values.order.map { part.shape[$0] },
            strides: [.init(output: to.count, first: from.count)]
                + part.values.order.map { .init(output: writes[$0], first: reads[$0]) })
    }

    private func offset(of amounts: [Amounts], _ format: DataFormat, in tensor: StoredTensor) -> Int {
        let axes = format == .channelsLast ? 0..<amounts.count : 1..<amounts.count + 1, strides = tensor.strides
        return zip(axes, amounts).reduce(0) { $0 + strides[$1.0] * $1.1.before }
    }

    /// Nearest neighbour: the backward pass sums the copies of each position, an average pooling times their number.
    mutating func lower(_ upsampling: UpSampling, _ input: DifferentiableTensor, _ shape: [Int]) throws
        -> DifferentiableTensor
    {
        let rank = upsampling.factors.count, order = Order.channelsLast(rank + 1, upsampling.dataFormat)
        let input = try arranged(input, order),
            output = try make(shape, order: order, requiresGradient: input.requiresGradient)
        let from = input.values.strides, to = output.values.strides
        var lengths = [batch], strides = [NestedLoop.Strides(output: output.count, first: input.count)]
        for axis in order {
            let factor = order.firstIndex(of: axis).flatMap { $0 < rank ? upsampling.factors[$0] : nil } ?? 1
            lengths += [input.shape[axis], factor]
            strides += [.init(output: to[axis] * factor, first: from[axis]), .init(output: to[axis], first: 0)]
        }
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
                forwardKernels: [.init(kernel: CopyKernel("upsample", NestedLoop(lengths: lengths, strides: strides)))],
                backwardKernels: [
                    .init(kernel: pooling),
                    .init(kernel: PointwiseKernel(.divided(by: 1 / copies), count: batch * input.count), inPlace: true),
                ]))
    }

    mutating func lower(_ merge: Merge, _ inputs: [DifferentiableTensor], _ shape: [Int]) throws -> DifferentiableTensor
    {
        guard let leader = inputs.first(where: { $0.shape.count == shape.count }) else {
            throw invalid("has no input of rank \(shape.count)")
        }
        guard inputs.count > 1 else { return leader }
        let output = try make(
            shape, order: leader.values.order, requiresGradient: inputs.contains { $0.requiresGradient })
        func strides(_ tensor: StoredTensor) -> [Int] {
            [Int](repeating: 0, count: shape.count - tensor.rank)
                + zip(tensor.shape, tensor.strides).map { $0 == 1 ? 0 : $1 }
        }
        let kernels = inputs.indices.dropFirst().map { index in
            let first = index == 1 ? inputs[0].values : output.values, other = inputs[index].values
            return BinaryKernel(
                merge.kind.operation,
                NestedLoop(
                    batch: batch, over: output.values, first: strides(first), second: strides(other),
                    imageStrides: (first.count, other.count)))
        }
        let order = output.values.order
        let gradient = MergeGradient(
            merge.kind.combination, images: batch, lengths: order.map { shape[$0] },
            strides: inputs.map { input in
                let all = strides(input.values); return order.map { all[$0] }
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
        var position = 0, forwardKernels: [CopyKernel] = [], backwardKernels: [CopyKernel] = []
        for input in inputs {
            forwardKernels.append(
                CopyKernel("concatenate", walk(input, to: output, from: input), outputOffset: position * stride))
            backwardKernels.append(
                CopyKernel("slice", walk(input, to: input, from: output), inputOffset: position * stride))
            position += input.shape[concatenate.axis]
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
