import Kernels

/// PReLU, the axes that have slopes of their own innermost.
struct SlopeOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let slopes: ParameterUse
    let kernel: DifferentiablePReLU

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, false) }
    var worksInPlace: Bool { true }

    func workspaceCount(workers: Int) -> Int { kernel.workspaceCount }

    func forward(_ pass: Pass) {
        unsafe kernel.forward(pass[input], slopes: pass.values(slopes), into: pass[output], on: pass.pool)
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        unsafe kernel.backward(
            pass[input], outputGradient: gradient, slopes: pass.values(slopes), into: targets[0],
            slopeGradient: pass.gradient(slopes), workspace: pass.workspace, on: pass.pool)
    }
}
