import Kernels
import Networks

/// One operation of a training step: its forward pass with its backward pass beside it.
///
/// Forward writes `output` from `inputs`. Backward turns the gradient of the loss with respect to the output into that
/// with respect to each input, and to its parameters. Both work on the whole batch, channels last.
protocol Differentiable {
    var inputs: [DifferentiableTensor] { get }
    var output: DifferentiableTensor { get }
    /// Buffers of its own for what forward saves for backward.
    var saved: [BufferID] { get }
    /// Whether backward reads the values of its inputs, and of its output.
    var backwardReads: (inputs: Bool, output: Bool) { get }
    /// Scratch memory of a pass, in floats, all threads together.
    func workspaceCount(workers: Int) -> Int
    func forward(_ pass: Pass)
    /// Turns the output's gradient into that of each input, which it overwrites; `targets` has nil for those that
    /// are not needed.
    ///
    /// A target may be the memory of the output's gradient where `worksInPlace`.
    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?])
    /// Whether backward may write its first input's gradient over its output's.
    var worksInPlace: Bool { get }
    /// Called after the weights changed, before the next forward.
    func load(_ pass: Pass)
}

/// Where the gradient with respect to a tensor lies.
typealias GradientAddress = UnsafeMutablePointer<Float>

extension Differentiable {
    var saved: [BufferID] { [] }
    var worksInPlace: Bool { false }
    func workspaceCount(workers: Int) -> Int { 0 }
    func load(_ pass: Pass) {}
}

/// A tensor of the batch with the gradient of the loss with respect to it.
struct DifferentiableTensor: Sendable {
    var values: StoredTensor
    /// nil where no gradient is needed: nothing before it is trained.
    var gradient: BufferID?

    var requiresGradient: Bool { gradient != nil }

    var shape: [Int] { values.shape }
    /// The floats of one image.
    var count: Int { values.count }
}

/// Where a trained weight's values lie in the block of parameters, and its gradient in that of gradients.
///
/// A shared layer has one place for its values, and one for the gradient of each of its calls.
struct ParameterUse: Sendable {
    let values: Int
    let gradient: Int
    let count: Int
}

/// What an operation is given during a pass: addresses, the worker pool, and the number of the step.
@unsafe struct Pass {
    /// The arena's beginning, and where each buffer lies in it.
    let memory: UnsafeMutablePointer<Float>
    let offsets: [Int]
    let parameters: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    /// Moving means and variances.
    let statistics: UnsafeMutablePointer<Float>
    let workspace: UnsafeMutablePointer<Float>
    let pool: WorkerPool
    /// Counted from 0, over all epochs.
    let step: Int

    subscript(buffer: BufferID) -> UnsafeMutablePointer<Float> { unsafe memory + offsets[buffer] }
    subscript(tensor: DifferentiableTensor) -> UnsafeMutablePointer<Float> { unsafe self[tensor.values.buffer] }
    func values(_ use: ParameterUse) -> UnsafeMutablePointer<Float> { unsafe parameters + use.values }
    func gradient(_ use: ParameterUse) -> UnsafeMutablePointer<Float> { unsafe gradients + use.gradient }
    /// The values of a weight; nil for a layer without it.
    func values(ifAny use: ParameterUse?) -> UnsafePointer<Float>? {
        unsafe use.map { unsafe UnsafePointer(values($0)) }
    }

    /// Runs a kernel of inference on the pool.
    func run(
        _ kernel: any Kernel, _ input: UnsafePointer<Float>, _ other: UnsafePointer<Float>? = nil,
        into output: UnsafeMutablePointer<Float>
    ) {
        unsafe kernel.run(input, other, into: output, workspace: workspace, on: pool)
    }
}
