import Kernels

/// A linear operation, which moves or scales numbers: kernels for the forward pass, and for the backward pass, which is
/// its adjoint.
///
/// Transposition, padding, cropping, slicing, repetition, scaling by fixed factors. Kernels of a list run one after the
/// other on the same output; a kernel that is to run on its own result is given `inPlace`.
struct LinearOperation: Differentiable {
    struct Step: Sendable {
        let kernel: any Kernel
        var inPlace = false
    }

    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let forwardKernels: [Step]
    let backwardKernels: [Step]

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (false, false) }

    func workspaceCount(workers: Int) -> Int {
        (forwardKernels + backwardKernels).map { $0.kernel.workspaceCount(workers: workers) }.max() ?? 0
    }

    func forward(_ pass: Pass) { unsafe run(forwardKernels, pass, pass[input], pass[output]) }

    func backward(
        _ pass: Pass, from gradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        if let target = unsafe targets[0] { unsafe run(backwardKernels, pass, gradient, target) }
    }

    private func run(
        _ steps: [Step], _ pass: Pass, _ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>
    ) {
        for step in steps { unsafe pass.run(step.kernel, step.inPlace ? to : from, into: to) }
    }
}
