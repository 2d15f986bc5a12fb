import Kernels

/// A kernel of inference with the gradient that belongs to it: an activation, a pooling, a softmax inside the network.
struct KernelOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let kernel: any Kernel
    let gradient: any KernelGradient
    var backwardReads: (inputs: Bool, output: Bool) = (true, true)
    let worksInPlace: Bool

    var inputs: [DifferentiableTensor] { [input] }

    func workspaceCount(workers: Int) -> Int { kernel.workspaceCount(workers: workers) }

    func forward(_ pass: Pass) { unsafe pass.run(kernel, pass[input], into: pass[output]) }

    func backward(_ pass: Pass, from outputGradient: GradientAddress, into targets: [GradientAddress?]) {
        guard let target = unsafe targets[0] else { return }
        unsafe gradient.run(
            input: pass[input], output: pass[output], outputGradient: outputGradient, into: target, on: pass.pool)
    }
}
