import Graphs
import Kernels

/// Layers that put elements elsewhere, in whatever order the input lies.
extension PlanBuilder {
    mutating func repeated(_ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        let output = try allocate(shape)
        let loop = NestedLoop(batch: batch, over: output, first: [0, 1], imageStrides: (input.imageStride, 0))
        emit(CopyKernel("repeat", loop), input, into: output)
        return output
    }

    mutating func lower(_ padding: ZeroPadding, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        try check(padding.amounts)
        let output = try allocate(shape, order: input.order), strides = output.strides
        let axes = spatialAxes(padding.amounts.count, padding.dataFormat)
        emit(FillKernel(0, count: batch * output.count), input, into: output)
        let offset = zip(axes, padding.amounts).reduce(0) { $0 + strides[$1.0] * $1.1.before }
        emit(CopyKernel("pad", part(of: output, like: input), outputOffset: offset), input, into: output)
        return output
    }

    mutating func lower(_ cropping: Cropping, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        try check(cropping.amounts)
        let output = try allocate(shape, order: input.order), strides = input.strides
        let axes = spatialAxes(cropping.amounts.count, cropping.dataFormat)
        let offset = zip(axes, cropping.amounts).reduce(0) { $0 + strides[$1.0] * $1.1.before }
        let loop = NestedLoop(batch: batch, over: output, first: strides, imageStrides: (input.imageStride, 0))
        emit(CopyKernel("crop", loop, inputOffset: offset), input, into: output)
        return output
    }

    mutating func lower(_ slice: Slice, _ input: StoredTensor, _ shape: [Int]) throws -> StoredTensor {
        let output = try allocate(shape, order: input.order), strides = input.strides
        guard input.shape.indices.contains(slice.axis), slice.start >= 0,
            slice.start + shape[slice.axis] <= input.shape[slice.axis]
        else {
            throw invalid("takes positions beyond its input \(input.shape)")
        }
        let loop = NestedLoop(batch: batch, over: output, first: strides, imageStrides: (input.imageStride, 0))
        emit(CopyKernel("slice", loop, inputOffset: slice.start * strides[slice.axis]), input, into: output)
        return output
    }

    /// Copies what was not computed in its place.
    mutating func lower(_ concatenate: Concatenate, _ stage: Stage, _ inputs: [StoredTensor]) throws -> StoredTensor {
        guard let first = inputs.first else { throw invalid("has no input") }
        let output = try whole(stage.output, order: first.order), stride = output.strides[concatenate.axis]
        var offset = 0
        for input in inputs {
            if input.buffer != output.buffer || input.start != output.start + offset {
                emit(
                    CopyKernel("concatenate", part(of: output, like: input), outputOffset: offset), input, into: output)
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
        let axes = spatialAxes(rank, upsampling.dataFormat), from = input.strides, to = output.strides
        // Each axis becomes two: the position in the input, and the copy, along which the input stands still.
        var lengths = [batch], strides = [NestedLoop.Strides(output: output.imageStride, first: input.imageStride)]
        for axis in input.order {
            let factor = axes.firstIndex(of: axis).map { upsampling.factors[$0] } ?? 1
            lengths += [input.shape[axis], factor]
            strides += [.init(output: to[axis] * factor, first: from[axis]), .init(output: to[axis], first: 0)]
        }
        emit(CopyKernel("upsample", NestedLoop(lengths: lengths, strides: strides)), input, into: output)
        return output
    }

    /// Walks `input` in the order of `output`, of which it fills a part.
    private func part(of output: StoredTensor, like input: StoredTensor) -> NestedLoop {
        let from = input.strides, to = output.strides
        return NestedLoop(
            lengths: [batch] + output.order.map { input.shape[$0] },
            strides: [.init(output: output.imageStride, first: input.imageStride)]
                + output.order.map { .init(output: to[$0], first: from[$0]) })
    }

    private func spatialAxes(_ rank: Int, _ format: DataFormat) -> [Int] {
        Array(format == .channelsLast ? 0..<rank : 1..<rank + 1)
    }

    private func check(_ amounts: [Amounts]) throws {
        if amounts.contains(where: { $0.before < 0 || $0.after < 0 }) { throw invalid("has negative amounts") }
    }
}
