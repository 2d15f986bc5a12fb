/// A convolution whose weights change from step to step, with both of its gradients. A dense layer is a pointwise one.
///
/// Tensors hold the whole batch, channels last, and can be read in whole vectors beyond their end, as all of
/// `AlignedFloats` can; so can weights and biases. The scratch memory begins at a multiple of 64 bytes. No result
/// depends on the number of threads.
package final class TrainedConvolution {
    private let shape: ConvolutionShape
    private let exact: Bool
    private let forward: KernelOfWeights
    private let backward: InputGradient?
    private let gradient: WeightGradient
    private let addition: BinaryKernel

    /// `exact`: without Winograd's convolutions, which round a little more.
    package init(_ shape: ConvolutionShape, needsInputGradient: Bool, exact: Bool = false) {
        self.shape = shape
        self.exact = exact
        forward = KernelOfWeights(shape, exact: exact)
        backward = needsInputGradient ? InputGradient(shape, exact: exact) : nil
        gradient = WeightGradient(shape)
        addition = BinaryKernel(.add, NestedLoop(
            lengths: [shape.outputPixels, shape.outputChannels],
            strides: [.init(output: shape.outputChannels, first: shape.outputChannels), .init(output: 1, first: 1, second: 1)]))
    }

    /// The floats of scratch memory that any of the calls needs.
    package func workspaceCount(workers: Int) -> Int {
        max(forward.workspaceCount(workers: workers), backward?.workspaceCount(workers: workers) ?? 0, gradient.workspaceCount(workers: workers))
    }

    /// Takes over the weights, kernel height × width × (input channels / groups) × output channels, for what follows.
    package func load(_ weights: UnsafePointer<Float>, on pool: WorkerPool) {
        forward.load(weights)
        backward?.load(weights)
    }

    /// The convolution of `input`, plus the bias of each output channel.
    package func forward(
        _ input: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        forward.run(input, into: output, workspace: workspace, on: pool)
        if let bias { addition.run(output, bias, into: output, workspace: workspace, on: pool) }
    }

    /// The gradient with respect to the input: written, or added to what is there.
    package func inputGradient(
        _ outputGradient: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>, adds: Bool,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        guard let backward else { preconditionFailure("a convolution made without an input gradient has none") }
        backward.run(outputGradient, into: inputGradient, adds: adds, workspace: workspace, on: pool)
    }

    /// The gradient with respect to the weights, in their order.
    package func weightGradient(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, into weightGradient: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        gradient.run(input, outputGradient, into: weightGradient, workspace: workspace, on: pool)
    }
}

extension ConvolutionShape {
    /// Output pixels of all images.
    var outputPixels: Int { outputRows * horizontal.output }
}

/// A convolution's kernel, made anew from each step's weights.
final class KernelOfWeights {
    private let shape: ConvolutionShape
    private let exact: Bool
    private var kernel: any Kernel

    init(_ shape: ConvolutionShape, exact: Bool) {
        self.shape = shape
        self.exact = exact
        kernel = Backend.native.convolution(shape, weights: AlignedFloats(count: shape.weightCount), exact: exact)
    }

    func load(_ weights: UnsafePointer<Float>) {
        let copy = AlignedFloats(count: shape.weightCount)
        copy.start.update(from: weights, count: copy.count)
        kernel = Backend.native.convolution(shape, weights: copy, exact: exact)
    }

    func workspaceCount(workers: Int) -> Int { kernel.workspaceCount(workers: workers) }

    func run(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool) {
        kernel.run(input, into: output, workspace: workspace, on: pool)
    }
}
