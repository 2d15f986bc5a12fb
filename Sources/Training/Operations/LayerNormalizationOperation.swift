import Kernels

/// Normalization of each image over its innermost axes.
struct LayerNormalizationOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let gamma: ParameterUse?
    let beta: ParameterUse?
    let kernel: DifferentiableLayerNormalization

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, false) }
    var worksInPlace: Bool { true }

    func workspaceCount(workers: Int) -> Int { kernel.workspaceCount }

    func forward(_ pass: Pass) {
        unsafe kernel.forward(
            pass[input], gamma: pass.values(ifAny: gamma), beta: pass.values(ifAny: beta), into: pass[output],
            on: pass.pool)
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        unsafe kernel.backward(
            pass[input], outputGradient: gradient, gamma: pass.values(ifAny: gamma), into: targets[0],
            gammaGradient: gamma.map { unsafe pass.gradient($0) }, betaGradient: beta.map { unsafe pass.gradient($0) },
            workspace: pass.workspace, on: pass.pool)
    }
}
