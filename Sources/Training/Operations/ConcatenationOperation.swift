import Kernels

/// Tensors laid end to end along an axis.
struct ConcatenationOperation: Differentiable {
    let inputs: [DifferentiableTensor]
    let output: DifferentiableTensor
    /// For each input the copy into its slice of the output, and the copy of its slice of the output's gradient.
    let forwardKernels: [CopyKernel]
    let backwardKernels: [CopyKernel]

    var backwardReads: (inputs: Bool, output: Bool) { (false, false) }

    func forward(_ pass: Pass) {
        for (input, kernel) in zip(inputs, forwardKernels) { unsafe pass.run(kernel, pass[input], into: pass[output]) }
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        for unsafe(target, kernel) in unsafe zip(targets, backwardKernels) {
            if let target = unsafe target { unsafe pass.run(kernel, gradient, into: target) }
        }
    }
}
