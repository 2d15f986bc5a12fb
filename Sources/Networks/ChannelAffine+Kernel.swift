import Graphs
import Kernels

extension ChannelAffine {
    /// Computes it from `input` into a tensor of its shape and order; nil where the factors do not fit the input's axes.
    package func kernel(_ name: String, batch: Int, from input: StoredTensor, to output: StoredTensor) -> AffineKernel?
    {
        let axes = axes.map { $0 < 0 ? $0 + input.rank : $0 }
        guard axes.allSatisfy(input.shape.indices.contains),
            scale.count == axes.reduce(1, { $0 * input.shape[$1] }), shift.count == scale.count
        else { return nil }
        let loop = NestedLoop(
            batch: batch, over: output, first: input.strides,
            second: input.strides(of: axes.map { input.shape[$0] }, along: axes), imageStrides: (input.imageStride, 0))
        func floats(_ values: [Double]) -> AlignedFloats { AlignedFloats(values.map { Float($0) }) }
        return AffineKernel(name, loop, scale: floats(scale), shift: floats(shift))
    }
}
