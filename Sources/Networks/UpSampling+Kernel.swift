import Graphs
import Kernels

extension UpSampling {
    /// Copies each position of `input` to the rows and columns of `output` that repeat it.
    package func copies(batch: Int, from input: StoredTensor, to output: StoredTensor) -> CopyKernel {
        let first = dataFormat == .channelsLast ? 0 : 1, from = input.strides, to = output.strides
        // Each axis becomes two: the position in the input, and the copy, along which the input stands still.
        var lengths = [batch], strides = [NestedLoop.Strides(output: output.imageStride, first: input.imageStride)]
        for axis in input.order {
            let factor = factors.indices.contains(axis - first) ? factors[axis - first] : 1
            lengths += [input.shape[axis], factor]
            strides += [.init(output: to[axis] * factor, first: from[axis]), .init(output: to[axis], first: 0)]
        }
        return CopyKernel("upsample", NestedLoop(lengths: lengths, strides: strides))
    }
}
