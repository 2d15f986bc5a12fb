import Kernels

/// A linear operation, which moves or scales numbers: kernels for the forward pass, and for the backward pass, which is
/// its adjoint.
///
/// Transposition, padding, cropping, slicing, repetition, scaling by fixed factors. Kernels of a list run one after the
/// other on the same output.
struct LinearOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let forwardKernels: [any Kernel]
    let backwardKernels: [any Kernel]
    /// Runs in place on what the backward kernels made.
    var backwardFactor: PointwiseKernel?

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (false, false) }

    func workspaceCount(workers: Int) -> Int {
        (forwardKernels + backwardKernels).map { $0.workspaceCount(workers: workers) }.max() ?? 0
    }

    func forward(_ pass: Pass) {
        for kernel in forwardKernels { unsafe pass.run(kernel, pass[input], into: pass[output]) }
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        guard let target = unsafe targets[0] else { return }
        for kernel in backwardKernels { unsafe pass.run(kernel, gradient, into: target) }
        if let backwardFactor { unsafe pass.run(backwardFactor, target, into: target) }
    }
}
