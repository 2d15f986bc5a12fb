/// A convolution for training: its weights are loaded anew for each step, and it has both gradients. A dense layer is a pointwise one.
///
/// Tensors hold the whole batch, channels last, and can be read in whole vectors beyond their end, as all of
/// `AlignedFloats` can; so can weights and biases. The scratch memory begins at a multiple of 64 bytes. No result
/// depends on the number of threads.
package final class DifferentiableConvolution {
    private let forward: ReloadableConvolution
    private let backward: InputGradient?
    private let gradient: any WeightGradient

    package init(_ shape: ConvolutionShape, needsInputGradient: Bool, algorithms: ConvolutionAlgorithms = .fastest) {
        forward = ReloadableConvolution(shape, algorithms: algorithms)
        backward = needsInputGradient ? InputGradient(shape, algorithms: algorithms) : nil
        gradient = shape.weightGradient(algorithms: algorithms)
    }

    /// The floats of scratch memory that any of the calls needs.
    package func workspaceCount(workers: Int) -> Int {
        max(
            forward.workspaceCount(workers: workers), backward?.workspaceCount(workers: workers) ?? 0,
            gradient.workspaceCount(workers: workers))
    }

    /// Takes over the weights, kernel height × width × (input channels / groups) × output channels, for what follows.
    package func load(_ weights: UnsafePointer<Float>, on pool: WorkerPool) {
        forward.load(weights, on: pool)
        backward?.load(weights, on: pool)
    }

    /// The convolution of `input`, plus the bias of each output channel.
    package func forward(
        _ input: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        forward.run(input, bias: bias, into: output, workspace: workspace, on: pool)
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
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        into weightGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        gradient.run(input, outputGradient, into: weightGradient, workspace: workspace, on: pool)
    }
}

extension ConvolutionShape {
    /// Output pixels of all images.
    var outputPixels: Int { outputRows * horizontal.output }
}
