/// A convolution's kernel whose weights are loaded again and again, and whose bias may change from call to call.
final class ReloadableConvolution {
    private let shape: ConvolutionShape
    private let algorithms: ConvolutionAlgorithms
    private let bias: AlignedFloats
    private let addition: BinaryKernel
    private var kernel: any Kernel
    /// The kernel's packed weights; nil where it packs none, and a new kernel is made for new weights.
    private let weights: ReloadableWeights?

    init(_ shape: ConvolutionShape, algorithms: ConvolutionAlgorithms) {
        (self.shape, self.algorithms) = (shape, algorithms)
        bias = AlignedFloats(count: shape.outputChannels)
        addition = BinaryKernel(addingTo: shape.outputPixels, channels: shape.outputChannels)
        let none = AlignedFloats(count: shape.weightCount, areReloaded: true)
        let prepared = Backend.native.convolution(
            shape, weights: none, epilogue: Epilogue(bias: bias), algorithms: algorithms)
        weights = ReloadableWeights(none, of: shape)
        kernel = weights == nil ? Backend.native.convolution(shape, weights: none, algorithms: algorithms) : prepared
    }

    /// The weights in Keras's order, readable in whole vectors.
    func load(_ source: UnsafePointer<Float>, on pool: WorkerPool) {
        if let weights { return weights.load(source, on: pool) }
        let copy = AlignedFloats(count: shape.weightCount)
        copy.start.update(from: source, count: copy.count)
        kernel = Backend.native.convolution(shape, weights: copy, algorithms: algorithms)
    }

    func workspaceCount(workers: Int) -> Int {
        max(kernel.workspaceCount(workers: workers), addition.workspaceCount(workers: workers))
    }

    /// Whether `run` can add to what is there.
    var canAdd: Bool { kernel.overwritesOther }

    func run(
        _ input: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, adding: Bool = false,
        into output: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        if weights != nil {
            if let bias {
                self.bias.start.update(from: bias, count: self.bias.count)
            } else {
                self.bias.start.update(repeating: 0, count: self.bias.count)
            }
        }
        kernel.run(input, adding ? UnsafePointer(output) : nil, into: output, workspace: workspace, on: pool)
        if weights == nil, let bias { addition.run(output, bias, into: output, workspace: workspace, on: pool) }
    }
}
