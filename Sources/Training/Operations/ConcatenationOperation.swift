import Kernels

/// Tensors laid end to end along an axis.
struct ConcatenationOperation: Differentiable {
    let inputs: [DifferentiableTensor]
    let output: DifferentiableTensor
    /// For each input the copy into its slice, and the one back.
    let there: [CopyKernel]
    let back: [CopyKernel]

    var rereads: (inputs: Bool, output: Bool) { (false, false) }

    func forward(_ pass: Pass) {
        for (input, kernel) in zip(inputs, there) { unsafe pass.run(kernel, pass[input], into: pass[output]) }
    }

    func backward(
        _ pass: Pass, from gradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        for unsafe(target, kernel) in unsafe zip(targets, back) {
            if let target = unsafe target { unsafe pass.run(kernel, gradient, into: target) }
        }
    }
}
