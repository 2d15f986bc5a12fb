import Kernels

/// An elementwise combination of several tensors.
struct MergeOperation: Differentiable {
    let inputs: [DifferentiableTensor]
    let output: DifferentiableTensor
    /// Each combines the result so far with the next input; the first one combines the first two inputs.
    let kernels: [BinaryKernel]
    /// The division of an average.
    let division: PointwiseKernel?
    let gradient: MergeGradient

    var backwardReads: (inputs: Bool, output: Bool) { (true, false) }

    func forward(_ pass: Pass) {
        for (index, kernel) in kernels.enumerated() {
            unsafe pass.run(
                kernel, index == 0 ? pass[inputs[0]] : pass[output], pass[inputs[index + 1]], into: pass[output])
        }
        if let division { unsafe pass.run(division, pass[output], into: pass[output]) }
    }

    func backward(_ pass: Pass, from outputGradient: GradientAddress, into targets: [GradientAddress?]) {
        unsafe gradient.run(inputs.map { unsafe UnsafePointer(pass[$0]) }, outputGradient, into: targets, on: pass.pool)
    }
}
