import Kernels
import Networks

/// Batch normalization by the batch's own statistics, with the rectifier behind it where there is one.
///
/// The moving statistics follow with `momentum`: moving ← momentum · moving + (1 − momentum) · batch, the variance
/// being the batch's own, divided by the number of values, as Keras has it.
struct NormalizationOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let gamma: ParameterUse?
    let beta: ParameterUse?
    /// Offsets in the block of statistics.
    let movingMean: Int
    let movingVariance: Int
    let momentum: Float
    /// The batch's mean and variance, one after the other.
    let statistics: BufferID
    let channels: Int
    let kernel: BatchNormalizationKernel

    var inputs: [DifferentiableTensor] { [input] }
    var saved: [BufferID] { [statistics] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, false) }
    var worksInPlace: Bool { true }

    func workspaceCount(workers: Int) -> Int { kernel.workspaceCount(workers: workers) }

    func forward(_ pass: Pass) {
        let mean = unsafe pass[statistics], variance = unsafe mean + channels
        unsafe kernel.forward(
            pass[input], gamma: pass.values(ifAny: gamma), beta: pass.values(ifAny: beta),
            into: unsafe pass[output], mean: mean, variance: variance, workspace: pass.workspace, on: pass.pool)
        unsafe follow(mean, pass.statistics + movingMean)
        unsafe follow(variance, pass.statistics + movingVariance)
    }

    private func follow(_ batch: UnsafeMutablePointer<Float>, _ moving: UnsafeMutablePointer<Float>) {
        for channel in 0..<channels {
            unsafe moving[channel] = momentum * moving[channel] + (1 - momentum) * batch[channel]
        }
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        let mean = unsafe pass[statistics]
        // Where the input's gradient is not needed, it goes over the output's.
        unsafe kernel.backward(
            pass[input], outputGradient: gradient, gamma: pass.values(ifAny: gamma), beta: pass.values(ifAny: beta),
            mean: mean, variance: mean + channels, into: targets[0] ?? gradient,
            gammaGradient: unsafe gamma.map { unsafe pass.gradient($0) },
            betaGradient: beta.map { unsafe pass.gradient($0) }, workspace: pass.workspace, on: pass.pool)
    }
}
