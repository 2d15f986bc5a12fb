import Graphs
import Kernels

/// Layers that put elements elsewhere, in whatever order the input lies.
extension PlanBuilder {
    mutating func repeated(_ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        let output = try allocate(shape)
        let loop = NestedLoop(
            batch: batch, over: output, first: [0, 1], second: [0, 0], imageStrides: (input.imageStride, 0))
        emit(CopyKernel("repeat", loop), input, into: output)
        return output
    }

    mutating func lower(_ padding: ZeroPadding, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        try check(padding.amounts)
        let output = try allocate(shape, order: input.order)
        emit(FillKernel(0, count: batch * output.count), input, into: output)
        let offset = output.offset(leavingOut: padding.amounts, padding.dataFormat)
        let loop = NestedLoop(batch: batch, from: input, to: output, shape: input.shape)
        emit(CopyKernel("pad", loop, outputOffset: offset), input, into: output)
        return output
    }

    mutating func lower(_ cropping: Cropping, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        try check(cropping.amounts)
        let output = try allocate(shape, order: input.order)
        let offset = input.offset(leavingOut: cropping.amounts, cropping.dataFormat)
        emit(
            CopyKernel("crop", NestedLoop(batch: batch, from: input, to: output), inputOffset: offset), input,
            into: output)
        return output
    }

    mutating func lower(_ slice: Slice, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        let output = try allocate(shape, order: input.order)
        guard input.shape.indices.contains(slice.axis), slice.start >= 0,
            slice.start + shape[slice.axis] <= input.shape[slice.axis]
        else { throw invalid("takes positions beyond its input \(input.shape)") }
        let loop = NestedLoop(batch: batch, from: input, to: output)
        emit(CopyKernel("slice", loop, inputOffset: slice.start * input.strides[slice.axis]), input, into: output)
        return output
    }

    /// Copies what was not computed in its place.
    mutating func lower(_ concatenate: Concatenate, _ stage: Stage, _ inputs: [StoredTensor]) throws -> StoredTensor {
        guard let first = inputs.first else { throw invalid("has no input") }
        let output = try whole(stage.output, order: first.order), stride = output.strides[concatenate.axis]
        var offset = 0
        for input in inputs {
            if input.buffer != output.buffer || input.start != output.start + offset {
                let loop = NestedLoop(batch: batch, from: input, to: output, shape: input.shape)
                emit(CopyKernel("concatenate", loop, outputOffset: offset), input, into: output)
            }
            offset += input.shape[concatenate.axis] * stride
        }
        return output
    }

    mutating func lower(_ upsampling: UpSampling, _ stage: Stage, _ input: StoredTensor, _ shape: [Int]) throws
        -> StoredTensor
    {
        let rank = upsampling.factors.count
        if upsampling.interpolation == .bilinear {
            guard rank == 2 else { throw invalid("interpolates along one axis, which is not known") }
            let order = Order.channelsLast(rank + 1, upsampling.dataFormat)
            let input = try arranged(input, order), output = try allocate(shape, order: order)
            let lengths = order.map { input.shape[$0] }
            emit(
                BilinearKernel(
                    images: batch, height: lengths[0], width: lengths[1], channels: lengths[2],
                    factors: (upsampling.factors[0], upsampling.factors[1])), input, into: output)
            return output
        }
        let output = try place(stage.output, order: input.order) ?? allocate(shape, order: input.order)
        emit(upsampling.copies(batch: batch, from: input, to: output), input, into: output)
        return output
    }

    private func check(_ amounts: [Amounts]) throws {
        if amounts.contains(where: { $0.before < 0 || $0.after < 0 }) { throw invalid("has negative amounts") }
    }
}
